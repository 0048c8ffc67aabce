from __future__ import annotations

import struct
import xml.etree.ElementTree as ET
from itertools import pairwise

import pandas as pd
import pytest

from fleetcraft.report import figures, tables
from fleetcraft.report.drawings import draw_figures
from fleetcraft.report.first_figures import apart
from fleetcraft.report.narrative import asks
from fleetcraft.report.png import to_png
from fleetcraft.report.tokens import LIGHT, money, money_scale, number, probability

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module", params=["japan", "galapagos"])
def run(request):
    return request.getfixturevalue(request.param)


@pytest.fixture(scope="module")
def drawn(run):
    return draw_figures(run.result, run.scenario)


def texts(svg: str) -> list[str]:
    return ["".join(t.itertext()) for t in ET.fromstring(svg).iter(f"{SVG}text")]


def test_every_figure_is_well_formed_and_described(drawn):
    assert set(drawn) == {
        "craft_by_quarter",
        "spending_by_country",
        "spending_by_domain",
        "first_day",
        "budget_by_year",
        "map",
        "map_overview",
        "requirements",
        "requirements_met",
        "ramp_up",
        "on_time",
        "deliveries",
    }
    for svg in drawn.values():
        root = ET.fromstring(svg)
        assert root[0].tag == f"{SVG}title"
        assert root[1].tag == f"{SVG}desc"
        assert root[0].text
        assert len(root[1].text or "") > 20


def test_figures_use_only_the_palette(drawn):
    for name, svg in drawn.items():
        colours = {v for e in ET.fromstring(svg).iter() for k, v in e.attrib.items() if k in ("fill", "stroke")}
        strange = {c for c in colours if c.startswith("#")} - set(LIGHT.values())
        assert not strange, (name, strange)


def test_every_type_stands_in_the_first_day_chart_with_its_chance(run, drawn):
    shown = texts(drawn["first_day"])
    for row in run.result["first_day"]:
        assert row["name"] in shown
    assert shown.count("0%") == sum(r["probability_usable_in_time"] == 0 for r in run.result["first_day"])


def test_a_type_is_drawn_filled_where_the_mean_future_orders_half_a_craft(japan):
    rows = japan.result["first_day"][:3]
    bought = dict(zip((row["platform"] for row in rows), (0.0, 0.045, 0.5), strict=True))
    later = [
        {**japan.result["later"][0], "platform": platform, "quantity": {"mean": mean, "low": 0.0, "high": 1.0}}
        for platform, mean in bought.items()
    ]
    table = tables.first_day({"first_day": rows, "later": later})
    chart = figures.first_day(table, japan.scenario.calendar.deadline)
    filled = dict(zip(table["platform"], chart.data["bought"], strict=True))
    assert filled == {platform: mean >= 0.5 for platform, mean in bought.items()}


def test_spending_counts_later_orders_in_the_mean_and_says_so(run, drawn):
    for key in ("country", "domain"):
        assert f"Obligated, later orders in the mean, by {key}" in texts(drawn[f"spending_by_{key}"])
    bought = [*run.result["orders"], *run.result["later"]]
    said = ET.fromstring(drawn["spending_by_domain"])[1].text or ""
    for domain in {order["domain"] for order in bought}:
        cost = sum(order["cost"] for order in bought if order["domain"] == domain)
        assert f"{domain} {money(cost, run.scenario.currency)}" in said


def test_every_requirement_has_its_row(run, drawn):
    areas = {r["area_name"] for r in run.result["requirements"]}
    assert sum(t in areas for t in texts(drawn["requirements"])) == len(run.result["requirements"])


def test_money_has_a_unit_on_every_chart(run, drawn):
    unit = money_scale([run.result["cost"]["acquisition"]], run.scenario.currency).unit
    for name in ("spending_by_country", "spending_by_domain", "budget_by_year"):
        assert unit in texts(drawn[name]), name


def test_deliveries_have_a_panel_for_each_type(run, drawn):
    panels = [t for t in texts(drawn["deliveries"]) if t.endswith(" ordered")]
    assert len(panels) == len({o["platform"] for o in run.result["orders"]})


def test_two_types_of_one_long_name_have_a_panel_each(japan):
    rows = [r for r in japan.result["deliveries"] if r["platform"] in ("tb2s", "mq9b")]
    platforms = [{"id": p, "name": "Word " * 20, "domain": "air"} for p in ("tb2s", "mq9b")]
    orders = [{"platform": p, "quantity": 4, "domain": "air", "period": "2026Q1"} for p in ("tb2s", "mq9b")]
    table = tables.deliveries({"deliveries": rows, "platforms": platforms, "orders": orders})
    shown = texts(figures.to_svg(figures.delivery_bands(table, japan.scenario.calendar.deadline)))
    name = "Word Word Word Word Word Word…: 4 ordered"
    assert {name, f"{name} (2)"} <= set(shown)


def test_a_revisit_far_beyond_its_threshold_is_drawn_at_the_edge_with_its_number(galapagos):
    rows = [{**r, "simulated": 8760.0, "high": 8760.0} for r in galapagos.result["requirements"] if r["unit"] == "h"]
    svg = figures.to_svg(figures.requirement_dots(tables.requirements({"requirements": rows})))
    assert any(t.startswith("8,760") and t.endswith("→") for t in texts(svg))
    assert "9000" not in texts(svg)


