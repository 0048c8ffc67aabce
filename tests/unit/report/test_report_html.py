from __future__ import annotations

import json
import re
from html import unescape
from html.parser import HTMLParser

import pytest

from fleetcraft.fleet.money import fixed_support_per_year
from fleetcraft.report.drawings import draw_figures
from fleetcraft.report.html import render
from fleetcraft.report.run import Run
from fleetcraft.report.tokens import NBSP
from fleetcraft.report.write import report_files
from unit.report.runs import make_manifest, make_result

VOID = {"meta", "wbr"}


class Page(HTMLParser):
    """Fails on tags that are not closed in order; keeps tags, attributes and text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.stack: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)
        self.close()
        assert not self.stack

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len({k for k, _ in attrs}) == len(attrs), tag
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.stack.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.stack.pop() == tag

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        if "style" not in self.stack:
            self.text += data + " "


def words(text: str) -> str:
    return re.sub(r"\s+", " ", text.replace(NBSP, " "))


@pytest.fixture(scope="module", params=["japan", "galapagos"])
def name(request):
    return request.param


@pytest.fixture(scope="module")
def run(request, name):
    return request.getfixturevalue(name)


@pytest.fixture(scope="module")
def html(request, name):
    folder = request.getfixturevalue(f"{name}_folder")
    return (folder / "report.html").read_text(encoding="utf-8")


def test_the_page_is_well_formed_and_its_ids_are_unique(html):
    page = Page(html)
    ids = [attrs["id"] for _, attrs in page.tags if "id" in attrs]
    assert len(ids) == len(set(ids))
    anchors = {str(a["href"])[1:] for t, a in page.tags if t == "a" and str(a["href"]).startswith("#")}
    assert anchors <= set(ids)
    assert len(anchors) >= 12
    referred = set(re.findall(r"url\(#([^)]+)\)", html))
    assert referred <= set(ids)


def test_the_page_needs_no_network_and_no_script(html):
    page = Page(html)
    assert not {"script", "link", "iframe", "img", "object", "image", "use"} & {t for t, _ in page.tags}
    for tag, attrs in page.tags:
        for key, value in attrs.items():
            if tag != "a" and not key.startswith("xmlns"):
                assert "://" not in str(value), (tag, key)
    style = html[html.index("<style>") : html.index("</style>")]
    assert "@import" not in style
    assert "url(" not in style


def test_every_requirement_order_type_and_assumption_appears(run, html):
    text = words(Page(html).text)
    glued = text.replace(" ", "")
    for row in run.result["requirements"]:
        assert row["id"] in glued
        assert words(row["sentence"]) in text
    for order in run.result["orders"]:
        assert order["name"] in text
        assert order["supplier"] in text
    for row in run.result["first_day"]:
        assert row["name"] in text
    for row in run.result["assumptions"]:
        assert row["path"] in glued
    for row in run.result["allocation"]:
        assert f"{row['distance_nm']:,.0f}" in text


def test_the_parts_come_in_the_order_of_a_decision(html):
    headings = re.findall(r"<h2>(.*?)</h2>", html)
    wanted = [
        "What is bought, and whether it comes in time",
        "What each requirement gets",
        "Where the fleet watches",
        "What could go wrong",
        "What it rests on",
        "The answer in full",
        "What to buy, from whom, when",
        "Orders that adapt",
        "What is late or earns nothing by the deadline",
        "Money by fiscal year",
        "Map",
        "Requirements: planned and simulated",
        "Deliveries",
        "How the plan was found",
        "Beside a plan made on likely values",
        "Where the craft are based",
        "What this version does not simulate",
        "Assumptions",
        "Platform values and their sources",
        "Warnings",
        "To reproduce this run",
    ]
    assert headings == [h for h in wanted if h in headings]
    assert set(wanted) - set(headings) <= {"Assumptions", "Platform values and their sources"}


def test_figures_are_formatted_with_their_units(japan_folder):
    text = words(Page((japan_folder / "report.html").read_text(encoding="utf-8")).text)
    for part in (
        "¥198.8 bn",
        "Obligated, ¥ bn",
        "77.9%",
        "95% interval 77.4 to 78.5%",
        "not computed",
        "Distance, nm",
        "17.3 points",
        "Integration of types, once each",
        "Craft lost, 1/year",
        "31.2 s",
        "108 to 165",
        "1 April 2026",
    ):
        assert part in text, part
    for wrong in ("nan", "None", "NaN", "<NA>", "1e+", "e+09"):
        assert wrong not in text.split(), wrong


def test_sources_are_links_and_platform_values_keep_kind_and_range(japan_folder):
    page = Page((japan_folder / "report.html").read_text(encoding="utf-8"))
    links = [a["href"] for t, a in page.tags if t == "a" and str(a["href"]).startswith("http")]
    assert links.count("https://example.org/sheet") == 3 * 14
    assert "20 to 30" in words(page.text)


def test_hours_identifying_are_a_column_where_any_are_spent(japan):
    def told(hours):
        result = {**japan.result, "identifying_hours": dict.fromkeys(japan.result["hours"], hours)}
        return words(Page(render(Run(japan.manifest, result, japan.scenario), {})).text)

    assert "Identifying, h/year" in told(1234.0)
    assert "1,234" in told(1234.0)
    assert "Identifying" not in told(0.0)


HOSTILE = '<script>alert("x")</script>&\'"[b]{{x}}'


def test_hostile_names_stay_text(japan):
    result = json.loads(json.dumps(make_result(japan.scenario)))
    result["orders"][0] |= {"name": HOSTILE, "supplier": HOSTILE}
    for row in (*result["first_day"], *result["platforms"], *result["places"], *result["areas"]):
        row["name"] = HOSTILE
    for row in result["requirements"]:
        row |= {"area_name": HOSTILE, "sentence": HOSTILE}
    result["warnings"] = result["not_simulated"] = [HOSTILE]
    result["assumptions"][0] |= {"reason": HOSTILE, "source": f"https://example.org/{HOSTILE}", "path": HOSTILE}
    areas = tuple(a.model_copy(update={"name": HOSTILE}) for a in japan.scenario.areas)
    scenario = japan.scenario.model_copy(update={"name": HOSTILE, "note": HOSTILE, "areas": areas})
    files = report_files(Run({**make_manifest(result), HOSTILE: HOSTILE}, result, scenario))
    page = Page(files["report.html"].decode())
    assert "script" not in {tag for tag, _ in page.tags}
    assert "{{x}}" in page.text
    assert not any(key.startswith("on") for _, attrs in page.tags for key in attrs)
    assert unescape(HOSTILE) in page.text.replace("\u200b", "")


OPTIONAL = [
    "orders", "late", "evpi", "vss", "loop", "allocation", "deliveries", "first_day", "platforms", "areas", "places",
    "availability", "likely_value_plan", "assumptions", "value_kinds", "warnings", "not_simulated", "dates",
    "replications", "futures", "probability_all_met", "status", "seconds", "ramp_up", "grounding", "identifying_hours",
    "stopping",
]  # fmt: skip


@pytest.mark.parametrize("key", OPTIONAL)
def test_a_result_without_an_optional_key_is_still_told(japan, key):
    result = {k: v for k, v in japan.result.items() if k != key}
    page = Page(render(Run(japan.manifest, result, japan.scenario), {}))
    assert "To reproduce this run" in page.text
    assert " nan " not in page.text


def test_why_the_simulated_years_ended_is_told_where_that_was_left_to_the_intervals(japan):
    text = words(Page(render(japan, {})).text)
    assert "ended after 200 of at most 1,000 years" in text
    assert "Simulated years at most 1,000" in text
    assert "95% interval 0.02 Widest half width reached 0.0187" in text
    asked_for = {**japan.result, "stopping": {"half_width": None, "reached": 0.0187, "most": 200}}
    text = words(Page(render(Run(japan.manifest, asked_for, japan.scenario), {})).text)
    assert "half width" not in text


def test_a_judged_plan_without_planned_values_and_cost_is_told(japan):
    """What ``simulate`` measures of a hand-made plan."""
    result = {
        "scenario": japan.result["scenario"],
        "seed": 1,
        "attainment": {k: v for k, v in japan.result["attainment"].items() if k != "planned"},
        "probability_all_met": 0.25,
        "replications": 200,
        "requirements": [{k: v for k, v in r.items() if k != "planned"} for r in japan.result["requirements"]],
    }
    files = report_files(Run(japan.manifest, result, japan.scenario))
    text = words(Page(files["report.html"].decode()).text)
    assert "77.9%" in text
    assert "planned 7" not in text
    assert "Requirements: simulated" in text
    assert "Planned" not in text
    assert "All are met at once in 25% of the years" in text


def test_nulls_are_dashes_or_words(japan):
    result = json.loads(json.dumps(make_result(japan.scenario)))
    for row in result["requirements"]:
        row |= dict.fromkeys(("planned", "simulated", "low", "high", "ceiling", "probability_met"))
    result["cost"]["life_cycle"] = None
    for year in result["cost"]["by_fiscal_year"].values():
        year |= {"outlay": None}
    for order in result["orders"]:
        order |= {"delivered_mean": None, "unit_price": None}
    result |= {"gap": None, "objective": None, "bound": None, "rounding_gap": None, "probability_all_met": None}
    files = report_files(Run(japan.manifest, result, japan.scenario))
    text = words(Page(files["report.html"].decode()).text)
    assert "no value" in text
    assert "life cycle not computed" in text
    assert not {"nan", "None", "NaN", "<NA>"} & set(text.split())


def test_orders_that_adapt_are_told_with_what_they_react_to(japan):
    text = words(Page(render(japan, {})).text)
    assert "These orders wait for the news of 1 October 2026." in text
    assert "exchange rates and makers' prices, embargoes and groundings that have begun" in text
    assert re.search(r"Bayraktar TB2S \(satellite link\) .{,60} 64% 3\.3 0 to 6 20\.0", text)
    assert re.search(r"Orders that adapt, in the mean +6\.5 ", text)
    alone = words(Page(render(Run(japan.manifest, {**japan.result, "later": []}, japan.scenario), {})).text)
    assert "rders that adapt" not in alone


def test_the_total_counts_what_later_orders_bring_in_time(japan):
    first = sum(o["delivered_mean"] for o in japan.result["orders"])
    result = {**japan.result, "craft": {"ordered": 0.0, "usable_in_time": first + 2.5}}
    text = words(Page(render(Run(japan.manifest, result, japan.scenario), {})).text)
    assert re.search(r"Orders that adapt, in the mean +6\.5 \S+ \S+ 2\.5 ", text)
    assert f" 100.0% {first + 2.5:.1f} Orders placed" in text
    old = {key: value for key, value in result.items() if key != "craft"}
    text = words(Page(render(Run(japan.manifest, old, japan.scenario), {})).text)
    assert " 100.0% Orders placed" in text


def test_hired_types_show_their_fee_a_year_and_obligate_nothing(japan):
    id_ = japan.result["orders"][0]["platform"]
    types = [p.model_copy(update={"acquisition": "service"}) if p.id == id_ else p for p in japan.scenario.platforms]
    scenario = japan.scenario.model_copy(update={"platforms": tuple(types)})
    fee = fixed_support_per_year(scenario, next(p for p in types if p.id == id_))
    orders = [{**o, "cost": 0.0, "unit_price": 0.0} if o["platform"] == id_ else o for o in japan.result["orders"]]
    text = words(Page(render(Run(japan.manifest, {**japan.result, "orders": orders}, scenario), {})).text)
    assert f" {fee / 1e6:,.1f} a year – – " in text
    assert "Fees are support money" in text
    assert "a year – –" not in words(Page(render(japan, {})).text)


def test_a_plan_that_hires_all_has_no_shares_and_no_chart_of_spending(galapagos):
    types = tuple(p.model_copy(update={"acquisition": "service"}) for p in galapagos.scenario.platforms)
    orders = [{**o, "cost": 0.0, "unit_price": 0.0} for o in galapagos.result["orders"]]
    cost = {**galapagos.result["cost"], "acquisition": 0.0, "integration": 0.0}
    run = Run(
        galapagos.manifest,
        {**galapagos.result, "orders": orders, "later": [], "cost": cost},
        galapagos.scenario.model_copy(update={"platforms": types}),
    )
    drawn = draw_figures(run.result, run.scenario)
    assert not {"spending_by_country", "spending_by_domain"} & drawn.keys()
    text = words(Page(render(run, drawn)).text)
    assert "a year – –" in text
    assert "100.0% " not in text.split("Orders placed")[0].split(" Orders Type")[1]
