"""The guide to the selection of plans shows what its commands print."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import yaml

from docs.test_guides import ACTIVATE, blocks, guide, typed
from fleetcraft.study.selection.contest import Contest


def test_the_plans_are_told_apart_as_shown(tmp_path: Path) -> None:
    text = guide("select")
    (activate, command), (study,) = blocks(text, "sh"), blocks(text, "yaml")
    assert activate == ACTIVATE
    plans = re.findall(r"`([a-z]+\.json)`:\n", text)
    assert plans == yaml.safe_load(study)["plan"]
    for name, content in zip(plans, blocks(text, "json"), strict=True):
        (tmp_path / name).write_text(content)
    (tmp_path / "which.yaml").write_text(study)
    program, *arguments = command.split()
    printed = typed(tmp_path, str(Path(sys.executable).with_name(program)), *arguments)
    assert [line.rstrip() for line in printed.splitlines()] == [
        line.rstrip() for line in blocks(text, "text")[0].splitlines()
    ]


def test_first_years_are_those_told() -> None:
    told = re.search(r"That is (\d+) for two plans and (\d+) for\nthree", guide("select"))
    assert told is not None
    first = [Contest(plans, "attainment.simulated", 0.01, 0.95, 10_000).first_years for plans in (2, 3)]
    assert [int(number) for number in told.groups()] == first
