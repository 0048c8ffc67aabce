"""Crews of this machine."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from fleetcraft.errors import FleetcraftError
from fleetcraft.study.engine.crew import Crew
from fleetcraft.study.engine.local import MOST_DEATHS, Here, Processes
from unit.study.engine.jobs import Deadly


def children() -> list[str]:
    return Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text().split()


@pytest.fixture
def crew(tmp_path: Path) -> Crew:
    return Processes(Deadly(tmp_path, times=MOST_DEATHS - 1), 2)


def test_every_block_is_answered_though_processes_are_killed(tmp_path: Path, crew: Crew) -> None:
    before = len(children())
    with crew:
        answers = []
        left = ["a", "die", "slow", "b", "slow", "c"]
        under_way = 0
        while left or under_way:
            while left and crew.free:
                crew.put(left.pop(0))
                under_way += 1
            found = crew.get()
            under_way -= 1
            assert found.error is None
            answers.append(found.answer)
        assert crew.size == 2
    assert sorted(answers) == sorted(f"{b} by Deadly" for b in ("a", "b", "c", "die", "slow", "slow"))
    assert len(list(tmp_path.iterdir())) == MOST_DEATHS - 1
    assert len(children()) <= before  # none is left behind


def test_a_block_that_ends_every_process_is_told_in_one_line(tmp_path: Path) -> None:
    with Processes(Deadly(tmp_path, times=99), 1) as crew:
        crew.put("die")
        with pytest.raises(FleetcraftError, match="--threads") as told:
            crew.get()
    assert "\n" not in str(told.value)
    assert len(list(tmp_path.iterdir())) == MOST_DEATHS


@pytest.mark.parametrize("here", [True, False])
def test_what_a_block_raises_is_its_answer(tmp_path: Path, here: bool) -> None:
    job = Deadly(tmp_path, times=0)
    with Here(job) if here else Processes(job, 1) as crew:
        crew.put("wrong")
        found = crew.get()
        assert isinstance(found.error, ValueError)
        crew.put("unsendable")
        assert "Unsendable: " in str(crew.get().error)
        crew.put("right")
        assert crew.get().answer == "right by Deadly"
