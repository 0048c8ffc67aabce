"""Nodes into values: pydantic judges, every fault is told at its line, and what is sound stays usable."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

from pydantic import BaseModel, ValidationError

from fleetcraft.errors import Fault
from fleetcraft.scenario.fragments import OF_KEY, Fragment, fragment_at, mended, resolved, schema_of
from fleetcraft.scenario.node import Node, Path, plain
from fleetcraft.scenario.wording import clipped, expectation, expected_key, fault_at, nearest_to, one_of

Model = TypeVar("Model", bound=BaseModel)
Label = Callable[[Path], str]


@dataclass(frozen=True)
class Validated(Generic[Model]):
    """A value, the faults found in making it, and the paths at which it is therefore not what the user stated."""

    value: Model
    found: tuple[tuple[Path, Fault], ...] = ()
    faulty: frozenset[Path] = frozenset()

    @property
    def faults(self) -> tuple[Fault, ...]:
        """The faults alone."""
        return tuple(fault for _, fault in self.found)


def validated(model: type[Model], node: Node, label: Label) -> Validated[Model]:
    """The value that a node states; ``label`` puts a path into the user's words."""
    data = plain(node)
    try:
        return Validated(model.model_validate(data))
    except ValidationError as error:
        details = _details(error)
    schema = schema_of(model)
    found = tuple(_faults(details, schema, node, label))
    paths = [path for _, path in details]
    value = model.model_validate(mended(data, paths, resolved(schema, schema), schema))
    return Validated(value, found, frozenset(paths))


Details = list[tuple[str, Path]]


def _details(error: ValidationError) -> Details:
    """Kind and path of each error."""
    errors = error.errors(include_url=False, include_context=False, include_input=False)
    return [(detail["type"], tuple(detail["loc"])) for detail in errors]


def _faults(details: Details, schema: Fragment, node: Node, label: Label) -> Iterator[tuple[Path, Fault]]:
    meant = _meant(details, schema)
    for kind, path in details:
        place = node.get(*path)
        told_as_misspelt = kind == "missing" and path in meant
        told_of_its_items = kind == "too_short" and place is not None and (place.items or place.mapping)
        if not told_as_misspelt and not told_of_its_items:
            yield path, _fault(kind, path, schema, node, label)


def _meant(details: Details, schema: Fragment) -> set[Path]:
    """The paths of the known keys that misspelt ones come nearest to."""
    meant = set()
    for kind, path in details:
        if kind == "extra_forbidden":
            near = nearest_to(str(path[-1]), fragment_at(path[:-1], schema).get("properties", {}))
            meant |= {(*path[:-1], near)} if near else set()
    return meant


def _fault(kind: str, path: Path, schema: Fragment, node: Node, label: Label) -> Fault:
    place = node.nearest(path)
    parent = path[:-1]
    if kind == "extra_forbidden":
        known = fragment_at(parent, schema).get("properties", {})
        found = f"the unknown key {clipped(str(path[-1]))}"
        return fault_at(place, label(parent), expected_key(str(path[-1]), known), found=found)
    if path and path[-1] == OF_KEY:
        names = fragment_at(parent[:-1], schema).get("propertyNames", {"type": "string"})
        found = f"the key {clipped(str(parent[-1]))}"
        return fault_at(place, label(parent[:-1]), expectation(names), found=found)
    if kind == "too_short":
        return fault_at(place, label(path), "one entry or more", found="nothing")
    fragment = fragment_at(path, schema)
    expected = expectation(fragment)
    if kind == "missing":
        return fault_at(place, label(path), expected, found="nothing")
    if kind == "finite_number":
        return fault_at(place, label(path), expected.replace("a number", "a finite number"))
    if kind in ("enum", "literal_error"):
        return fault_at(place, label(path), one_of(map(str, fragment.get("enum", [expected])), str(place.value)))
    is_quoted = isinstance(place.value, str) and kind.endswith("_type") and place.text.startswith('"')
    return fault_at(place, label(path), expected, found=f"the text {clipped(place.text)}" if is_quoted else None)
