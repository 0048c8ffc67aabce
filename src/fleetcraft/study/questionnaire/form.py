"""What does not go together within a study file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from fleetcraft.errors import Fault
from fleetcraft.scenario.node import Node
from fleetcraft.scenario.node import Path as KeyPath
from fleetcraft.scenario.wording import amount, clipped, fault_at, one_of
from fleetcraft.study.questionnaire.batches import noise_can_be_told
from fleetcraft.study.questionnaire.questions import PAIRED, WITHOUT_FACTORS
from fleetcraft.study.questionnaire.text import KEYS_OF, OPTIONS_OF, POWERS_OF_TWO, FactorText, StudyText

FORMS_OF_A_FACTOR = ({"path", "low", "high"}, {"path", "values"}, {"path", "scale"}, {"assumption"}, {"assumptions"})


def is_formed(factor: FactorText) -> bool:
    """Whether an entry of factors states a factor in one of the ways there are."""
    return set(_keys(factor)) in FORMS_OF_A_FACTOR


def _keys(factor: FactorText) -> list[str]:
    return [key for key in type(factor).model_fields if key != "name" and getattr(factor, key) is not None]


def label(path: KeyPath) -> str:
    """A path of the file in the user's words."""
    if not path:
        return "study"
    if len(path) > 1 and isinstance(path[1], int):
        inner = f": {'.'.join(map(str, path[2:]))}" if len(path) > 2 else ""
        return f"{path[0]} entry {path[1] + 1}{inner}"
    return ".".join(map(str, path))


