"""The study file: YAML that says what to ask, read with every fault at its line."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from fleetcraft.errors import Fault, ScenarioError
from fleetcraft.plan_file import read_plan_file
from fleetcraft.scenario.examples import SCENARIO_FILE, example_names
from fleetcraft.scenario.files import text_of
from fleetcraft.scenario.node import Path as KeyPath
from fleetcraft.scenario.paths import Address, numbers_by_address
from fleetcraft.scenario.read import case_names, read_scenario, scenario_file
from fleetcraft.scenario.scenario import Scenario
from fleetcraft.scenario.validation import validated
from fleetcraft.scenario.wording import amount, clipped, one_of
from fleetcraft.scenario.yaml_file import read_yaml
from fleetcraft.study.explain.ranges import ranges_of
from fleetcraft.study.questionnaire.answering import refusal
from fleetcraft.study.questionnaire.designs import MOST_POINTS, points_in
from fleetcraft.study.questionnaire.factors import expected_at, factor_of_path, factor_of_range, numbers_at
from fleetcraft.study.questionnaire.form import Form, is_formed, label
from fleetcraft.study.questionnaire.outputs import UnknownOutputError, UnknownOutputsError
from fleetcraft.study.questionnaire.questions import Design, Discover, Factor, Named, Study
from fleetcraft.study.questionnaire.text import OPTIONS_OF, FactorText, StudyText
from fleetcraft.study.selection.contest_form import refusals

T = TypeVar("T")

PLAN_FILE = "plan.json"


@dataclass(frozen=True)
class StudyFile:
    """A study and what it was read from: scenario, case, the plans' files; and the lines of its outputs."""

    study: Study
    path: Path
    source: str
    case: str | None
    plans: tuple[Path, ...]
    output_lines: Mapping[str, int]

    @contextmanager
    def telling_where(self) -> Iterator[None]:
        """Raises ScenarioError, with the lines, for outputs that no answer has."""
        try:
            yield
        except UnknownOutputError as error:
            raise ScenarioError([self._unknown(error)]) from error
        except UnknownOutputsError as error:
            raise ScenarioError([self._unknown(each) for each in error.each]) from error

    def _unknown(self, error: UnknownOutputError) -> Fault:
        line = self.output_lines.get(error.output, 0)
        return Fault(str(self.path), line, f"outputs: {clipped(error.output)}", error.found, error.expected)


def read_study_file(path: str | Path, seed: int | None = None) -> StudyFile:
    """Read and check a study; ``seed`` stands in for the one it states.

    Raises ScenarioError with every fault of the file, its scenario, its plans and of the factors at both of their ends.
    """
    path = Path(path)
    reading = read_yaml(text_of(path, str(path)), str(path))
    if not reading.whole:
        raise ScenarioError(reading.faults)
    result = validated(StudyText, reading.root, label)
    form = Form(reading.root, result.value, result.faulty)
    return _Reader(path, form, [*reading.faults, *result.faults, *form.faults()]).study(seed)


