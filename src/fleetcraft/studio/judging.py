"""What ``fleetcraft check`` says of files that are being edited: faults, warnings, defaults and values."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from fleetcraft.errors import Fault, ScenarioError
from fleetcraft.scenario.examples import SCENARIO_FILE
from fleetcraft.scenario.files import text_from
from fleetcraft.scenario.node import plain
from fleetcraft.scenario.read import read_files
from fleetcraft.scenario.scenario import Scenario
from fleetcraft.scenario.schema import Effective, effective_values
from fleetcraft.scenario.yaml_file import read_yaml
from fleetcraft.studio.kept import Kept
from fleetcraft.studio.scenario_files import Files

if TYPE_CHECKING:
    from fleetcraft.fleet.theatre import Theatre

JUDGEMENTS, THEATRES = 64, 4


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
        self._judgements = Kept[Judgement](JUDGEMENTS)
        self._theatres: Kept[Theatre] = Kept(THEATRES)

    def judge(self, files: Files, version: str, case: str | None) -> Judgement:
        """What there is to say of files, which ``version`` stands for, with a case's values in place."""
        return self._judgements.get((version, case), lambda: self._judged(files, case))

    def _judged(self, files: Files, case: str | None) -> Judgement:
        try:
            scenario = read_files(files, case)
        except ScenarioError as error:
            return Judgement(values_of(files), error.faults)
        from fleetcraft.fleet.theatre import make_theatre, theatre_key
        from fleetcraft.study.warnings import check_warnings

        theatre = self._theatres.get(theatre_key(scenario), lambda: make_theatre(scenario))
        warnings = tuple(check_warnings(replace(theatre, scenario=scenario)))
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
