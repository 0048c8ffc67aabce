"""One value of a scenario changed in the text of its files, everything else kept byte for byte.

Paths are those of cases and studies: ``exchange.start.USD``, ``requirements.ID.weight``, ``platforms.tb2.mtbf_h``,
``environment.bay.1.mean_wind_kn``. Requirements go by their position too, counted from 0; the position behind the last
adds one. What a path and a value mean is taken from the schema, what stands where from the text.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from fleetcraft.errors import Fault, ScenarioError
from fleetcraft.scenario import csv_edit, yaml_edit
from fleetcraft.scenario.cases import requirement_ids
from fleetcraft.scenario.csv_file import read_sheet
from fleetcraft.scenario.examples import SCENARIO_FILE
from fleetcraft.scenario.fragments import Fragment, fragment_at, inner_fragment, resolved, schema_of
from fleetcraft.scenario.json_file import read_json
from fleetcraft.scenario.node import Key, Node, Reading, plain
from fleetcraft.scenario.tables import KINDS
from fleetcraft.scenario.text import ScenarioText
from fleetcraft.scenario.wording import clipped, expected_key, one_of
from fleetcraft.scenario.yaml_edit import LayoutError, Written
from fleetcraft.scenario.yaml_file import DEEPEST, read_yaml
from fleetcraft.scenario.yaml_words import number_word

LONGEST = 2**19
"""Characters of a file that is still edited in place: composing more takes too long to be an edit."""
MARK = "\ufeff"

Texts = Mapping[str, str]


def with_value(texts: Texts, path: str, value: object) -> dict[str, str]:
    """The texts of a scenario's files, by name, with another value at a dotted path.

    ``value`` is plain data as JSON has it; None removes the key or the requirement, and empties a cell. Dates are
    given as text. Raises ScenarioError where the path leads nowhere or the file is laid out too freely for an edit in
    place; whether the value is sound is for the reader of the scenario to say.
    """
    parts = tuple(path.split("."))
    _refuse_unwritable(value, path)
    reading = _statement(texts)
    if parts[0] in KINDS and len(parts) > 1:
        name, changed = _in_table(texts, reading.root, parts, value)
    else:
        name, changed = SCENARIO_FILE, _in_statement(texts[SCENARIO_FILE], reading, parts, value)
    return {**texts, name: changed}


def _refuse_unwritable(value: object, path: str) -> None:
    for each in _scalars(value):
        if isinstance(each, float) and not math.isfinite(each):
            raise _refusal(path, str(each), "a finite number")
        if isinstance(each, int) and abs(each) > sys.float_info.max:
            raise _refusal(path, "a whole number of more than 308 digits", "a number that can be computed with")
        if isinstance(each, str) and (not each.isascii()) and any("\ud800" <= c <= "\udfff" for c in each):
            raise _refusal(path, "half of a surrogate pair", "text")


def _scalars(value: object) -> Iterator[object]:
    """The keys and scalars within a value, without recursion: it comes from outside and may be nested at will."""
    todo = [(value, 0)]
    while todo:
        each, depth = todo.pop()
        if depth > DEEPEST:
            raise _refusal("value", f"nesting deeper than {DEEPEST}", f"at most {DEEPEST} levels")
        if isinstance(each, Mapping):
            yield from each
            todo += [(inner, depth + 1) for inner in each.values()]
        elif isinstance(each, list | tuple):
            todo += [(inner, depth + 1) for inner in each]
        else:
            yield each


def _refusal(where: str, found: str, expected: str, file: str = SCENARIO_FILE, line: int = 0) -> ScenarioError:
    return ScenarioError([Fault(file, line, clipped(where), found, expected)])


def _statement(texts: Texts) -> Reading:
    if SCENARIO_FILE not in texts:
        raise _refusal("file", "no such file", "a readable file")
    text = texts[SCENARIO_FILE]
    if len(text) > LONGEST:
        raise _refusal("file", f"more than {LONGEST:,} characters", "a shorter file, or an edit of its text")
    reading = read_yaml(text.removeprefix(MARK), SCENARIO_FILE)
    if not reading.whole:
        raise ScenarioError(reading.faults)
    return reading


def keys_at(root: Node | None, path: str) -> tuple[Key, ...]:
    """The keys and positions that a dotted path of the statement goes through; None: of one that states nothing yet.

    Raises ScenarioError where the schema knows no such path.
    """
    schema = schema_of(ScenarioText)
    return _keys(root, path.split("."), resolved(schema, schema), schema, path)


def fragment_of(keys: Sequence[Key]) -> Fragment:
    """The schema of the value at a path of the statement; of a case's value, that of what it stands for."""
    return _meant(keys, schema_of(ScenarioText))


def _in_statement(text: str, reading: Reading, parts: Sequence[str], value: object) -> str:
    schema = schema_of(ScenarioText)
    path = ".".join(parts)
    keys = keys_at(reading.root, path)
    fragment = fragment_of(keys)
    value = _typed(value, fragment, schema)
    order = list(fragment_at(keys[:-1], schema).get("properties", ()))
    written = Written(value, real=fragment.get("type") == "number", order=order)
    return _edited(text, reading, keys, written, path, SCENARIO_FILE)