@dataclass(frozen=True)
class Form:
    """A study file's tree, what it says, and the paths at which it is not what the user stated."""

    root: Node
    text: StudyText
    faulty: frozenset[KeyPath]

    def sound(self, *keys: str) -> bool:
        """Whether everything below some top keys is the user's own."""
        return not any(path[:1] == () or path[0] in keys for path in self.faulty)

    def line(self, *path: str | int) -> int:
        """The line of what stands at a path."""
        return self.root.nearest(path).line

    def fault(self, path: KeyPath, expected: str, *, found: str | None = None) -> Fault:
        """The fault of what stands at a path."""
        return fault_at(self.root.nearest(path), label(path), expected, found=found)

    def faults(self) -> Iterator[Fault]:
        """What does not go together within the file, of what is sound in form."""
        if self.sound("design", "factors"):
            yield from self._of_design()
        if self.sound("verb", "options"):
            yield from self._of_options()
        if self.sound("verb", "plan", "design", "options"):
            yield from self._of_plan()
        if self.sound("factors"):
            for number, factor in enumerate(self.text.factors):
                yield from self._of_factor(number, factor)
        if self.sound("options", "design", "discover"):
            yield from self._of_half_width()
        if self.sound("outputs", "design", "discover"):
            yield from self._of_outputs()

    def _of_design(self) -> Iterator[Fault]:
        design, kind = self.text.design, self.text.design.kind
        needed, allowed = KEYS_OF[kind]
        stated = [key for key in type(design).model_fields if key != "kind" and getattr(design, key) is not None]
        for key in stated:
            if key not in (*needed, *allowed):
                yield self.fault(("design", key), one_of(["kind", *needed, *allowed]), found=f"the key {key}")
        for key in needed:
            if key not in stated:
                yield self.fault(("design", key), f"{key}, which {kind} needs", found="nothing")
        size = getattr(design, POWERS_OF_TWO.get(kind, "kind"), None)
        if isinstance(size, int) and size & (size - 1):
            yield self.fault(("design", POWERS_OF_TWO[kind]), "a power of two such as 64, 128 or 256")
        if kind == "morris" and (design.levels or 0) % 2:
            yield self.fault(("design", "levels"), "an even number such as 4")
        if kind == "grid" and design.levels is None and any(f.values is None for f in self.text.factors):
            yield self.fault(("design", "levels"), "levels, for factors without listed values", found="nothing")
        if kind == "cases" and self.text.case is not None:
            yield self.fault(("case",), "none beside a design of cases")
        if kind in WITHOUT_FACTORS and self.text.factors:
            yield self.fault(("factors",), f"none beside a design of {kind}", found="factors")
        if kind not in WITHOUT_FACTORS and not self.text.factors:
            yield self.fault(("factors",), f"the factors that {kind} moves", found="nothing")

    def _of_options(self) -> Iterator[Fault]:
        options, known = self.text.options, ("seed", *OPTIONS_OF[self.text.verb])
        for key in type(options).model_fields:
            if key not in known and getattr(options, key) is not None:
                expected = f"an option of {self.text.verb}: {one_of(known, key)}"
                yield self.fault(("options", key), expected, found=f"the key {key}")
        if options.samples == 1:
            yield self.fault(("options", "samples"), "0 or at least 2")
        if options.budgets is not None and (options.budgets == () or _least(options.budgets) <= 0):
            yield self.fault(("options", "budgets"), "a whole number or amounts, above 0")

    def _of_plan(self) -> Iterator[Fault]:
        text = self.text
        if text.verb == "simulate" and not text.plan:
            yield self.fault(("plan",), "a plan file, or a run that holds one: simulate judges a plan", found="nothing")
        if text.verb != "simulate" and text.plan:
            yield self.fault(("plan",), f"none: {text.verb} decides its own", found="a plan")
        many = isinstance(text.plan, tuple)
        if text.design.kind == "plans" and not (many and len(text.plan or ()) > 1):
            yield self.fault(("plan",), "a list of two plans or more, which plans tells apart")
        if text.design.kind != "plans" and many:
            yield self.fault(("plan",), "one plan: only a design of plans compares several")
        for key in ("replications", "half_width"):
            if text.design.kind == "plans" and getattr(text.options, key) is not None:
                expected = "none: a design of plans decides itself when a plan's years end, at most_years at the latest"
                yield self.fault(("options", key), expected)

    def _of_half_width(self) -> Iterator[Fault]:
        """Where points are compared year by year, all play the same years."""
        kind = self.text.design.kind
        compared = kind if kind in PAIRED else "discover" if self.text.discover is not None else None
        if compared is not None and self.text.options.half_width is not None:
            expected = f"none beside {compared}, which compares points over the same years: state replications"
            yield self.fault(("options", "half_width"), expected)

    def _of_factor(self, number: int, factor: FactorText) -> Iterator[Fault]:
        if not is_formed(factor):
            expected = "path with low and high, path with values, path with scale, assumption, or assumptions: all"
            yield self.fault(("factors", number), expected, found=", ".join(_keys(factor)) or "nothing")
        low, high = (factor.low, factor.high) if factor.scale is None else factor.scale
        if low is not None and high is not None and not low < high:
            key = ("low",) if factor.scale is None else ("scale",)
            yield self.fault(("factors", number, *key), f"less than the highest, {amount(high)}", found=amount(low))
        if factor.values is not None and len(set(factor.values)) < len(factor.values):
            yield self.fault(("factors", number, "values"), "different values", found="a value twice")

    def _of_outputs(self) -> Iterator[Fault]:
        text = self.text
        for i, output in enumerate(text.outputs):
            if output in text.outputs[:i]:
                yield self.fault(("outputs", i), "different outputs", found=f"{clipped(output)} a second time")
            if text.design.kind in PAIRED and not noise_can_be_told(text.verb, output):
                yield self.fault(("outputs", i), _without_noise(text.design.kind))
        if text.design.output is not None and text.design.output not in text.outputs:
            yield self.fault(("design", "output"), self._an_output())
        if text.discover is None:
            return
        if text.discover.output not in text.outputs:
            yield self.fault(("discover", "output"), self._an_output())
        elif text.design.kind not in PAIRED and not noise_can_be_told(text.verb, text.discover.output):
            yield self.fault(("discover", "output"), _without_noise("discover"))
        if (text.discover.below is None) == (text.discover.above is None):
            found = "neither" if text.discover.below is None else "both"
            yield self.fault(("discover",), "below or above", found=found)
        if text.design.kind in (*WITHOUT_FACTORS, "tornado"):
            yield self.fault(("discover",), f"none: {text.design.kind} does not fill the factors' ranges", found="it")

    def _an_output(self) -> str:
        """What may be stated where an output is asked about: either side may be the misspelt one."""
        listed = one_of(self.text.outputs).removeprefix("one of ")
        return f"an output that stands under outputs too, where there is {listed}"


def _without_noise(asking: str) -> str:
    """What an output must be whose chance differences between years are told from what factors do."""
    few = "attainment.simulated, requirements.ID.simulated, probability_all_met"
    return f"an output of which {asking} can tell the noise between years: one that is not simulated, or a mean: {few}"


def _least(amounts: int | tuple[float, ...]) -> float:
    return amounts if isinstance(amounts, int) else min(amounts)
