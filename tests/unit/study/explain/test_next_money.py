"""What the next round sum buys, where that can be told."""

from __future__ import annotations

from pathlib import Path

from fleetcraft.study.explain.ground import Solved
from fleetcraft.study.explain.next_money import KEY, next_money_entry
from fleetcraft.study.store.folder import write_json
from unit.study.explain.grounds import ground_of


def test_where_a_limit_left_no_plan_nothing_is_said_to_be_bought(tmp_path: Path) -> None:
    (tmp_path / KEY).mkdir()
    write_json(tmp_path / KEY / "answer.json", {"found": False})
    entry = next_money_entry(ground_of(), Solved((), 0.5, 0.5, 0.5), tmp_path)
    assert entry["amount"] > 0
    assert entry["simulated"] is entry["planned"] is entry["changes"] is None
    assert "no plan with more money" in entry["why"]
