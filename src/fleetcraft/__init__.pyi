from fleetcraft.errors import FleetcraftError as FleetcraftError
from fleetcraft.errors import InfeasibleError as InfeasibleError
from fleetcraft.errors import LimitError as LimitError
from fleetcraft.errors import RunError as RunError
from fleetcraft.errors import ScenarioError as ScenarioError
from fleetcraft.plan import Allocation as Allocation
from fleetcraft.plan import Order as Order
from fleetcraft.plan import Plan as Plan
from fleetcraft.plan_file import read_plan_file as read_plan_file
from fleetcraft.report.write import write_report as write_report
from fleetcraft.scenario.actuals import Actuals as Actuals
from fleetcraft.scenario.actuals_file import read_actuals as read_actuals
from fleetcraft.scenario.read import read_scenario as read_scenario
from fleetcraft.scenario.scenario import Scenario as Scenario
from fleetcraft.study.compare import compare_scenario as compare_scenario
from fleetcraft.study.decide import Answer as Answer
from fleetcraft.study.decide import Options as Options
from fleetcraft.study.decide import plan_scenario as plan_scenario
from fleetcraft.study.decide import simulate_scenario as simulate_scenario
from fleetcraft.study.explain.answer import explain_run as explain_run
from fleetcraft.study.frontier import Grid as Grid
from fleetcraft.study.frontier import frontier_scenario as frontier_scenario
from fleetcraft.study.questionnaire.answer_study import answer_study as answer_study
from fleetcraft.study.questionnaire.file import read_study_file as read_study_file
from fleetcraft.study.questionnaire.questions import Study as Study
from fleetcraft.study.replan.replan import before_of as before_of
from fleetcraft.study.replan.replan import replan_scenario as replan_scenario
from fleetcraft.study.restrictions import restrictions_by as restrictions_by

__version__: str
__all__: list[str]
