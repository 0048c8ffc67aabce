"""YAML 1.2 (core schema) as nodes that know their lines.

Values resolve as YAML 1.2 has it: ``NO``, ``yes`` and ``on`` are text, ``2.5e7`` and ``200e9`` are numbers, ``0o17`` is
octal; an unquoted date is a date. Tags are refused. The events of PyYAML's parser are counted while they come, so that
neither nesting nor aliases can ask for more memory than the limits allow.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from typing import NoReturn

import yaml

from fleetcraft.errors import Fault
from fleetcraft.scenario.node import Key, Node, Reading, Scalar
from fleetcraft.scenario.wording import clipped, shown

MOST_NODES = 10_000
DEEPEST = 50
LONGEST_INTEGER = 300
LARGEST_KEY = 10**9  # a year fits; pydantic names larger keys by their text

_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)  # six times faster, where PyYAML was built with libyaml
_NULL = re.compile(r"(?:null|Null|NULL|~|)")
_TRUE = re.compile(r"(?:true|True|TRUE)")
_FALSE = re.compile(r"(?:false|False|FALSE)")
_INTEGER = re.compile(r"[-+]?[0-9]+")
_OCTAL = re.compile(r"0o[0-7]+")
_HEXADECIMAL = re.compile(r"0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_INFINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)")
_NOT_A_NUMBER = re.compile(r"\.(?:nan|NaN|NAN)")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def resolve(text: str) -> Scalar:
    """What an unquoted scalar means."""
    if _NULL.fullmatch(text):
        return None
    if _TRUE.fullmatch(text) or _FALSE.fullmatch(text):
        return text[0] in "tT"
    if _DATE.fullmatch(text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            return text
    if len(text) <= LONGEST_INTEGER:
        if _INTEGER.fullmatch(text):
            return int(text)
        if _OCTAL.fullmatch(text) or _HEXADECIMAL.fullmatch(text):
            return int(text, 0)
    if _FLOAT.fullmatch(text):
        return float(text)
    if _INFINITE.fullmatch(text) or _NOT_A_NUMBER.fullmatch(text):
        return float(text.replace(".", ""))
    return text


def read_yaml(text: str, name: str) -> Reading:
    """The one document of a YAML text, with the faults of its form.

    Tags, keys given twice and keys that are no names are faults that leave the rest readable. Reading stops at text
    that is not YAML, at more than 10,000 nodes after expansion of aliases, at nesting deeper than 50 and at a second
    document; what came before stands in ``root``.
    """
    composer = _Composer(name)
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            composer.take(event)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        composer.fault(mark.line + 1 if mark else 0, _found(error.problem or error.context or ""), "valid YAML")
    except yaml.YAMLError as error:
        line = text.count("\n", 0, getattr(error, "position", None) or 0) + 1
        composer.fault(line, "a control character", "text")
    except _Stopped:
        pass
    else:
        if not isinstance(composer.root.value, dict) and not composer.faults:
            composer.fault(0, shown(composer.root), "a mapping of keys to values")
        return Reading(composer.root, tuple(composer.faults), isinstance(composer.root.value, dict))
    return Reading(composer.root, tuple(composer.faults), False)


def _found(problem: str) -> str:
    """The parser's complaint as something found."""
    for start in ("did not find expected ", "could not find expected "):
        if problem.startswith(start):
            return f"no {problem.removeprefix(start)}"
    return problem.removeprefix("found ") if problem.startswith("found ") else f"text where {problem}"


class _Stopped(Exception):  # noqa: N818 - not an error of the program: reading goes no further
    """A limit was reached; the fault that says so has been noted."""


@dataclass(slots=True)
class _Open:
    """A collection whose end has not come yet."""

    line: int
    anchor: str | None
    keyed: bool
    entries: dict[Key, Node] = field(default_factory=dict)
    items: list[Node] = field(default_factory=list)
    key: tuple[Key, int] | None = None
    size: int = 1
    height: int = 1


@dataclass(frozen=True, slots=True)
class _Anchored:
    """A finished value that aliases may repeat, with the number of its nodes and levels."""

    node: Node
    size: int
    height: int


class _Composer:
    """Turns parser events into nodes, one event at a time, and counts them."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.faults: list[Fault] = []
        self._root: Node | None = None
        self._open: list[_Open] = []
        self._anchors: dict[str, _Anchored] = {}
        self._count = 0

    @property
    def root(self) -> Node:
        """The document, or as much of its outermost mapping as has been read."""
        if self._root is not None:
            return self._root
        return Node(self._open[0].entries if self._open else None, self.name, 1)

    def fault(self, line: int, found: str, expected: str, where: str = "YAML") -> None:
        self.faults.append(Fault(self.name, line, where, clipped(found), expected))

    def take(self, event: yaml.Event) -> None:
        line = event.start_mark.line + 1 if event.start_mark else 0
        tag = getattr(event, "tag", None)
        if tag is not None:
            self.fault(line, f"the tag {tag}", "a value without a tag")
        if isinstance(event, yaml.AliasEvent):
            self._alias(event.anchor or "", line)
        elif isinstance(event, yaml.ScalarEvent):
            self._grow(1, 0, line)
            plain = event.implicit[0]
            text = event.value if plain else f'"{event.value}"'
            node = Node(resolve(event.value) if plain else event.value, self.name, line, text)
            self._add(_Anchored(node, 1, 0), event.anchor)
        elif isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            self._grow(1, 1, line)
            self._open.append(_Open(line, event.anchor, isinstance(event, yaml.MappingStartEvent)))
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            closed = self._open.pop()
            node = Node(closed.entries if closed.keyed else closed.items, self.name, closed.line)
            self._add(_Anchored(node, closed.size, closed.height), closed.anchor)

    def _alias(self, anchor: str, line: int) -> None:
        known = self._anchors.get(anchor)
        if known is None:
            self._stop(line, f"the alias *{anchor}", "an alias of a value that ends before it")
        self._grow(known.size, known.height, line)
        self._add(_Anchored(known.node.moved(self.name, line), known.size, known.height), None)

    def _grow(self, size: int, height: int, line: int) -> None:
        self._count += size
        if self._count > MOST_NODES:
            self._stop(line, f"more than {MOST_NODES:,} values", f"at most {MOST_NODES:,}, aliases expanded")
        if len(self._open) + height > DEEPEST:
            self._stop(line, f"nesting deeper than {DEEPEST}", f"at most {DEEPEST} levels")

    def _add(self, value: _Anchored, anchor: str | None) -> None:
        node = value.node
        if anchor is not None:
            self._anchors[anchor] = value
        if not self._open:
            if self._root is not None:
                self._stop(node.line, "a second document", "one document")
            self._root = node
            return
        parent = self._open[-1]
        parent.size += value.size
        parent.height = max(parent.height, value.height + 1)
        if not parent.keyed:
            parent.items.append(node)
        elif parent.key is None:
            parent.key = (self._key(node), node.line)
        else:
            key, line = parent.key
            parent.key = None
            if key in parent.entries:
                first = parent.entries[key].line
                self.fault(line, "the key a second time", f"it once (line {first})", clipped(str(key)))
            else:
                parent.entries[key] = node.moved(self.name, line)

    def _key(self, node: Node) -> Key:
        if isinstance(node.value, dict | list):
            self.fault(node.line, "a collection as a key", "a name")
        if isinstance(node.value, int) and not isinstance(node.value, bool) and abs(node.value) <= LARGEST_KEY:
            return node.value
        return node.value if isinstance(node.value, str) else node.text

    def _stop(self, line: int, found: str, expected: str) -> NoReturn:
        self.fault(line, found, expected)
        raise _Stopped
