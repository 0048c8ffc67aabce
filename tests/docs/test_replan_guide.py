"""The guide to re-planning works as it stands, and the shipped history is a chain that can be read."""

from __future__ import annotations

from importlib.resources import files
from itertools import pairwise
from pathlib import Path

from docs.test_guides import ACTIVATE, blocks, guide, result, typed
from fleetcraft.scenario.actuals_file import read_actuals
from fleetcraft.scenario.as_of import as_of
from fleetcraft.scenario.read import read_scenario

HISTORY = Path(str(files("fleetcraft.scenario").joinpath("examples/japan-2026/history")))


def test_what_the_guide_types(tmp_path: Path) -> None:
    text = guide("replan")
    first, *rest = blocks(text, "sh")
    assert first.startswith(ACTIVATE)
    (tmp_path / "november.yaml").write_text(blocks(text, "yaml")[0])
    shown = typed(tmp_path, "bash", "-euo", "pipefail", "-c", "".join([first.removeprefix(ACTIVATE), *rest]))
    told = result(tmp_path / "november")["replan"]
    facts = {entry["fact"]: entry for entry in told["why"]}
    assert {"announced", "lost", "all", "decision"} <= facts.keys()
    assert facts["announced"]["happened"]["said"] == [{"supplier": "Saildrone", "slip_months": 6.0}]
    assert "- Saildrone delivers 6 months late: " in shown
    assert shown.splitlines()[-1] == "every link holds"
    assert [link["today"] for link in result(tmp_path / "february")["replan"]["chain"]] == ["2026-11-01", "2027-02-01"]


def test_the_shipped_history_is_a_chain() -> None:
    japan = read_scenario("japan-2026")
    names = ["2026-07-01", "2026-10-01", "2026-12-01"]
    assert sorted(path.stem for path in HISTORY.iterdir()) == names
    read = [read_actuals(HISTORY / f"{name}.yaml", japan) for name in names]
    assert [file.follows for file in read] == [None, read[0].sha256, read[1].sha256]
    assert [file.actuals.today.isoformat() for file in read] == names
    assert all(set(one.actuals.orders) <= set(other.actuals.orders) for one, other in pairwise(read))
    assert read[1].actuals.slip_months("Baykar") == 6
    assert as_of(japan, read[2].actuals).rate("USD") == 160
    for name in names:
        assert (HISTORY / f"{name}.yaml").read_text().startswith("# An invented example")
