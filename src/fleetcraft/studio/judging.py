"""What ``fleetcraft check`` says of files that are being edited: faults, warnings, defaults and values."""

from __future__ import annotations

import json
import math
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from hashlib import sha256
from threading import Lock
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from fleetcraft.errors import Fault, ScenarioError
from fleetcraft.scenario.examples import SCENARIO_FILE
from fleetcraft.scenario.files import text_from
from fleetcraft.scenario.node import plain
from fleetcraft.scenario.provenance import warnings_of
from fleetcraft.scenario.read import read_files
from fleetcraft.scenario.scenario import Scenario
from fleetcraft.scenario.schema import Effective, effective_values
from fleetcraft.scenario.yaml_file import read_yaml
from fleetcraft.studio.scenario_files import Files

if TYPE_CHECKING:
    from fleetcraft.fleet.theatre import Theatre

KEPT = 64
OF_THE_THEATRE = ("platforms", "places", "areas", "environment", "weather", "operations")
"""The parts of a scenario that its theatre is made of."""
OF_MONEY = ("unit_price_", "price_", "annual_support_", "operating_cost_", "lead_time_")
"""What the columns of platforms begin with that no theatre is made of."""

Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Judgement:
    """What there is to say of files; of faulty ones no warnings, defaults and hash."""

    values: Any
    faults: tuple[Fault, ...] = ()
    warnings: tuple[str, ...] = ()
    defaults: tuple[Effective, ...] = ()
    scenario: Scenario | None = None


class Judge:
    """Judges files and remembers what was said last. May be used from any thread."""

    def __init__(self) -> None:
        self._judgements = _Remembered[Judgement]()
        self._theatres: _Remembered[Theatre] = _Remembered()

    def judge(self, files: Files, version: str, case: str | None) -> Judgement:
        """What there is to say of files, which ``version`` stands for, with a case's values in place."""
        return self._judgements.get((version, case), lambda: self._judged(files, case))

    def _judged(self, files: Files, case: str | None) -> Judgement:
        try:
            scenario = read_files(files, case)
        except ScenarioError as error:
            return Judgement(values_of(files), error.faults)
        from fleetcraft.fleet.theatre import make_theatre
        from fleetcraft.study.warnings import ceiling_warnings, interface_warnings

        theatre = self._theatres.get(_of_the_theatre(scenario), lambda: make_theatre(scenario))
        ceilings = ceiling_warnings(replace(theatre, scenario=scenario))
        warnings = (*warnings_of(scenario), *ceilings, *interface_warnings(scenario))
        return Judgement(values_of(files), (), warnings, effective_values(scenario), scenario)


def values_of(files: Files) -> Any:
    """The statement as plain data that JSON can hold; None where it cannot be read."""
    try:
        reading = read_yaml(text_from(files.get(SCENARIO_FILE, b""), SCENARIO_FILE), SCENARIO_FILE)
    except ScenarioError:
        return None
    return as_json(plain(reading.root)) if reading.whole else None


def as_json(value: object) -> Any:
    """Plain data with dates and numbers that are not finite as text, and every key as text."""
    if isinstance(value, Mapping):
        return {str(key): as_json(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [as_json(inner) for inner in value]
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return value


def _of_the_theatre(scenario: Scenario) -> str:
    """What tells apart scenarios of different theatres."""
    content = {part: scenario.content[part] for part in OF_THE_THEATRE}
    content["platforms"] = [
        {column: value for column, value in row.items() if not column.startswith(OF_MONEY)}
        for row in content["platforms"]
    ]
    return sha256(json.dumps(content).encode()).hexdigest()


@dataclass
class _Remembered(Generic[Answer]):
    """The latest answers by their key."""

    answers: OrderedDict[Hashable, Answer] = field(default_factory=OrderedDict)
    lock: Lock = field(default_factory=Lock)

    def get(self, key: Hashable, make: Callable[[], Answer]) -> Answer:
        with self.lock:
            if key in self.answers:
                self.answers.move_to_end(key)
                return self.answers[key]
        answer = make()
        with self.lock:
            self.answers[key] = answer
            if len(self.answers) > KEPT:
                self.answers.popitem(last=False)
        return answer