def test_two_demands_that_differ_in_their_threshold_alone_both_show(japan):
    first = japan.result["requirements"][0]
    table = tables.requirements({"requirements": [first, {**first, "id": "again", "threshold": 0.3}]})
    assert {first["area_name"], f"{first['area_name']} (2)"} <= set(
        texts(figures.to_svg(figures.requirement_dots(table)))
    )


def test_values_that_are_missing_do_not_stop_a_chart(japan):
    empty = dict.fromkeys(("planned", "simulated", "low", "high", "ceiling", "probability_met"))
    table = tables.requirements({"requirements": [{**r, **empty} for r in japan.result["requirements"][:3]]})
    assert len(texts(figures.to_svg(figures.requirement_dots(table)))) > 3
    cost = {"currency": "JPY", "by_fiscal_year": {"2026": {"obligation": 5e9, "outlay": None, "support": None}}}
    years = tables.budget_by_year({"cost": cost})
    assert "5.00" in texts(figures.to_svg(figures.budget(years, money_scale([5e9], "JPY"))))


def test_spending_sums_are_those_of_the_orders():
    orders = pd.DataFrame(
        {"supplier_country": ["TR", "US", "TR"], "domain": ["air", "air", "surface"], "cost": [1.0, 5.0, 2.0]}
    )
    assert figures.spending_sums(orders, "country").to_dict("list") == {
        "country": ["United States", "Türkiye"],
        "cost": [5.0, 3.0],
    }


def test_a_png_is_twice_the_size_of_its_svg(drawn):
    svg = drawn["spending_by_country"]
    root = ET.fromstring(svg)
    width, height = struct.unpack(">II", to_png(svg)[16:24])
    assert (width, height) == pytest.approx((2 * float(root.get("width")), 2 * float(root.get("height"))), abs=1)


def test_the_ramp_up_has_a_panel_for_each_domain_with_its_number_ordered(run, drawn):
    shown = texts(drawn["ramp_up"])
    marks = {"air": "▲", "surface": "■", "underwater": "◆"}
    ordered = {row["domain"]: row["ordered"] for row in run.result["ramp_up"]}
    assert len(ordered) >= 2
    for domain, count in ordered.items():
        assert f"{marks[domain]} {domain.capitalize()}: {count} ordered" in shown
    years = {text.split()[-1] for text in shown if text[:3] in ("Jan", "Apr", "Jul", "Oct")}
    start = min(row["date"] for row in run.result["ramp_up"])
    assert years >= {str(run.scenario.calendar.window_start.year)}
    assert min(years) >= start[:4]


def test_the_deadline_stands_in_the_ramp_up(run, drawn):
    svg = ET.fromstring(drawn["ramp_up"])
    dashed = [e for e in svg.iter() if e.attrib.get("stroke-dasharray")]
    assert len(dashed) == len({row["domain"] for row in run.result["ramp_up"]})


def test_each_quarter_has_its_craft_those_of_later_orders_in_the_mean(run, drawn):
    craft = {}
    for order in run.result["orders"]:
        craft[order["period"]] = craft.get(order["period"], 0) + order["quantity"]
    for order in run.result["later"]:
        craft[order["period"]] = craft.get(order["period"], 0) + order["quantity"]["mean"]
    shown = texts(drawn["craft_by_quarter"])
    for period, count in craft.items():
        assert number(count) in shown
        assert period[4:] in [text[:2] for text in shown]
    assert f"{min(craft)[4:]}{min(craft)[:4]}" in shown


def test_the_chart_of_the_first_page_says_for_each_requirement_in_how_many_years_it_is_met(run, drawn):
    shown = texts(drawn["requirements_met"])
    rows = run.result["requirements"]
    areas = {row["area_name"] for row in rows}
    assert sum(text in areas for text in shown) == len(rows)
    for row in rows:
        assert probability(row["probability_met"]) in shown
    groups = {asks(row) for row in tables.requirements(run.result).to_dict("records")}
    assert groups <= set(shown)


def test_what_is_usable_when_the_measured_year_opens_is_told_by_domain(run, drawn):
    shown = texts(drawn["on_time"])
    opens = str(run.scenario.calendar.window_start)
    for domain in {row["domain"] for row in run.result["ramp_up"]}:
        last = [row for row in run.result["ramp_up"] if row["domain"] == domain and row["date"] <= opens][-1]
        share = min(100 * last["mean"] / last["ordered"], 100)
        assert f"{domain} {share:.0f}% of {last['ordered']:,.0f}" in shown


def test_labels_at_the_ends_of_lines_do_not_touch():
    placed = apart([80.0, 79.0, 20.0, 99.9])
    assert placed[2] == 20.0
    assert sorted(range(4), key=placed.__getitem__) == [2, 1, 0, 3]
    ordered = sorted(placed)
    assert min(b - a for a, b in pairwise(ordered)) >= 8.1
    assert max(placed) <= 100
