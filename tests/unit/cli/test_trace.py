"""A trace as files: from its tables alone the measures of its replication are computed again."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from builders import EVERYTHING, write_scenario
from calling import call
from fleetcraft.fleet.theatre import make_theatre
from fleetcraft.plan_file import read_plan_file
from fleetcraft.report.playback import positions_at
from fleetcraft.scenario.read import read_scenario
from fleetcraft.simulate.outcome import Outcome
from fleetcraft.simulate.simulate_plan import simulate_plan

REPLICATION, SEED = 2, 5
ORDERED = {"drone": 8, "home_drone": 4, "boat": 8, "glider": 12}
ROWS = [
    ("drone", "bay", 6, 2), ("drone", "reef", 2, 1), ("home_drone", "bay", 4, 1), ("boat", "bay", 4, 2),
    ("boat", "reef", 4, 2), ("glider", "bay", 4, 2), ("glider", "reef", 8, 4),
]  # fmt: skip
DETECTION = {"area": "bay", "measure": "detection", "at_least": 0.3}
SOONER = [
    {**DETECTION, "target": "small_craft", "within_h": 2},
    {**DETECTION, "target": "surface_vessel", "within_h": 1},
]
CALENDAR = {"start": date(2026, 1, 1), "window": date(2028, 1, 1), "end": date(2028, 12, 31)}

Intervals = pd.DataFrame
"""Columns start_h and end_h, and what else is known of each."""


@dataclass(frozen=True)
class Traced:
    """A run folder with a trace, and what the simulation measured of the same replications."""

    folder: Path
    outcome: Outcome

    @cached_property
    def result(self) -> dict[str, Any]:
        return json.loads((self.folder / "result.json").read_text())

    @cached_property
    def limits(self) -> pd.DataFrame:
        """Domain and operating limits by platform, as the scenario's copy states them."""
        stated = pd.read_csv(self.folder / "scenario" / "platforms.csv").set_index("id")
        under = stated["domain"] == "underwater"
        free = {"max_sea_state_operate": np.inf, "max_wind_kn": np.inf}
        return stated[["domain", *free]].assign(**{key: stated[key].mask(under, free[key]) for key in free})

    def table(self, name: str) -> pd.DataFrame:
        return pd.read_parquet(self.folder / "trace" / f"{name}.parquet")

    @cached_property
    def window_h(self) -> tuple[float, float]:
        opens = (CALENDAR["window"] - CALENDAR["start"]).days * 24.0
        return opens, opens + 8760.0

    def hours(self, told: Intervals) -> pd.Series:
        """Hours of each interval inside the window."""
        return told["end_h"].clip(*self.window_h) - told["start_h"].clip(*self.window_h)

    @cached_property
    def on_station(self) -> Intervals:
        craft = self.table("craft")
        return craft[craft["state"] == "on station"]

    @cached_property
    def seeing(self) -> Intervals:
        """On station and able to see."""
        return self._while_seeing(self.on_station)

    @cached_property
    def busy(self) -> Intervals:
        """Of that, with a contact to identify: where a craft is during a look follows from what it does then."""
        looks = self.table("looks")[["craft", "start_h", "end_h"]].sort_values("start_h")
        where = self.on_station.sort_values("start_h")[["craft", "platform", "base", "area", "start_h"]]
        return self._while_seeing(pd.merge_asof(looks, where, on="start_h", by="craft"))

    def _while_seeing(self, told: Intervals) -> Intervals:
        known = told.join(self.limits, on="platform")
        weather = self.table("weather")
        parts = []
        for area, mine in known.groupby("area"):
            spells = weather[weather["area"] == area]
            first = np.searchsorted(spells["end_h"], mine["start_h"], side="right")
            last = np.searchsorted(spells["start_h"], mine["end_h"], side="left")
            chosen = np.concatenate([np.arange(a, b) for a, b in zip(first, last, strict=True)])
            cut = mine.loc[mine.index.repeat(last - first)].reset_index(drop=True)
            spell = spells.iloc[chosen].reset_index(drop=True)
            cut["start_h"] = np.maximum(cut["start_h"], spell["start_h"])
            cut["end_h"] = np.minimum(cut["end_h"], spell["end_h"])
            sees = (spell["sea_state"] <= cut["max_sea_state_operate"]) & (spell["wind_kn"] <= cut["max_wind_kn"])
            parts.append(cut[sees])
        return pd.concat(parts, ignore_index=True)

    def share_with(self, area: str, needed: dict[str, int]) -> float:
        """Share of the window in which so many craft of each domain search in the area at once."""
        changes = []
        for told, sign in ((self.seeing, 1), (self.busy, -1)):
            mine = told[(told["area"] == area) & told["domain"].isin(list(needed))]
            changes += [(mine["start_h"], mine["domain"], sign), (mine["end_h"], mine["domain"], -sign)]
        events = pd.concat([pd.DataFrame({"at_h": at_h, d: s * (of == d)}) for at_h, of, s in changes for d in needed])
        by_moment = events.fillna(0).groupby("at_h").sum().sort_index().cumsum()
        met = (by_moment >= pd.Series(needed)).all(axis=1)
        moments = np.append(by_moment.index, np.inf).clip(*self.window_h)
        return float(np.diff(moments)[met].sum() / 8760.0)

    def share_in_time(self, requirement: dict[str, Any], moment: str) -> float:
        contacts = self.table("contacts")
        here = (contacts["area"] == requirement["area"]) & (contacts["class"] == requirement["target"])
        targets = contacts[here & contacts["counts"]]
        return float((targets[moment] - targets["came_in_h"] <= requirement["within_h"]).mean())


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> tuple[object, ...]:
    """The call that traces replication 2 of a plan in which everything happens: losses, groundings, rough weather."""
    folder = tmp_path_factory.mktemp("traced")
    stated = {**EVERYTHING, "requirements": [*EVERYTHING["requirements"], *SOONER]}
    write_scenario(folder / "everything", **stated)
    orders = [{"platform": id_, "period": "2026Q1", "quantity": n} for id_, n in ORDERED.items()]
    names = ("platform", "base", "area", "craft", "stations")
    rows = [dict(zip(names, (id_, "baltra", *row), strict=True)) for id_, *row in ROWS]
    plan = folder / "plan.json"
    plan.write_text(json.dumps({"fleetcraft": 1, "orders": orders, "allocation": rows}))
    options = ("--replications", REPLICATION + 1, "--seed", SEED, "--trace", REPLICATION, "--quiet")
    return "simulate", folder / "everything", "--plan", plan, *options