def _edited(text: str, reading: Reading, keys: Sequence[Key], written: Written, path: str, file: str) -> str:
    """The text with the edit, read back: it says what was meant and nothing else changed."""
    mark, body = (MARK, text[1:]) if text.startswith(MARK) else ("", text)
    stated = reading.root.get(*keys)
    line = reading.root.nearest(tuple(keys)).line
    try:
        if written.value is None and stated is None:
            return text
        before = plain(reading.root)
        after = _put(before, keys, written.value)
        if _same(before, after):
            return text
        new = yaml_edit.without(body, keys) if written.value is None else yaml_edit.with_value(body, keys, written)
        read = read_json(new, file) if written.quoted else read_yaml(new, file)
        if not read.whole or len(read.faults) > len(reading.faults) or not _same(plain(read.root), after):
            raise LayoutError("another meaning")
    except LayoutError as error:
        expected = "a layout in which this value can be changed alone; change it in the text"
        raise _refusal(path, str(error), expected, file, line) from error
    return mark + new


def _keys(node: Node | None, parts: Sequence[str], fragment: Fragment, schema: Fragment, path: str) -> tuple[Key, ...]:
    """The keys and positions that a path goes through; those that do not exist yet are as the schema has them."""
    if not parts:
        return ()
    names = _names(node)
    for taken in range(1, len(parts) + 1):
        name = ".".join(parts[:taken])
        if name in names:
            key = names[name]
            inner = inner_fragment(fragment, key, schema) or {}
            assert node is not None
            return (key, *_keys(node.child(key), parts[taken:], inner, schema, path))
    key, taken = _new_key(node, parts, fragment, names, path)
    inner = inner_fragment(fragment, key, schema) or {}
    return (key, *_keys(None, parts[taken:], inner, schema, path))


def _new_key(
    node: Node | None, parts: Sequence[str], fragment: Fragment, names: Mapping[str, Key], path: str
) -> tuple[Key, int]:
    """A key that does not stand there yet, and how many parts of the path it takes."""
    properties = fragment.get("properties")
    if properties is not None and parts[0] in properties:
        return parts[0], 1
    if fragment.get("type") == "array" and "prefixItems" not in fragment:
        behind = len(node.items) if node is not None else 0
        if parts[0] == str(behind):
            return behind, 1
        raise _refusal(path, f"no item {clipped(parts[0])}", f"an id, or a position from 0 to {behind}")
    if properties is None and fragment.get("additionalProperties") is True:
        return ".".join(parts), len(parts)  # a case's key is itself a path
    if properties is None and isinstance(fragment.get("additionalProperties"), Mapping) and parts[0]:
        return (int(parts[0]) if "propertyNames" in fragment and parts[0].isdecimal() else parts[0]), 1
    known = list(properties or names)
    expected = expected_key(parts[0], known) if known else "the path of a value"
    raise _refusal(path, f"the unknown key {clipped(parts[0])}", expected)


def _names(node: Node | None) -> dict[str, Key]:
    if node is None:
        return {}
    if node.items:
        ids = {name: number for number, name in enumerate(requirement_ids(node.items)) if name}
        return {**{str(number): number for number in range(len(node.items))}, **ids}
    return {str(key): key for key in node.mapping}


def _meant(keys: Sequence[Key], schema: Fragment) -> Fragment:
    """The schema of the value at a path; of a case's value, that of what it stands for."""
    if keys[0] != "cases" or len(keys) < 3:
        return fragment_at(tuple(keys), schema)
    parts = str(keys[2]).split(".")
    if parts[0] in KINDS and len(parts) > 1:
        rows = schema_of(KINDS[parts[0]].model)
        return resolved(rows["properties"].get(parts[-1], {}), rows)
    return fragment_at(tuple(parts), schema)


