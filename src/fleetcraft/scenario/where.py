"""Where the scenario's files state a value: ``scenario.yaml:37``, ``places.csv:4``."""

from __future__ import annotations

from pathlib import Path

from fleetcraft.scenario.draft import Draft
from fleetcraft.scenario.files import Folder, text_of
from fleetcraft.scenario.node import Key, Node
from fleetcraft.scenario.read import checked, scenario_file
from fleetcraft.scenario.tables import KINDS
from fleetcraft.scenario.yaml_file import read_yaml


class Places:
    """The files of a scenario, read once to find lines in; ``case`` as it was given to ``read_scenario``."""

    def __init__(self, source: str | Path, case: str | None = None) -> None:
        path = scenario_file(source)
        reading = read_yaml(text_of(path, path.name), path.name)
        self._draft, _ = checked(Folder(path.parent), reading, case)

    def where(self, path: str) -> str:
        """``file:line`` of the value at a dotted path, or of the innermost thing around it that the files state."""
        parts = path.split(".")
        node = _in_table(self._draft, parts) if parts[0] in KINDS else None
        node = node or _nearest(self._draft.root, parts)
        return f"{node.file}:{node.line}"


def _in_table(draft: Draft, parts: list[str]) -> Node | None:
    width = len(KINDS[parts[0]].key)
    key = " ".join(parts[1 : 1 + width])
    row = next((row for row in getattr(draft, parts[0]).rows if row.key == key), None)
    return None if row is None else row.node.nearest(tuple(parts[1 + width :]))


def _nearest(root: Node, parts: list[str]) -> Node:
    """The node at a path, keys that are numbers included, or the deepest one on the way to it."""
    node = root
    for part in parts:
        keys: dict[str, Key] = {str(key): key for key in node.mapping}
        inner = node.child(keys[part]) if part in keys else None
        if inner is None:
            return node
        node = inner
    return node
