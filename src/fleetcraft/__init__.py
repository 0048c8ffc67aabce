"""fleetcraft decides which unmanned craft to buy and proves by simulation what the fleet will watch.

A scenario is read, a plan is decided, the plan is simulated, a study asks many such questions, a report tells the
answer:

    scenario = fleetcraft.read_scenario("galapagos")
    answer = fleetcraft.plan_scenario(scenario, fleetcraft.Options(seed=1))
    answer.result["attainment"]

Importing this package pulls in no solver, no plotting and no web server; each verb is loaded when first used.
"""

from importlib import import_module

__version__ = "0.1.0"

_HOMES = {
    "FleetcraftError": "fleetcraft.errors",
    "InfeasibleError": "fleetcraft.errors",
    "LimitError": "fleetcraft.errors",
    "RunError": "fleetcraft.errors",
    "ScenarioError": "fleetcraft.errors",
    "Allocation": "fleetcraft.plan",
    "Order": "fleetcraft.plan",
    "Plan": "fleetcraft.plan",
    "Scenario": "fleetcraft.scenario.scenario",
    "read_scenario": "fleetcraft.scenario.read",
    "read_plan_file": "fleetcraft.plan_file",
    "Grid": "fleetcraft.study.frontier",
    "frontier_scenario": "fleetcraft.study.frontier",
    "compare_scenario": "fleetcraft.study.compare",
    "restrictions_by": "fleetcraft.study.restrictions",
    "explain_run": "fleetcraft.study.explain.answer",
    "Answer": "fleetcraft.study.decide",
    "Options": "fleetcraft.study.decide",
    "plan_scenario": "fleetcraft.study.decide",
    "simulate_scenario": "fleetcraft.study.decide",
    "Study": "fleetcraft.study.questionnaire.questions",
    "read_study_file": "fleetcraft.study.questionnaire.file",
    "answer_study": "fleetcraft.study.questionnaire.answer_study",
    "Actuals": "fleetcraft.scenario.actuals",
    "read_actuals": "fleetcraft.scenario.actuals_file",
    "before_of": "fleetcraft.study.replan.replan",
    "replan_scenario": "fleetcraft.study.replan.replan",
    "write_report": "fleetcraft.report.write",
}

__all__ = ["__version__", *sorted(_HOMES)]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'fleetcraft' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