def _typed(value: object, fragment: Fragment | None, schema: Fragment) -> object:
    """Plain data with dates as dates where the schema asks for one."""
    fragment = fragment or {}
    if isinstance(value, Mapping):
        return {_key(k): _typed(v, inner_fragment(fragment, k, schema), schema) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return tuple(_typed(each, inner_fragment(fragment, 0, schema), schema) for each in value)
    if isinstance(value, str) and fragment.get("format") == "date":
        try:
            return date.fromisoformat(value) if len(value) == len("2026-04-01") else value
        except ValueError:
            return value
    return value


def _key(key: object) -> Key:
    text = str(key)
    return int(text) if text.isdecimal() and text.isascii() and len(text) < 10 and str(int(text)) == text else text


def _put(tree: Any, keys: Sequence[Key], value: object) -> object:
    """Plain data with another value at a path; None removes what stands there."""
    if not keys:
        return value
    key, rest = keys[0], keys[1:]
    if isinstance(tree, tuple):
        assert isinstance(key, int)
        inner = [] if value is None and not rest else [_put(tree[key] if key < len(tree) else None, rest, value)]
        return (*tree[:key], *inner, *tree[key + 1 :])
    if tree is not None and not isinstance(tree, Mapping):
        raise LayoutError(f"{clipped(str(tree))} where keys are expected")
    entries = dict(tree or {})
    if value is None and not rest:
        entries.pop(key)
        return entries
    if tree is None and key == 0 and isinstance(key, int):
        return (_put(None, rest, value),)
    return {**entries, key: _put(entries.get(key), rest, value)}


def _same(a: object, b: object) -> bool:
    """Whether plain data are equal: not a number equals itself, true is no number, a list is a tuple."""
    if isinstance(a, Mapping) and isinstance(b, Mapping):
        return a.keys() == b.keys() and all(_same(a[key], b[key]) for key in a)
    if isinstance(a, list | tuple) and isinstance(b, list | tuple):
        return len(a) == len(b) and all(_same(x, y) for x, y in zip(a, b, strict=True))
    if isinstance(a, bool) or isinstance(b, bool):
        return a is b
    return a == b or (a != a and b != b)


@dataclass(frozen=True)
class _Cell:
    """A cell by the table, the words of its row's key and its column."""

    table: str
    key: str
    column: str
    path: str


def _in_table(texts: Texts, root: Node, parts: Sequence[str], value: object) -> tuple[str, str]:
    """The name and the new text of the table's file."""
    cell = _Cell(parts[0], ".".join(parts[1:-1]), parts[-1], ".".join(parts))
    named = root.get(parts[0])
    name = str(named.value) if named is not None and named.value is not None else ""
    if name not in texts:
        raise _refusal(cell.path, f"no file {clipped(name)}" if name else "nothing", f"a file under {parts[0]}")
    text = texts[name]
    if cell.table == "areas":
        return name, _in_areas(text, name, cell, value)
    return name, _in_csv(text, name, cell, value)


def _in_csv(text: str, name: str, cell: _Cell, value: object) -> str:
    mark, body = (MARK, text[1:]) if text.startswith(MARK) else ("", text)
    sheet, faults = read_sheet(body, name)
    if not sheet.whole or sheet.broken:
        raise ScenarioError(faults)
    kind = KINDS[cell.table]
    rows = csv_edit.rows_of(body)
    header = [each.words for each in rows[0]]
    row = _row(rows, header, kind.key, cell, name)
    schema = schema_of(kind.model)
    words = _words(value, resolved(schema["properties"].get(cell.column, {}), schema), cell, name)
    if cell.column in header:
        place = row[header.index(cell.column)]
        return text if place.words == words else mark + csv_edit.with_cell(body, place, words)
    if cell.column not in schema["properties"]:
        found = f"the unknown column {clipped(cell.column)}"
        raise _refusal(cell.path, found, expected_key(cell.column, header), name, 1)
    return text if not words else mark + csv_edit.with_column(body, rows, cell.column, row, words)


def _row(
    rows: list[list[csv_edit.Span]], header: Sequence[str], key: Sequence[str], cell: _Cell, name: str
) -> list[csv_edit.Span]:
    absent = [column for column in key if column not in header]
    if absent:
        raise _refusal(absent[0], "no such column", f"a column {absent[0]}", name, 1)
    columns = [header.index(column) for column in key]
    by_key = {".".join(row[c].words for c in columns): row for row in reversed(rows[1:]) if len(row) == len(header)}
    if cell.key not in by_key:
        ids = [known for known in reversed(by_key) if known]
        raise _refusal(cell.path, f"no row {clipped(cell.key)}", one_of(ids, cell.key), name)
    return by_key[cell.key]


def _words(value: object, fragment: Fragment, cell: _Cell, name: str) -> str:
    """A value as a cell has it."""
    if value is None:
        return ""
    if isinstance(value, bool | Mapping):
        raise _refusal(cell.path, "a mapping" if isinstance(value, Mapping) else str(value), "one cell's value", name)
    if isinstance(value, list | tuple):
        return ";".join(_words(each, {}, cell, name) for each in value)
    if isinstance(value, int | float):
        return number_word(value)
    return " ".join(str(value).split()) if fragment.get("type") != "string" else str(value).strip()


def _in_areas(text: str, name: str, cell: _Cell, value: object) -> str:
    """An area's property in the text of a GeoJSON file."""
    body = text.removeprefix(MARK)
    reading = read_json(body, name)
    if not reading.whole:
        raise ScenarioError(reading.faults)
    columns = [column for column in schema_of(KINDS["areas"].model)["properties"] if column != "polygons"]
    if cell.column not in columns:
        raise _refusal(cell.path, f"the unknown key {clipped(cell.column)}", expected_key(cell.column, columns), name)
    features = reading.root.get("features")
    ids = [_id_of(feature) for feature in (features.items if features else ())]
    if cell.key not in ids:
        raise _refusal(cell.path, f"no area {clipped(cell.key)}", one_of(ids, cell.key), name)
    keys: list[Key] = ["features", ids.index(cell.key), "properties", cell.column]
    return _edited(text, reading, keys, Written(value, quoted=True), cell.path, name)


def _id_of(feature: Node) -> str:
    node = feature.get("properties", "id")
    return str(node.value) if node is not None else ""
