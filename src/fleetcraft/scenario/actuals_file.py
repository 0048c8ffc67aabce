"""An actuals file: what has happened, in YAML, read against the scenario it is about, every fault at its line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

from pydantic import Field

from fleetcraft.errors import ScenarioError
from fleetcraft.scenario.actuals import Actuals, Announced, Delivered, Joined, Lost, Placed
from fleetcraft.scenario.actuals_checks import Stated, faults_of
from fleetcraft.scenario.base import remark
from fleetcraft.scenario.files import text_of
from fleetcraft.scenario.node import Node
from fleetcraft.scenario.node import Path as KeyPath
from fleetcraft.scenario.scenario import Scenario
from fleetcraft.scenario.tables import Rows, label_in_row, rows_at
from fleetcraft.scenario.validation import Validated, validated
from fleetcraft.scenario.wording import clipped
from fleetcraft.scenario.yaml_file import read_yaml

FORMAT = 1
SHA_256 = r"^[0-9a-f]{64}$"
ROWS = {
    "orders": "order",
    "deliveries": "delivery",
    "announced": "announcement",
    "lost": "loss",
    "gateways": "gateway",
}
MODELS: Mapping[str, type[Any]] = {
    "orders": Placed,
    "deliveries": Delivered,
    "announced": Announced,
    "lost": Lost,
    "gateways": Joined,
}


class ActualsText(Actuals):
    """The file's keys."""

    fleetcraft: int = Field(ge=FORMAT, le=FORMAT, description="number of this format")
    note: str = remark("what the reader should know of the file")
    scenario: str | None = Field(default=None, description="hash of the scenario that it belongs to")
    follows: str | None = Field(
        default=None, pattern=SHA_256, description="SHA-256 of the actuals file before this one (null: the first)"
    )
    plan: str | None = Field(
        default=None, pattern=SHA_256, description="SHA-256 of the plan.json that was being carried out"
    )


@dataclass(frozen=True)
class ActualsFile:
    """A sound actuals file: the facts, the SHA-256 of its bytes, and what it says it belongs to."""

    actuals: Actuals
    sha256: str
    scenario: str | None
    follows: str | None
    plan: str | None
    note: str
    content: bytes


def read_actuals(path: str | Path, scenario: Scenario) -> ActualsFile:
    """The facts of an actuals file, checked against the scenario that it is about.

    Raises ScenarioError with every fault: form, unknown keys and names, days that cannot be, more craft delivered than
    were ordered, or lost than were delivered.
    """
    name = str(path)
    reading = read_yaml(text_of(Path(path), name), name)
    result = validated(ActualsText, reading.root, _label)
    faults = [*reading.faults, *(result.faults if reading.whole else ())]
    if reading.whole:
        faults.extend(faults_of(_stated(reading.root, result), scenario))
    if faults:
        raise ScenarioError(faults)
    text, content = result.value, Path(path).read_bytes()
    facts = Actuals.model_validate({name: getattr(text, name) for name in Actuals.model_fields})
    return ActualsFile(facts, sha256(content).hexdigest(), text.scenario, text.follows, text.plan, text.note, content)


def _stated(root: Node, result: Validated[ActualsText]) -> Stated:
    """The rows as the file lists them, each with its place; those of which some cell is faulty are left to that."""
    rows: dict[str, Rows[Any]] = {}
    for name, model in MODELS.items():
        listed = root.get(name)
        items = () if listed is None else listed.items
        values = [validated(model, item, partial(_in_row, name, number)).value for number, item in enumerate(items)]
        rows[name] = rows_at(root, name, result, values, partial(_row, name))
    return Stated(root, result.value, result.faulty, rows)


def _label(path: KeyPath) -> str:
    if len(path) > 1 and path[0] in ROWS:
        return label_in_row(_row(str(path[0]), int(path[1])), path[2:])
    return ".".join(str(key) for key in path) or "actuals"


def _row(name: str, number: int) -> str:
    return f"{ROWS[name]} {number + 1}"


def _in_row(name: str, number: int, path: KeyPath) -> str:
    return label_in_row(_row(name, number), path)


def scenario_warning(file: ActualsFile, name: str, scenario: Scenario) -> list[str]:
    """What to say where a file names another scenario than the one it was read against."""
    if file.scenario in (None, scenario.hash):
        return []
    return [f"{clipped(name)} was written for another scenario ({str(file.scenario)[:8]}), not {scenario.hash[:8]}"]
