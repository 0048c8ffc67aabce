"""Reading a scenario: every fault of its files and between them at once, or the scenario as one frozen value."""

from __future__ import annotations

from collections.abc import Mapping
from os.path import exists, isdir
from pathlib import Path

from fleetcraft.errors import Fault, ScenarioError
from fleetcraft.scenario.budget import Exchange
from fleetcraft.scenario.checks import CHECKS
from fleetcraft.scenario.draft import Draft, draft_of
from fleetcraft.scenario.examples import SCENARIO_FILE, example_folder, example_names
from fleetcraft.scenario.files import Folder, FolderInMemory, text_from, text_of
from fleetcraft.scenario.node import Reading
from fleetcraft.scenario.requirement import Requirement, default_requirement_id
from fleetcraft.scenario.scenario import Scenario
from fleetcraft.scenario.wording import clipped, one_of
from fleetcraft.scenario.yaml_file import read_yaml


def read_scenario(source: str | Path, case: str | None = None) -> Scenario:
    """Read and check a scenario: a shipped example's name, a folder that holds scenario.yaml, or the file itself.

    ``case`` names one of the scenario's cases, whose values then replace its own; the other cases are checked too.
    A folder of the name of an example comes before the example.

    Raises ScenarioError with every fault of the statement, its tables and their cross references; the faults' files
    are relative to the scenario's folder.
    """
    path = scenario_file(source)
    return _read(Folder(path.parent), text_of(path, path.name), path.name, case)


def read_files(files: Mapping[str, bytes], case: str | None = None) -> Scenario:
    """Read and check a scenario whose files are in memory, by name; otherwise as ``read_scenario``."""
    if SCENARIO_FILE not in files:
        raise ScenarioError([Fault(SCENARIO_FILE, 0, "file", "no such file", "a readable file")])
    return _read(FolderInMemory(files), text_from(files[SCENARIO_FILE], SCENARIO_FILE), SCENARIO_FILE, case)


def _read(folder: Folder, text: str, name: str, case: str | None) -> Scenario:
    reading = read_yaml(text, name)
    faults = list(reading.faults)
    names = case_names(reading)
    if case is not None and case not in names:
        expected = one_of(names, case) if names else "none: the scenario has no cases"
        faults.append(Fault(name, 0, "case", f"no case {clipped(case)}", expected))
        case = None
    draft, found = checked(folder, reading, case)
    faults.extend(found)
    faults.extend(_faults_of_other_cases(folder, reading, case, names))
    if faults:
        raise ScenarioError(faults)
    return _scenario(draft, case)


def scenario_file(source: str | Path) -> Path:
    """The scenario.yaml (or other file) that a source means.

    Raises ScenarioError where there is no such file, folder or example.
    """
    path = Path(source)
    if isinstance(source, str) and source in example_names() and not exists(path / SCENARIO_FILE):
        return example_folder(source) / SCENARIO_FILE
    if isdir(path):
        return path / SCENARIO_FILE
    if not exists(path):
        names = one_of(example_names(), path.name)
        expected = f"a folder that holds {SCENARIO_FILE}, the file, or a shipped example: {names}"
        raise ScenarioError([Fault(clipped(str(source)), 0, "scenario", "no such file or folder", expected)])
    return path


def case_names(reading: Reading) -> tuple[str, ...]:
    """The names of a statement's cases."""
    cases = reading.root.get("cases")
    return tuple(name for name in (cases.mapping if cases else {}) if isinstance(name, str))


def checked(folder: Folder, reading: Reading, case: str | None) -> tuple[Draft, list[Fault]]:
    """The draft of a scenario with a case's values in place, and every fault of its parts and between them."""
    draft, faults = draft_of(folder, reading, case)
    for check in CHECKS:
        faults.extend(check(draft))
    return draft, faults


def _faults_of_other_cases(folder: Folder, reading: Reading, case: str | None, names: tuple[str, ...]) -> list[Fault]:
    """The faults that only a case that was not asked for brings, marked with its name."""
    others = [name for name in names if name != case]
    if not others:
        return []
    without = set(checked(folder, reading, None)[1])
    return [
        _in_case(fault, name) for name in others for fault in checked(folder, reading, name)[1] if fault not in without
    ]


def _in_case(fault: Fault, name: str) -> Fault:
    where = fault.where if fault.where.startswith("cases.") else f"{fault.where} (case {clipped(name)})"
    return Fault(fault.file, fault.line, where, fault.found, fault.expected)


def _scenario(draft: Draft, case: str | None) -> Scenario:
    text = draft.text
    stated: Mapping[str, object] = {
        name: getattr(text, name)
        for name in ("note", "weather", "targets", "acquisition", "objective", "policies", "uncertainty")
        if name in text.model_fields_set
    }
    return Scenario.model_validate(
        {
            "name": text.name,
            "currency": text.currency,
            "country": text.country,
            "case": case,
            "calendar": text.calendar,
            "platforms": draft.platforms.values,
            "platform_sources": draft.platform_sources.values,
            "places": draft.places.values,
            "areas": draft.areas.values,
            "environment": draft.environment.values,
            "exchange": _exchange(draft),
            "operations": text.operations,
            "budget": text.budget,
            "requirements": tuple(_named(row.value) for row in draft.requirements),
            "assumptions": draft.assumptions.values,
            **stated,
        }
    )


def _exchange(draft: Draft) -> Exchange:
    """Budget rates with their volatility and correlation; without a table they do not move, nor together."""
    year = draft.text.exchange.volatility_year
    volatility = dict.fromkeys(draft.currencies, 0.0)
    for row in draft.rates.values:
        if row.year == year:
            volatility |= {currency: row.volatility(currency) or 0.0 for currency in draft.currencies}
    correlation = {a: {b: float(a == b) for b in draft.currencies} for a in draft.currencies}
    for each in draft.correlations.values:
        if each.currency.upper() in correlation:
            correlation[each.currency.upper()] = {b: each.with_(b) for b in draft.currencies}
    return Exchange(start=draft.text.exchange.start, volatility=volatility, correlation=correlation)


def _named(requirement: Requirement) -> Requirement:
    return requirement if requirement.id else requirement.model_copy(update={"id": default_requirement_id(requirement)})