class _Reader:
    """One reading of a study file against its scenario; ``faults`` grow while it reads."""

    def __init__(self, path: Path, form: Form, faults: list[Fault]) -> None:
        self._path, self._form, self._text, self._faults = path, form, form.text, faults

    def study(self, seed: int | None) -> StudyFile:
        """The study. Raises ScenarioError with all faults."""
        scenario = self._scenario()
        asked = self._asked(scenario) if scenario is not None and self._form.sound("plan", "design") else []
        factors = list(self._factors(scenario)) if scenario is not None and self._form.sound("factors") else []
        if scenario is not None and self._form.sound("plan", "design", "outputs"):
            stated_seed = self._text.options.seed if seed is None else seed
            for path, found, expected in refusals(self._text, scenario.requirements, asked, stated_seed):
                self._refuse(path, expected, found=found)
        if not self._faults:
            self._count(factors, len(asked))
        if self._faults:
            raise ScenarioError(self._faults)
        assert scenario is not None
        text = self._text
        study = Study(
            name=text.name,
            verb=text.verb,
            options=self._options(scenario),
            seed=text.options.seed if seed is None else seed,
            factors=tuple(factors),
            design=Design(text.design.kind, self._design()),
            outputs=text.outputs,
            asked=tuple(asked),
            discover=self._discover(),
        )
        lines = {name: self._form.line("outputs", i) for i, name in enumerate(text.outputs)}
        plans = tuple(self._plan_path(place) for place in _listed(text.plan))
        return StudyFile(study, self._path, str(self._source()), text.case, plans, lines)

    def _scenario(self) -> Scenario | None:
        if not self._form.sound("scenario", "case"):
            return None
        return next(iter(self._noting(self._stated_scenario)), None)

    def _stated_scenario(self) -> Scenario | None:
        """The scenario with its case; None where there is no such scenario. Raises ScenarioError as reading it does."""
        source, case = self._source(), self._text.case
        try:
            statement = scenario_file(source)
        except ScenarioError as error:
            self._refuse(("scenario",), error.faults[0].expected)
            return None
        if case is not None and case not in (known := _cases_in(statement)):
            self._refuse(("case",), one_of(known, case) if known else "none: the scenario has no cases")
            case = None
        return read_scenario(source, case)

    def _noting(self, made: Callable[[], T]) -> list[T]:
        """What is made, or nothing where it has faults."""
        try:
            return [made()]
        except ScenarioError as error:
            self._faults.extend(error.faults)
            return []

    def _refuse(self, path: KeyPath, expected: str, *, found: str | None = None) -> None:
        self._faults.append(self._form.fault(path, expected, found=found))

    def _source(self) -> str | Path:
        """Where the scenario lies: relative to the file, else a shipped example."""
        beside = self._path.parent / self._text.scenario
        if self._text.scenario in example_names() and not (beside / SCENARIO_FILE).is_file():
            return self._text.scenario
        return beside

    def _asked(self, scenario: Scenario) -> list[Named]:
        """The plans or cases that are asked about; the scenario alone where the design is about neither."""
        plans = self._plans(scenario)
        return self._cases(plans) if self._text.design.kind == "cases" else plans

    def _plans(self, scenario: Scenario) -> list[Named]:
        places = _listed(self._text.plan)
        asked = []
        for number, place in enumerate(places):
            path = self._plan_path(place)
            key = ("plan", number) if isinstance(self._text.plan, tuple) else ("plan",)
            if not path.is_file():
                self._refuse(key, f"a plan file, or a run folder that holds {PLAN_FILE}")
            elif place in places[:number]:
                self._refuse(key, "different plans", found=f"{clipped(place)} a second time")
            else:
                asked += [
                    Named(place, each, scenario, place)
                    for each in self._noting(partial(read_plan_file, path, scenario))
                ]
        return asked if places else [Named("", None, scenario)]

    def _plan_path(self, place: str) -> Path:
        path = self._path.parent / place
        return path / PLAN_FILE if path.is_dir() else path

    def _cases(self, asked: Sequence[Named]) -> list[Named]:
        """Every case that is asked about, with the plan where there is one."""
        source, stated = self._source(), self._text.design.cases
        known = _cases_in(scenario_file(source))
        names = known if stated == "all" else stated or ()
        if stated == "all" and not known:
            self._refuse(("design", "cases"), "the names of cases; the scenario has none")
        found = []
        for number, name in enumerate(names):
            if name not in known:
                expected = one_of(known, name) if known else "none: the scenario has no cases"
                self._refuse(("design", "cases", number), expected)
            elif name in names[:number]:
                self._refuse(("design", "cases", number), "different cases", found=f"{clipped(name)} a second time")
            else:
                found += [Named(name, each.plan, read_scenario(source, name), each.file) for each in asked]
        return found

    def _factors(self, scenario: Scenario) -> Iterator[Factor]:
        """The factors, each tried at every value that is stated of it; no two of them move the same number."""
        moved: dict[Address, str] = {}
        for number, text in enumerate(self._text.factors):
            for factor in self._stated(number, text, scenario) if is_formed(text) else ():
                for expected, found in self._problems(scenario, factor):
                    self._refuse(("factors", number), expected, found=found)
                addresses = numbers_by_address(scenario, factor.path)
                other = next((moved[address] for address in addresses if address in moved), None)
                if other is not None:
                    expected = f"numbers that no other factor moves; {clipped(other)} moves some of these"
                    self._refuse(("factors", number), expected, found=clipped(factor.path))
                moved |= dict.fromkeys(addresses, factor.path)
                yield factor

    def _stated(self, number: int, text: FactorText, scenario: Scenario) -> Iterator[Factor]:
        """The factors that one entry states."""
        ranges = ranges_of(scenario)
        if text.assumptions is not None:
            yield from (factor_of_range(each, scenario, None) for each in ranges if each.platform is None)
        elif text.assumption is not None:
            stated = next((each for each in ranges if each.path == text.assumption), None)
            if stated is not None:
                yield factor_of_range(stated, scenario, text.name)
            else:
                expected = one_of([each.path for each in ranges], text.assumption)
                self._refuse(("factors", number, "assumption"), f"a value with a stated range: {expected}")
        elif text.path is not None and numbers_at(scenario, text.path):
            yield factor_of_path(text, text.path, scenario)
        else:
            self._refuse(("factors", number, "path"), expected_at(scenario, text.path or ""))

    def _problems(self, scenario: Scenario, factor: Factor) -> Iterator[tuple[str, str]]:
        """What a factor's values should be instead, and what is found."""
        design, values = self._text.design, factor.values or (factor.low, factor.high)
        broken = next((value for value in values if factor.whole and value % 1), None)
        if broken is not None:
            yield "whole numbers: the scenario has whole ones there", f"{factor.path} at {amount(broken)}"
        elif factor.whole and not factor.values and design.kind == "grid" and design.levels is not None:
            most = int(factor.high - factor.low) + 1
            if design.levels > most:
                yield f"at most {most} levels: the values are whole", f"{factor.path} in {design.levels} levels"
        for value in values:
            try:
                factor.applied(scenario, value)
            except ValidationError as error:
                problem = f"{factor.path} at {amount(value)} ({clipped(refusal(error))})"
                yield "values that the scenario can have", problem
                return

    def _count(self, factors: Sequence[Factor], asked: int) -> None:
        count = points_in(self._text.design.kind, factors, self._design(), asked)
        if count > MOST_POINTS:
            self._refuse(("design",), f"at most {MOST_POINTS:,} points", found=f"{count:,}")

    def _design(self) -> dict[str, Any]:
        """What is stated beside the kind."""
        design = self._text.design
        keys = [key for key in type(design).model_fields if key not in ("kind", "cases")]
        return {key: getattr(design, key) for key in keys if getattr(design, key) is not None}

    def _options(self, scenario: Scenario) -> dict[str, Any]:
        """The verb's options, by the names that the verbs have for them."""
        stated = self._text.options
        found = {
            key: default if getattr(stated, key) is None else getattr(stated, key)
            for key, default in OPTIONS_OF[self._text.verb].items()
        }
        if "futures" in found:
            found["futures"] = found["futures"] or scenario.uncertainty.futures
            found["time_limit_s"] = found.pop("time_limit")
        return found

    def _discover(self) -> Discover | None:
        stated = self._text.discover
        if stated is None:
            return None
        limit = stated.below if stated.below is not None else stated.above
        assert limit is not None
        return Discover(stated.output, limit, stated.below is not None)


def _cases_in(statement: Path) -> tuple[str, ...]:
    return case_names(read_yaml(text_of(statement, statement.name), statement.name))


def _listed(plan: str | tuple[str, ...] | None) -> tuple[str, ...]:
    return (plan,) if isinstance(plan, str) else plan or ()
