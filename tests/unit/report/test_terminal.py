from __future__ import annotations

import io

import pytest
from rich.cells import cell_len
from rich.console import Console

from fleetcraft.report.terminal import budget_table, orders_table, plan_summary, requirements_table


def printed(renderable: object, width: int = 80) -> str:
    console = Console(width=width, file=io.StringIO(), force_terminal=False)
    console.print(renderable)
    return console.file.getvalue()


@pytest.mark.parametrize("name", ["japan", "galapagos"])
def test_the_summary_fits_80_columns_and_holds_every_figure(request, name):
    run = request.getfixturevalue(name)
    text = printed(plan_summary(run.result, run.scenario))
    assert max(map(cell_len, text.splitlines())) <= 80
    assert "\x1b" not in text
    assert "…" not in text
    for order in run.result["orders"]:
        assert f" {order['period']} " in text
        assert order["name"].split()[0] in text
    for row in run.result["requirements"]:
        shown = f"{100 * row['simulated']:.1f}%" if row["unit"] == "fraction" else f"{row['simulated']:.1f}\u00a0h"
        assert shown in text
    assert "Earn nothing by" in text
    assert "not bound" in text


def test_a_plan_that_was_judged_alone_has_no_column_for_claims(japan):
    judged = {
        **japan.result,
        "attainment": {k: v for k, v in japan.result["attainment"].items() if k != "planned"},
        "requirements": [{k: v for k, v in r.items() if k != "planned"} for r in japan.result["requirements"]],
    }
    headings = next(line for line in printed(requirements_table(judged)).splitlines() if "Simulated" in line)
    assert headings.split() == ["Area", "Asked", "Simulated", "95%", "interval", "Met", "in"]
    assert "Planned" in printed(requirements_table(japan.result))


def test_doubts_are_told_last_and_the_first_ones_only(japan):
    told = printed(plan_summary({**japan.result, "warnings": [f"doubt {n}" for n in range(5)]}, japan.scenario))
    assert told.splitlines()[-4:] == [
        "warning: doubt 0", "warning: doubt 1", "warning: doubt 2", "and 2 more warnings in the report",
    ]  # fmt: skip
    assert "warning" not in printed(plan_summary({**japan.result, "warnings": []}, japan.scenario))


def test_brackets_in_a_name_are_text(japan):
    order = {**japan.result["orders"][0], "name": "[red]Type[/red] [x]"}
    assert "[red]Type[/red] [x]" in printed(orders_table({**japan.result, "orders": [order]}), width=120)


def test_a_plan_that_buys_nothing_can_be_told(japan):
    text = printed(plan_summary({**japan.result, "orders": [], "later": [], "allocation": []}, japan.scenario))
    assert "The plan buys nothing." in text
    assert "What to buy" not in text


def test_the_orders_add_up_with_those_that_adapt(japan):
    first = sum(o["delivered_mean"] for o in japan.result["orders"])
    result = {**japan.result, "craft": {"ordered": 0.0, "usable_in_time": first + 2.5}}
    later, total = last_rows(result)
    assert later[-3:] == ["6.5", "<0.1", "2.5"]
    assert float(total[1]) == sum(o["quantity"] for o in japan.result["orders"]) + 6.5
    assert float(total[-1]) == pytest.approx(first + 2.5, abs=0.06)
    alone = printed(orders_table({**japan.result, "later": []}))
    assert "Later orders" not in alone


def last_rows(result) -> tuple[list[str], list[str]]:
    """The words of the rows of later orders and of the total."""
    told = printed(orders_table(result)).splitlines()
    later, total = (next(line for line in told if line.startswith(name)) for name in ("Later orders", "Total"))
    return later.split(), total.split()


def test_a_run_that_does_not_say_what_of_later_orders_is_in_time_leaves_the_cells_empty(japan):
    later, total = last_rows({key: value for key, value in japan.result.items() if key != "craft"})
    assert later[-2:] == ["6.5", "<0.1"]
    assert len(total) == 3


def test_hired_types_obligate_nothing_and_a_note_says_so(japan):
    ordered = japan.result["orders"][0]["platform"]
    hired = [
        p.model_copy(update={"acquisition": "service"}) if p.id == ordered else p for p in japan.scenario.platforms
    ]
    scenario = japan.scenario.model_copy(update={"platforms": tuple(hired)})
    orders = [{**o, "cost": 0.0} if o["platform"] == ordered else o for o in japan.result["orders"]]
    told = printed(plan_summary({**japan.result, "orders": orders}, scenario))
    assert "–: hired by the year; the fees are support money, not obligated." in told
    assert sum(" – " in line for line in told.splitlines()) == sum(o["platform"] == ordered for o in orders)
    assert "hired by the year" not in printed(plan_summary(japan.result, japan.scenario))


def test_gateways_are_told_where_any_are_bought(japan):
    cost = {**japan.result["cost"], "gateways": 5e8}
    assert "Gateways" in printed(orders_table({**japan.result, "cost": cost}))
    assert "Gateways" not in printed(orders_table(japan.result))


@pytest.mark.parametrize(("counts", "headings"), [
    ("obligation", ["Obligation", "its", "budget", "Outlay", "Support", "its", "budget"]),
    ("outlay", ["Obligation", "Outlay", "its", "budget", "Support", "its", "budget"]),
])  # fmt: skip
def test_the_budget_stands_beside_what_it_counts(japan, counts, headings):
    budget = {year: {counts: 1e9, "support": 2e9} for year in japan.result["cost"]["by_fiscal_year"]}
    told = printed(budget_table({**japan.result, "cost": {**japan.result["cost"], "budget": budget}}))
    assert next(line for line in told.splitlines() if line.startswith("Year")).split()[1:] == headings