@pytest.fixture(scope="module")
def traced(asked: tuple[object, ...], tmp_path_factory: pytest.TempPathFactory) -> Traced:
    """The traced run, and what the simulation measured of the same replications."""
    folder = tmp_path_factory.mktemp("run") / "run"
    called = call(*asked, "--out", folder)
    assert called.status == 0, called.err
    assert called.out == f"report: {folder / 'report.html'}\ntrace: {folder / 'trace'}\n"
    scenario = read_scenario(str(asked[1]))
    outcome = simulate_plan(
        make_theatre(scenario), read_plan_file(Path(str(asked[3])), scenario),
        seed=SEED, block="judge", replications=REPLICATION + 1, threads=1,
    )  # fmt: skip
    return Traced(folder, outcome)


def test_the_same_call_gives_the_same_bytes_and_a_new_report_leaves_them(
    asked: tuple[object, ...], traced: Traced, tmp_path: Path
) -> None:
    again = tmp_path / "again"
    assert call(*asked, "--threads", 1, "--out", again).status == 0
    assert call("report", again).status == 0
    names = {"craft.parquet", "looks.parquet", "contacts.parquet", "weather.parquet", "playback.json"}
    assert {path.name for path in (again / "trace").iterdir()} == names
    for name in names:
        assert (again / "trace" / name).read_bytes() == (traced.folder / "trace" / name).read_bytes(), name
    assert {f"trace/{name}" for name in names} < set(json.loads((again / "manifest.json").read_text())["files"])


def test_craft_on_station_are_at_their_area_s_station_in_the_playback(traced: Traced) -> None:
    told = json.loads((traced.folder / "trace" / "playback.json").read_text())
    stations = {area["id"]: area["station"] for area in traced.result["areas"]}
    there = traced.on_station.iloc[len(traced.on_station) // 2]
    found = positions_at(told, (there["start_h"] + there["end_h"]) / 2)["features"]
    assert len(found) == traced.table("craft")["craft"].nunique()
    (place,) = [f["geometry"]["coordinates"] for f in found if f["properties"]["craft"] == there["craft"]]
    assert place == pytest.approx(stations[there["area"]], abs=1e-3)


def by_row(hours: pd.Series, told: pd.DataFrame, outcome: Outcome) -> list[float]:
    summed = hours.groupby([told["platform"], told["base"], told["area"]]).sum()
    return [float(summed.get(row, 0.0)) for row in outcome.rows]


def test_the_result_tells_the_traced_replications_measures(traced: Traced) -> None:
    values = dict(zip(traced.outcome.requirements, traced.outcome.value[REPLICATION].tolist(), strict=True))
    told = traced.result["trace"]
    assert {key: told[key] for key in told if key != "allocation"} == {
        "replication": REPLICATION,
        "requirements": values,
    }
    rows = [(row["platform"], row["base"], row["area"]) for row in told["allocation"]]
    assert rows == [tuple(row) for row in traced.outcome.rows]
    assert min(values.values()) > 0


@pytest.mark.parametrize("fact", ["station", "seeing", "busy"])
def test_hours_of_rows_add_up_again(traced: Traced, fact: str) -> None:
    told = {"station": traced.on_station, "seeing": traced.seeing, "busy": traced.busy}[fact]
    found = getattr(traced.outcome, f"row_{fact}_h")[REPLICATION].tolist()
    assert by_row(traced.hours(told), told, traced.outcome) == pytest.approx(found, rel=1e-9, abs=1e-9)
    assert sum(found) > 100.0


def test_losses_of_rows_are_counted_again(traced: Traced) -> None:
    """A craft is told lost at the moment of its loss, and, where it is replaced, not there until the new one is."""
    craft = traced.table("craft")
    begun = craft["start_h"].between(*traced.window_h, inclusive="left")
    lost = craft[begun & (craft["state"] == "lost")]
    found = traced.outcome.row_losses[REPLICATION].tolist()
    assert by_row(pd.Series(1.0, lost.index), lost, traced.outcome) == found
    assert sum(found) > 0


def test_every_measure_but_revisit_is_computed_again(traced: Traced) -> None:
    measured, computed = traced.result["trace"]["requirements"], set()
    for r in traced.result["requirements"]:
        if r["measure"] == "presence":
            again = traced.share_with(r["area"], {r["domain"]: r["craft"]})
        elif r["measure"] == "layered":
            again = traced.share_with(r["area"], dict.fromkeys(r["domains"], 1))
        elif r["measure"] == "revisit":
            continue
        else:
            again = traced.share_in_time(r, "found_h" if r["measure"] == "detection" else "identified_h")
            assert again == measured[r["id"]], r["id"]
        assert again == pytest.approx(measured[r["id"]], rel=1e-9), r["id"]
        computed.add(r["measure"])
    assert computed == {"detection", "identification", "presence", "layered"}
