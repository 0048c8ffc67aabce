"""What the solve's figures are called and counted in: attainment, attainment less risk, or money."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from fleetcraft.report import evidence
from fleetcraft.report.run import Run
from fleetcraft.report.tokens import NBSP
from fleetcraft.scenario.objective import Objective
from fleetcraft.scenario.uncertainty import Risk


def told(run: Run, *, objective: Objective | None = None, risk: Risk | None = None, **result: Any) -> str:
    """The section on the solve of a run whose plan was to be best at something else."""
    uncertainty = run.scenario.uncertainty.model_copy(update={"risk": risk})
    changes = {"objective": objective or run.scenario.objective, "uncertainty": uncertainty}
    other = replace(run, scenario=run.scenario.model_copy(update=changes), result={**run.result, **result})
    section = evidence.solve(other, {})
    assert section is not None
    return str(section.body).replace(NBSP, " ")


def test_attainment_is_told_in_percent(japan: Run) -> None:
    body = told(japan)
    assert "Objective: attainment of the calibrated programme" in body
    assert "no plan of that programme attains more" in body
    for figure in ("79.12%", "79.51%", "Rounding gap", "0.67%"):
        assert figure in body


def test_a_cost_is_told_in_money_and_has_no_rounding_gap(japan: Run) -> None:
    cheapest = Objective(mode="cost", attainment=0.6, probability=0.8)
    body = told(japan, objective=cheapest, bound=88e9, rounding_gap=None)
    assert "Objective: life-cycle cost of the calibrated programme" in body
    assert "costs less" in body
    assert "¥88.0 bn" in body
    assert "attains more" not in body
    assert "Rounding gap" not in body


def test_attainment_less_risk_is_called_so(japan: Run) -> None:
    body = told(japan, risk=Risk(cvar_alpha=0.9, weight=0.5))
    assert "Objective: attainment less risk (0.5 × (1 − mean attainment of the worst 10% of the futures))" in body
    assert "no plan of that programme has more" in body
    assert "less risk" not in told(japan, risk=Risk(cvar_alpha=0.9, weight=0.0))
