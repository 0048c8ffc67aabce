from __future__ import annotations

from io import BytesIO

import pandas as pd
import pytest

from fleetcraft.report import tables
from unit.report.runs import make_result


@pytest.fixture(params=["japan", "galapagos"])
def all_of_them(request):
    run = request.getfixturevalue(request.param)
    return tables.all_tables(run.result, run.scenario)


def test_every_table_comes_back_from_parquet_as_it_was(all_of_them):
    for table in all_of_them.values():
        pd.testing.assert_frame_equal(pd.read_parquet(BytesIO(tables.parquet_bytes(table))), table)


def test_every_table_comes_back_from_csv_as_it_was(all_of_them):
    for name, table in all_of_them.items():
        kinds = dict(tables.COLUMNS[name])
        dates = [column for column, kind in kinds.items() if kind.startswith("datetime")]
        read = pd.read_csv(BytesIO(tables.csv_bytes(table)), dtype={k: v for k, v in kinds.items() if k not in dates})
        for column in dates:
            read[column] = pd.to_datetime(read[column]).astype(kinds[column])
        pd.testing.assert_frame_equal(read, table)


def test_no_text_of_a_csv_is_a_formula_and_parquet_keeps_the_truth():
    names = ['=HYPERLINK("http://example.org")', "+1+1", "-2+3", "@SUM(A1)", "\t=1", "-5", "a=b"]
    table = pd.DataFrame({"name": pd.array(names, dtype="string"), "value": [-1.5] * len(names)})
    read = pd.read_csv(BytesIO(tables.csv_bytes(table)), dtype={"name": "string"})
    assert list(read["name"]) == [f"'{name}" for name in names[:5]] + names[5:]
    assert list(read["value"]) == [-1.5] * len(names)
    pd.testing.assert_frame_equal(pd.read_parquet(BytesIO(tables.parquet_bytes(table))), table)


def test_a_platform_named_as_a_formula_is_text_in_every_csv(galapagos):
    name = '=HYPERLINK("http://example.org")'
    platforms = [{**platform, "name": name} for platform in galapagos.result["platforms"]]
    found = tables.orders(
        {
            **galapagos.result,
            "platforms": platforms,
            "orders": [{**order, "name": name} for order in galapagos.result["orders"]],
        }
    )
    assert set(found["name"]) == {name}
    assert set(pd.read_csv(BytesIO(tables.csv_bytes(found)))["name"]) == {f"'{name}"}


def test_every_row_of_the_result_is_in_its_table(japan):
    result = japan.result
    assert len(result["requirements"]) == 31
    assert sorted(tables.requirements(result)["id"]) == sorted(r["id"] for r in result["requirements"])
    assert sorted(tables.orders(result)["platform"]) == sorted(o["platform"] for o in result["orders"])
    cost = result["cost"]
    bought = tables.orders(result)["cost"].sum() + tables.later(result)["cost"].sum()
    assert bought + cost["integration"] == pytest.approx(cost["acquisition"])
    assert tables.use(result)["operating_h"].sum() == pytest.approx(sum(result["hours"].values()))
    looked = sum(result["identifying_hours"].values())
    assert looked > 0
    assert tables.use(result)["identifying_h"].sum() == pytest.approx(looked)
    assert tables.allocation(result)["craft"].sum() == sum(r["craft"] for r in result["allocation"])
    assert len(tables.deliveries(result)) == len(result["deliveries"])
    assert len(tables.ramp_up(result)) == len(result["ramp_up"]) > 0
    assert set(tables.requirements(result)["domains"].dropna()) == {"air;surface;underwater"}
    assert len(tables.platform_values(japan.scenario)) == len(japan.scenario.platform_sources) > 0


def test_an_empty_result_gives_empty_tables_with_all_columns_and_types():
    empty = {"attainment": {}}
    for name in (
        "orders",
        "later",
        "allocation",
        "requirements",
        "budget_by_year",
        "deliveries",
        "ramp_up",
        "first_day",
        "use",
        "assumptions",
    ):
        table = getattr(tables, name)(empty)
        assert table.empty
        assert {c: str(t) for c, t in table.dtypes.items()} == dict(tables.COLUMNS[name])
        assert pd.read_parquet(BytesIO(tables.parquet_bytes(table))).empty


def test_a_requirement_without_a_value_is_neither_reached_nor_short():
    row = {"id": "r", "area": "a", "threshold": 0.5, "weight": 1.0}
    table = tables.requirements(
        {
            "requirements": [
                {**row, "simulated": None},
                {**row, "simulated": 0.5},
                {**row, "simulated": 0.49},
                {**row, "simulated": 0.51, "at_most": True},
            ]
        }
    )
    assert table["reached"].isna().tolist() == [True, False, False, False]
    assert table["reached"].tolist()[1:] == [True, False, False]


def test_area_attainment_is_the_weighted_mean_of_clipped_shares():
    def row(area, value, threshold, weight, *, at_most=False):
        return {"area": area, "simulated": value, "threshold": threshold, "weight": weight, "at_most": at_most}

    result = {
        "requirements": [
            row("a", 0.4, 0.8, 3),
            row("a", 0.9, 0.5, 1),
            row("b", 96.0, 48.0, 2, at_most=True),
            row("b", 0.0, 48.0, 2, at_most=True),
            row("b", None, 0.5, 5),
            row("c", None, 0.5, 5),
        ]
    }
    assert tables.area_attainment(result) == pytest.approx({"a": (3 * 0.5 + 1) / 4, "b": 0.75})


def test_a_year_without_a_support_budget_is_left_unbound(galapagos):
    years = tables.budget_by_year(galapagos.result)
    assert years["fiscal_year"].tolist() == [2026, 2027, 2028]
    assert years["support_budget"].isna().all()
    assert years["obligation_budget"].tolist() == [28e6] * 3


def test_first_day_is_sorted_and_says_what_the_plan_orders(japan):
    table = tables.first_day({**make_result(japan.scenario, bought=2), "later": []})
    chances = table["probability_usable_in_time"].tolist()
    assert chances == sorted(chances, reverse=True)
    assert len(table) == len(japan.scenario.platforms)
    assert (table["ordered"] > 0).sum() == 2


def test_later_orders_are_told_with_their_spread(japan):
    table = tables.later(japan.result)
    assert table["platform"].tolist() == ["tb2s", "ghost"]
    assert table["quantity_mean"].tolist() == [3.25, 3.25]
    assert table["quantity_high"].tolist() == [6.0, 6.0]
    assert set(table["currency"]) == {"JPY"}


def test_craft_ordered_are_the_common_ones_and_the_mean_of_the_later_ones(japan):
    common = {o["platform"]: o["quantity"] for o in japan.result["orders"]}
    ordered = tables.first_day(japan.result).set_index("platform")["ordered"]
    assert ordered["tb2s"] == common["tb2s"] + 3.25
    assert ordered["ghost"] == common.get("ghost", 0) + 3.25


def test_a_budget_on_outlays_stands_beside_them(japan):
    cost = japan.result["cost"]
    budget = {"2026": {"outlay": 7e9, "carried": 0.0, "support": None}}
    years = tables.budget_by_year({"cost": {**cost, "budget": budget}})
    assert years["outlay_budget"].iloc[0] == 7e9
    assert years["obligation_budget"].isna().all()
