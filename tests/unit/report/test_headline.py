"""The first page in words: the message, the key figures, the risks and the grounds."""

from __future__ import annotations

import pytest

from fleetcraft.report.headline import answer_in_short, grounds, key_figures, lead, risks
from fleetcraft.report.run import Run
from fleetcraft.report.tokens import NBSP, money, number


def said(text: str) -> str:
    return text.replace(NBSP, " ")


def test_the_message_says_what_to_order_for_how_much_and_what_that_attains(japan):
    result = japan.result
    craft = sum(order["quantity"] for order in result["orders"])
    types = len({order["platform"] for order in result["orders"]})
    reached = sum(
        row["simulated"] <= row["threshold"] if row.get("at_most") else row["simulated"] >= row["threshold"]
        for row in result["requirements"]
    )
    paid = money(result["cost"]["acquisition"], "JPY")
    later = sum(order["quantity"]["mean"] for order in result["later"])
    assert said(lead(result)) == said(
        f"Order {craft} craft of {types} types now and, in the mean, {later:.1f} as the news comes, for {paid}: the "
        f"fleet attains 77.9% of what is asked and reaches {reached} of {len(result['requirements'])} thresholds in "
        "the mean year."
    )


@pytest.mark.parametrize(
    ("changes", "start"),
    [
        ({"orders": [], "later": []}, "Order nothing: the fleet attains"),
        ({"later": []}, "Order 12 craft of"),
        ({"orders": []}, "Order nothing now and, in the mean, 6.5 as the news comes, for "),
    ],
)
def test_the_message_of_a_plan_that_buys_less(japan, changes, start):
    result = {**japan.result, **changes}
    if "orders" not in changes:
        craft = sum(order["quantity"] for order in result["orders"])
        start = start.replace("12", str(craft))
    assert lead(result).startswith(start)


def test_a_replan_orders_what_is_not_placed_and_names_no_sum_of_both(japan):
    orders = [{**order, "placed": n > 0} for n, order in enumerate(japan.result["orders"])]
    told = lead({**japan.result, "orders": orders, "later": [], "replan": {}})
    assert told.startswith(f"Order {orders[0]['quantity']} craft of 1 type: the fleet attains")
    placed = [{**order, "placed": True} for order in orders]
    assert lead({**japan.result, "orders": placed, "later": [], "replan": {}}).startswith("Order nothing more: ")


def test_a_judged_plan_without_orders_is_told(japan):
    result = {key: japan.result[key] for key in ("attainment", "requirements")}
    assert lead(result).startswith("The plan attains 77.9% of what is asked")
    assert [term for term, *_ in key_figures(result)] == ["Attainment, simulated", "Requirements reached, mean year"]


def test_money_that_is_left_is_told_with_what_it_could_add(japan):
    cost = {**japan.result["cost"], "acquisition": 150e9}
    told = said(" ".join(answer_in_short({**japan.result, "cost": cost}, japan.scenario)))
    assert "¥50.0 bn of the budget is left: all of it could add at most 0.9 points of attainment." in told


def test_the_key_figures_have_their_interval_and_unit(japan):
    figures = {term: (figure, said(note)) for term, figure, note in key_figures(japan.result)}
    assert figures["Attainment, simulated"] == ("77.9%", "95% interval 77.4 to 78.5%; planned 78.6%")
    assert "Dearer than obligated" not in figures
    overrun = {"probability": 0.53, "mean": 2e9, "p90": 14.3e9}
    known = {**japan.result, "cost": {**japan.result["cost"], "overrun": overrun}}
    figures = {term: (figure, said(note)) for term, figure, note in key_figures(known)}
    assert figures["Dearer than obligated"] == ("53% of futures", "by ¥14.3 bn or more in one of ten")
    assert len(figures) == 6


def test_at_most_three_risks_are_told_the_late_craft_first(japan):
    overrun = {"probability": 0.53, "mean": 2e9, "p90": 14.3e9}
    result = {**japan.result, "cost": {**japan.result["cost"], "overrun": overrun}, "losses": {"tb2s": 12.0}}
    told = risks(result, japan.scenario)
    assert [name for name, _ in told] == ["Late craft", "Prices and rates", "A whole type grounded"]
    craft = result["craft"]
    late = number(craft["ordered"] - craft["usable_in_time"])
    assert f"{late} of {number(craft['ordered'])} craft" in said(told[0][1])
    calm = {**result, "craft": {"ordered": 5.0, "usable_in_time": 5.0}, "grounding": None}
    assert [name for name, _ in risks(calm, japan.scenario)] == ["Prices and rates", "Losses at sea"]


def test_the_grounds_say_what_is_assumed_and_what_is_left_out(japan):
    told = said(" ".join(grounds(japan)))
    assert "Solved to within 0.49% of the proven bound" in told
    assert "are assumptions" in told
    assert f"{len(japan.result['assumptions'])} assumption" in told
    assert "Not simulated: " in told
    assert grounds(Run(japan.manifest, {"attainment": japan.result["attainment"]}, japan.scenario)) == []
