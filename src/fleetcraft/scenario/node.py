"""What a file says and where it says it: the tree that every reader makes and every fault points into."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from fleetcraft.errors import Fault

Scalar = None | bool | int | float | str | date
Key = str | int
Path = tuple[Key, ...]


@dataclass(frozen=True, eq=False, slots=True)
class Node:
    """One value with its place: a scalar, a mapping of nodes or a sequence of nodes.

    ``line`` counts from 1 and is that of the key where the value has one; ``text`` is a scalar as it was written.
    """

    value: Scalar | dict[Key, Node] | list[Node]
    file: str
    line: int
    text: str = ""

    @property
    def mapping(self) -> Mapping[Key, Node]:
        """The entries of a mapping; none where the value is something else."""
        return self.value if isinstance(self.value, dict) else {}

    @property
    def items(self) -> Sequence[Node]:
        """The items of a sequence; none where the value is something else."""
        return self.value if isinstance(self.value, list) else ()

    def child(self, key: Key) -> Node | None:
        """The entry of a mapping or the item of a sequence; None where there is none."""
        if self.items and isinstance(key, int):
            return self.items[key] if 0 <= key < len(self.items) else None
        return self.mapping.get(key)

    def get(self, *path: Key) -> Node | None:
        """The node at a path; None where there is none."""
        node: Node | None = self
        for key in path:
            node = node.child(key) if node else None
        return node

    def nearest(self, path: Path) -> Node:
        """The node at a path, or the deepest one on the way to it."""
        node = self
        for key in path:
            inner = node.child(key)
            if inner is None:
                return node
            node = inner
        return node

    def with_child(self, key: Key, child: Node) -> Node:
        """A copy in which one entry or item is another."""
        if self.items and isinstance(key, int):
            items = list(self.items)
            items[key] = child
            return Node(items, self.file, self.line)
        return Node({**self.mapping, key: child}, self.file, self.line)

    def moved(self, file: str, line: int) -> Node:
        """The same value at another place, as an alias or a key has it."""
        return Node(self.value, file, line, self.text)


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read of a file: its tree, the faults of its form, and whether reading reached the end."""

    root: Node
    faults: tuple[Fault, ...]
    whole: bool


def plain(node: Node) -> object:
    """The values alone: dictionaries, tuples and scalars."""
    value = node.value
    if isinstance(value, dict):
        return {key: plain(child) for key, child in value.items()}
    if isinstance(value, list):
        return tuple(plain(child) for child in value)
    return value
