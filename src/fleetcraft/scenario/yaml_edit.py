"""One value of a YAML text changed in place: comments, layout and every other byte stay as they are.

The places come from the marks of PyYAML's own composer. What an edit did is read back by ``edit``, so that a layout
this does not understand is refused, not damaged.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import yaml
from yaml.nodes import CollectionNode, MappingNode, Node, ScalarNode, SequenceNode

from fleetcraft.scenario.node import Key
from fleetcraft.scenario.yaml_file import resolve
from fleetcraft.scenario.yaml_words import block, entry, folded, inline


class LayoutError(ValueError):
    """The text is laid out in a way that an edit in place does not understand."""


@dataclass(frozen=True)
class Written:
    """What is written: the value, whether numbers may get an exponent, whether words are quoted as in JSON.

    ``order``: the keys of the mapping that gets a new one, as they should follow each other.
    """

    value: object
    real: bool = False
    quoted: bool = False
    order: Sequence[str] = ()

    def wrapped(self, keys: Sequence[Key]) -> Written:
        """The same as the innermost value of new mappings and, at a position, of new lists: 0, as no year is."""
        value = self.value
        for key in reversed(keys):
            value = [value] if key == 0 else {key: value}
        return Written(value, self.real, self.quoted, self.order)


def with_value(text: str, path: Sequence[Key], written: Written) -> str:
    """The text with another value at a path of keys and positions; a position behind a list's last item adds one.

    Mappings and lists that are missing on the way are added. Raises LayoutError.
    """
    return _Editor(text).put(path, written)


def without(text: str, path: Sequence[Key]) -> str:
    """The text without the key or item at a path that leads somewhere. Raises LayoutError."""
    return _Editor(text).remove(path)


class _Editor:
    """A text with its composed nodes."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.end_of_line = "\r\n" if "\r\n" in text else "\n"
        try:
            root = yaml.compose(text, Loader=yaml.BaseLoader)
        except yaml.YAMLError as error:
            raise LayoutError("text that cannot be read") from error
        if not isinstance(root, MappingNode):
            raise LayoutError("no mapping")
        self.root = root

    def put(self, path: Sequence[Key], written: Written) -> str:
        parent: Node = self.root
        for number, key in enumerate(path):
            child = _child(parent, key)
            if child is None or (number + 1 < len(path) and _is_empty(child)):
                return self._put_new(parent, path[: number + 1], child, written.wrapped(path[number + 1 :]))
            if number + 1 == len(path):
                return self._replace(parent, key, child, written)
            parent = child
        raise LayoutError("no path")

    def remove(self, path: Sequence[Key]) -> str:
        parent: CollectionNode = self.root
        for key in path[:-1]:
            found = _child(parent, key)
            if not isinstance(found, CollectionNode):
                raise LayoutError("no collection")
            parent = found
        if len(parent.value) == 1 and not parent.flow_style:
            if len(path) == 1:
                raise LayoutError("the only key")
            return self.put(path[:-1], Written({} if isinstance(parent, MappingNode) else []))
        spans = [self._span_of(parent, number) for number in range(len(parent.value))]
        at = _position(parent, path[-1])
        assert at is not None
        if parent.flow_style:
            return self._cut_from_flow(spans, at)
        return self._cut_lines(spans, at, "-" if isinstance(parent, SequenceNode) else "")

    def _put_new(self, parent: Node, path: Sequence[Key], child: Node | None, written: Written) -> str:
        if child is not None:
            return self._replace(parent, path[-1], child, written)
        if not isinstance(parent, CollectionNode):
            raise LayoutError("no collection")
        if not parent.value and len(path) > 1:
            value = [written.value] if isinstance(parent, SequenceNode) else {path[-1]: written.value}
            return self.put(path[:-1], Written(value, written.real, written.quoted))
        if isinstance(parent, SequenceNode):
            return self._append(parent, written)
        assert isinstance(parent, MappingNode)
        return self._add(parent, path[-1], written)

    def _replace(self, parent: Node, key: Key, child: Node, written: Written) -> str:
        start, end = child.start_mark.index, self._end(child)
        flow = bool(parent.flow_style) if isinstance(parent, CollectionNode) else False
        if flow or isinstance(parent, SequenceNode) or written.quoted:
            old = self.text[start:end]
            space = " " if start == end and self.text[start - 1 : start] in (":", "-") else ""
            word = inline(written.value, old, flow=flow, real=written.real, quoted=written.quoted)
            return self._spliced(start, end, space + word)
        position = _position(parent, key)
        assert position is not None
        name = parent.value[position][0]
        if isinstance(child, ScalarNode) and child.style == ">" and isinstance(written.value, str):
            lines = folded(written.value, name.start_mark.column + 2)
            if lines:
                return self._spliced(start, end, self.end_of_line.join([">-", *lines]))
        lines = block(written.value, name.start_mark.column + 2, real=written.real)
        if len(lines) == 1 and isinstance(child, ScalarNode) and start < end:
            word = inline(written.value, self.text[start:end], flow=False, real=written.real)
            return self._spliced(start, end, word)
        after_colon = self.text.index(":", name.end_mark.index) + 1
        return self._spliced(after_colon, max(end, after_colon), self.end_of_line.join(lines))

    def _append(self, parent: SequenceNode, written: Written) -> str:
        last = self._end(parent.value[-1]) if parent.value else parent.start_mark.index + 1
        word = inline(written.value, flow=bool(parent.flow_style), real=written.real, quoted=written.quoted)
        if parent.flow_style:
            return self._spliced(last, last, f", {word}" if parent.value else word)
        line = f"{self.end_of_line}{' ' * parent.start_mark.column}- {word}"
        at = self._line_end(last)
        return self._spliced(at, at, line)

    def _add(self, parent: MappingNode, key: Key, written: Written) -> str:
        before = self._keys_before(parent, key, written.order)
        if parent.flow_style:
            name = inline(key, flow=True, quoted=written.quoted)
            word = f"{name}: {inline(written.value, flow=True, real=written.real, quoted=written.quoted)}"
            if before:
                at = self._end(parent.value[before - 1][1])
                return self._spliced(at, at, f",{self._gap_in(parent)}{word}")
            at = parent.start_mark.index + 1
            return self._spliced(at, at, f"{word}, " if parent.value else word)
        lines = entry(key, written.value, parent.value[0][0].start_mark.column, real=written.real)
        first = self._line_start(parent.value[0][0].start_mark.index)
        if not before and not self.text[first : parent.value[0][0].start_mark.index].strip():
            return self._spliced(first, first, self.end_of_line.join([*lines, ""]))
        at = self._line_end(self._end(parent.value[max(before, 1) - 1][1]))
        gap = [""] if parent is self.root and len(lines) > 1 else []
        return self._spliced(at, at, self.end_of_line.join(["", *gap, *lines]))

    def _gap_in(self, parent: MappingNode) -> str:
        """What stands between two entries in brackets: a blank, or a new line where each has its own."""
        marks = [name.start_mark for name, _ in parent.value[:2]]
        own_lines = len({mark.line for mark in marks}) > 1
        return self.end_of_line + " " * marks[0].column if own_lines else " "

    def _keys_before(self, parent: MappingNode, key: Key, order: Sequence[str]) -> int:
        """How many of a mapping's entries a new key comes after."""
        names = [_key_of(name) for name, _ in parent.value]
        if isinstance(key, int) and all(isinstance(name, int) for name in names):
            return sum(name < key for name in names if isinstance(name, int))
        if key not in order:
            return len(names)
        earlier = set(order[: order.index(str(key))])
        return max((number + 1 for number, name in enumerate(names) if name in earlier), default=0)

    def _cut_from_flow(self, spans: Sequence[tuple[int, int]], at: int) -> str:
        start, end = spans[at]
        if at + 1 < len(spans):
            return self._spliced(start, spans[at + 1][0], "")
        return self._spliced(spans[at - 1][1] if at else start, end, "")

    def _cut_lines(self, spans: Sequence[tuple[int, int]], at: int, mark: str) -> str:
        """Cut whole lines; of a mapping whose first key follows a dash, that key alone."""
        start, end = spans[at]
        first = self._line_start(start)
        before = self.text[first:start].strip()
        if before == "-" != mark and at + 1 < len(spans):
            return self._spliced(start, spans[at + 1][0], "")
        if before != mark:
            raise LayoutError("something else on the line")
        last = self._line_end(end)
        if last < len(self.text):
            return self._spliced(first, self.text.index("\n", last) + 1, "")
        return self._spliced(max(first - len(self.end_of_line), 0), last, "")

    def _span_of(self, parent: CollectionNode, number: int) -> tuple[int, int]:
        if isinstance(parent, MappingNode):
            name, inner = parent.value[number]
            return name.start_mark.index, max(self._end(inner), name.end_mark.index)
        return parent.value[number].start_mark.index, self._end(parent.value[number])

    def _end(self, node: Node) -> int:
        """Where the words of a node end, without the comments and blank lines behind them."""
        if isinstance(node, CollectionNode) and not node.flow_style and node.value:
            last = node.value[-1]
            return self._end(last[1] if isinstance(node, MappingNode) else last)
        start, end = node.start_mark.index, node.end_mark.index
        if isinstance(node, ScalarNode) and node.style in ("|", ">"):
            return start + len(self.text[start:end].rstrip())
        return end

    def _line_start(self, at: int) -> int:
        return self.text.rfind("\n", 0, at) + 1

    def _line_end(self, at: int) -> int:
        end = self.text.find("\n", at)
        if end < 0:
            return len(self.text)
        return end - 1 if end > at and self.text[end - 1] == "\r" else end

    def _spliced(self, start: int, end: int, words: str) -> str:
        return self.text[:start] + words + self.text[end:]


def _position(parent: Node, key: Key) -> int | None:
    """The place of a key's first entry in a mapping, or of an item in a list; None where there is none."""
    if isinstance(parent, SequenceNode):
        return key if isinstance(key, int) and key < len(parent.value) else None
    if isinstance(parent, MappingNode):
        return next((n for n, (name, _) in enumerate(parent.value) if _key_of(name) == key), None)
    return None


def _child(parent: Node, key: Key) -> Node | None:
    position = _position(parent, key)
    if position is None:
        return None
    found = parent.value[position]
    child = found[1] if isinstance(parent, MappingNode) else found
    if child.start_mark.index < parent.start_mark.index:
        raise LayoutError("an alias")
    assert isinstance(child, Node)
    return child


def _key_of(name: Node) -> Key:
    if not isinstance(name, ScalarNode):
        return ""
    value = resolve(name.value) if name.style is None else name.value
    return value if isinstance(value, str) or (isinstance(value, int) and not isinstance(value, bool)) else name.value


def _is_empty(node: Node) -> bool:
    return isinstance(node, ScalarNode) and node.style is None and resolve(node.value) is None
