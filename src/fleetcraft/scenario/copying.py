"""The files a scenario consists of, for keeping a copy beside what was computed from them."""

from __future__ import annotations

import shutil
from pathlib import Path

from fleetcraft.scenario.examples import SCENARIO_FILE
from fleetcraft.scenario.files import text_of
from fleetcraft.scenario.read import scenario_file
from fleetcraft.scenario.yaml_file import read_yaml

FILE_KEYS: tuple[tuple[str, ...], ...] = (
    ("platforms",),
    ("platform_sources",),
    ("places",),
    ("areas",),
    ("environment",),
    ("exchange", "table"),
    ("exchange", "correlation"),
    ("assumptions",),
)


def copy_scenario(source: str | Path, folder: Path) -> None:
    """Copy a scenario's statement (as scenario.yaml) and every file it names into a new folder.

    Expects a scenario that ``read_scenario`` accepts; raises ScenarioError where its statement cannot be opened.
    """
    statement = scenario_file(source)
    root = read_yaml(text_of(statement, statement.name), statement.name).root
    folder.mkdir(parents=True)
    shutil.copyfile(statement, folder / SCENARIO_FILE)
    for key in FILE_KEYS:
        named = root.get(*key)
        if named is not None and named.value is not None:
            target = folder / str(named.value)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(statement.parent / str(named.value), target)
