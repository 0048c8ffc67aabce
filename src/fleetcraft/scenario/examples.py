"""The scenarios that are shipped: folders of data inside the package."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from fleetcraft.errors import Fault, RunError, ScenarioError
from fleetcraft.scenario.folder_copy import put_copy
from fleetcraft.scenario.wording import clipped, one_of

SCENARIO_FILE = "scenario.yaml"
FRONTIER = "frontier.zip"
"""What each budget buys in an example, computed beforehand; no part of the scenario, and of no other one's."""
SHIPPED_NAME = "shipped:"
"""How the name of an example's frontier begins where names of runs are asked for; the example's name follows."""


def example_names() -> tuple[str, ...]:
    """The names of the shipped examples, in alphabetical order."""
    return tuple(sorted(path.name for path in _examples().iterdir() if (path / SCENARIO_FILE).is_file()))


def example_folder(name: str) -> Path:
    """The folder of a shipped example.

    Raises ScenarioError, which names the nearest example and all of them, where there is none of that name.
    """
    names = example_names()
    if name not in names:
        raise ScenarioError([Fault(clipped(name), 0, "example", f"no example {clipped(name)}", one_of(names, name))])
    return _examples() / name


def copy_example(name: str, folder: str | Path) -> Path:
    """Copy a shipped example into a new or empty folder, to be edited there; returns the folder.

    Its frontier, which answers the example as it is shipped, stays behind.

    Raises ScenarioError for an unknown name and RunError where the folder holds something or cannot be written.
    """
    source, target = example_folder(name), Path(folder)
    try:
        if target.exists() and (not target.is_dir() or any(target.iterdir())):
            raise RunError(f"{target} exists and is not an empty folder")
    except OSError as error:
        raise RunError(f"{target} cannot be written: {error.strerror}") from error
    put_copy(source, target, FRONTIER)
    return target


def _examples() -> Path:
    return Path(str(files("fleetcraft.scenario"))) / "examples"
