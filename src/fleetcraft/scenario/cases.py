"""Named cases: values that replace others of the statement or its tables before either is validated."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from fleetcraft.errors import Fault
from fleetcraft.scenario.csv_file import cell_node
from fleetcraft.scenario.fragments import Fragment, inner_fragment, resolved, schema_of
from fleetcraft.scenario.node import Key, Node, plain
from fleetcraft.scenario.requirement import Requirement, default_requirement_id
from fleetcraft.scenario.tables import Row, Table
from fleetcraft.scenario.text import ScenarioText
from fleetcraft.scenario.wording import clipped, expected_key, fault_at

Parts = tuple[str, ...]
TABLES = ("platforms", "places", "areas", "environment")


class UnknownPathError(LookupError):
    """A path leads nowhere: the part that is not known, and what is known in its place."""

    def __init__(self, expected: str) -> None:
        self.expected = expected


def case_entries(root: Node, case: str) -> Iterator[tuple[Parts, Node]]:
    """The paths and values of a case."""
    entries = root.get("cases", case)
    for path, value in (entries.mapping if entries else {}).items():
        yield tuple(str(path).split(".")), value


def is_of_table(parts: Parts) -> bool:
    """Whether a path leads into a table rather than the statement."""
    return len(parts) > 1 and parts[0] in TABLES


def with_case(root: Node, case: str) -> tuple[Node, list[Fault]]:
    """The statement with a case's values in place of its own, and the case's paths that lead nowhere."""
    faults = []
    schema = schema_of(ScenarioText)
    for parts, value in case_entries(root, case):
        if is_of_table(parts):
            continue
        try:
            root = _replaced(root, parts, value, resolved(schema, schema), schema)
        except UnknownPathError as error:
            faults.append(path_fault(case, parts, value, error.expected))
    return root, faults


def path_fault(case: str, parts: Parts, value: Node, expected: str) -> Fault:
    """The fault of a case's path that leads nowhere."""
    return fault_at(value, f"cases.{clipped(case)}", expected, found=f"the path {clipped('.'.join(parts))}")


def overridden_cell(
    table: Table[Any], schema: Fragment, width: int, parts: Parts, value: Node
) -> tuple[Row[Any], str, Node]:
    """The row and column that a path such as ``platforms.mq9b.mtbf_h`` means, and its cells with the new value.

    ``width`` is the number of parts that tell a row. Raises UnknownPathError.
    """
    key = " ".join(parts[1 : 1 + width])
    row = next((row for row in table.rows if row.key == key), None)
    if row is None:
        raise UnknownPathError(f"{parts[0]}.{expected_key(key, table.ids)}")
    columns = [column for column in schema["properties"] if column != "polygons"]
    column = ".".join(parts[1 + width :])
    if column not in columns:
        raise UnknownPathError(f"{'.'.join(parts[: 1 + width])}.{expected_key(column, columns)}")
    fragment = resolved(schema["properties"][column], schema)
    if isinstance(value.value, str) and fragment.get("type") == "array":
        value = cell_node(value.value, fragment, value.file, value.line)
    return row, column, row.node.with_child(column, value)


def requirement_ids(requirements: Sequence[Node]) -> list[str]:
    """The id of each requirement as stated or by default; empty where the requirement is faulty."""
    return [_requirement_id(node) for node in requirements]


def _requirement_id(node: Node) -> str:
    try:
        requirement = Requirement.model_validate(plain(node))
        return requirement.id or default_requirement_id(requirement)
    except (ValidationError, TypeError):  # TypeError: a measure without what its default id is made of
        return ""


def _replaced(node: Node, parts: Parts, value: Node, fragment: Fragment, schema: Fragment) -> Node:
    if not parts:
        if node.mapping and isinstance(value.value, Mapping):
            raise UnknownPathError(f"the path of one value further in, such as ….{next(iter(node.mapping))}")
        return value
    key, rest = _step(node, parts, fragment)
    child = node.child(key) or Node({}, value.file, value.line)
    inner = inner_fragment(fragment, key, schema) or {}
    return node.with_child(key, _replaced(child, rest, value, inner, schema))


def _step(node: Node, parts: Parts, fragment: Fragment) -> tuple[Key, Parts]:
    """The entry of a node that a path enters, and the rest of the path; names may themselves hold dots."""
    names = _names(node)
    for taken in range(1, len(parts) + 1):
        name = ".".join(parts[:taken])
        if name in names:
            return names[name], parts[taken:]
    properties = fragment.get("properties", {})
    if parts[0] in properties:
        return parts[0], parts[1:]
    if "propertyNames" in fragment and not node.items:
        return (int(parts[0]) if parts[0].isdecimal() else parts[0]), parts[1:]
    raise UnknownPathError(_known(parts[0], properties or names))


def _names(node: Node) -> dict[str, Key]:
    if node.items:
        return {name: index for index, name in enumerate(requirement_ids(node.items)) if name}
    return {str(key): key for key in node.mapping}


def _known(part: str, names: Iterable[str]) -> str:
    listed = list(names)
    return f"{expected_key(part, listed)} in place of {clipped(part)}" if listed else "the path of a value"
