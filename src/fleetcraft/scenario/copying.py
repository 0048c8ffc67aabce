"""The files a scenario consists of, for keeping a copy beside what was computed from them."""

from __future__ import annotations

from pathlib import Path

from fleetcraft.errors import RunError
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


def scenario_files(source: str | Path) -> dict[str, bytes]:
    """Content of a scenario's statement (as scenario.yaml) and of every file it names, by the name it has there.

    Expects a scenario that ``read_scenario`` accepts; raises ScenarioError where its statement cannot be opened,
    RunError where another file cannot.
    """
    statement = scenario_file(source)
    root = read_yaml(text_of(statement, statement.name), statement.name).root
    named = [node.value for key in FILE_KEYS if (node := root.get(*key)) is not None and node.value is not None]
    try:
        files = {str(name): (statement.parent / str(name)).read_bytes() for name in named}
        return {SCENARIO_FILE: statement.read_bytes(), **files}
    except OSError as error:
        raise RunError(f"{error.filename}: cannot be read: {error.strerror}") from error
