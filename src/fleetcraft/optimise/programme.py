"""A mixed-integer linear programme as arrays: named column groups and named row blocks, handed whole to a solver.

A law is a function that returns one ``Block``; ``programme_text`` prints any part in words for golden tests.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
INFINITY = np.inf


@dataclass(frozen=True)
class Columns:
    """A group of variables: ``index`` are their column numbers, ``labels`` say which is which.

    ``integer`` tells which are whole numbers: all, none or each.
    """

    name: str
    index: Ints
    labels: tuple[str, ...]
    lower: Floats
    upper: Floats
    integer: bool | NDArray[np.bool_]


@dataclass(frozen=True)
class Block:
    """Rows lower <= sum value x column <= upper of one law; (row, column, value) triplets count rows from 0."""

    name: str
    labels: tuple[str, ...]
    lower: Floats
    upper: Floats
    row: Ints
    column: Ints
    value: Floats


@dataclass(frozen=True)
class Programme:
    """Maximise ``objective`` @ x subject to the blocks; groups in column order."""

    groups: tuple[Columns, ...]
    blocks: tuple[Block, ...]
    objective: Floats

    @property
    def lower(self) -> Floats:
        """Lower bounds of all columns."""
        return np.concatenate([g.lower for g in self.groups])

    @property
    def upper(self) -> Floats:
        """Upper bounds of all columns."""
        return np.concatenate([g.upper for g in self.groups])

    @property
    def integer(self) -> NDArray[np.bool_]:
        """Which columns are whole numbers."""
        return np.concatenate([np.broadcast_to(g.integer, len(g.index)) for g in self.groups])

    @property
    def row_lower(self) -> Floats:
        """Lower bounds of all rows, block after block."""
        return np.concatenate([b.lower for b in self.blocks])

    @property
    def row_upper(self) -> Floats:
        """Upper bounds of all rows, block after block."""
        return np.concatenate([b.upper for b in self.blocks])

    @property
    def matrix(self) -> csr_array:
        """All rows as one sparse matrix, equal entries added, zeros dropped."""
        offsets = np.cumsum([0, *(len(b.lower) for b in self.blocks)])
        row = np.concatenate([b.row + offset for b, offset in zip(self.blocks, offsets[:-1], strict=True)])
        column = np.concatenate([b.column for b in self.blocks])
        value = np.concatenate([b.value for b in self.blocks])
        matrix = csr_array((value, (row, column)), shape=(int(offsets[-1]), len(self.objective)))
        matrix.sum_duplicates()
        matrix.eliminate_zeros()
        return matrix


@dataclass
class ColumnCounter:
    """Hands out column numbers while a programme's groups are declared."""

    groups: list[Columns] = field(default_factory=list)
    count: int = 0

    def add(
        self,
        name: str,
        labels: Sequence[str],
        *,
        upper: float | Floats = INFINITY,
        lower: float | Floats = 0.0,
        integer: bool = False,
    ) -> Columns:
        """Declare a group of variables, bounded below by 0 unless stated."""
        size = len(labels)
        group = Columns(
            name=name,
            index=np.arange(self.count, self.count + size),
            labels=tuple(labels),
            lower=np.broadcast_to(np.asarray(lower, dtype=np.float64), (size,)).copy(),
            upper=np.broadcast_to(np.asarray(upper, dtype=np.float64), (size,)).copy(),
            integer=integer,
        )
        self.count += size
        self.groups.append(group)
        return group


Terms = tuple[Ints, Ints, Floats | float]
"""Rows, columns and values, broadcast together."""


def block(
    name: str,
    labels: Sequence[str],
    terms: Iterable[Terms],
    *,
    lower: float | Floats = -INFINITY,
    upper: float | Floats = INFINITY,
) -> Block:
    """A block from broadcast triplets."""
    size = len(labels)
    rows, columns, values = [], [], []
    for row, column, value in terms:
        r, c, v = np.broadcast_arrays(row, column, np.asarray(value, dtype=np.float64))
        rows.append(r.ravel())
        columns.append(c.ravel())
        values.append(v.ravel())
    return Block(
        name=name,
        labels=tuple(labels),
        lower=np.broadcast_to(np.asarray(lower, dtype=np.float64), (size,)).copy(),
        upper=np.broadcast_to(np.asarray(upper, dtype=np.float64), (size,)).copy(),
        row=np.concatenate([*rows, np.zeros(0)]).astype(np.int64),
        column=np.concatenate([*columns, np.zeros(0)]).astype(np.int64),
        value=np.concatenate([*values, np.zeros(0)]),
    )


def rows_of(name: str, matrix: csr_array, upper: Floats) -> Block:
    """matrix x <= upper as a block, its rows numbered."""
    entries = matrix.tocoo()
    count = matrix.shape[0]
    return Block(
        name=name,
        labels=tuple(str(k) for k in range(count)),
        lower=np.full(count, -INFINITY),
        upper=upper,
        row=entries.row.astype(np.int64),
        column=entries.col.astype(np.int64),
        value=entries.data,
    )


def block_text(groups: Sequence[Columns], law: Block) -> str:
    """One law in words, a row a line, for people and for golden tests."""
    names = [f"{g.name}[{label}]" for g in groups for label in g.labels]
    lines = []
    for i, label in enumerate(law.labels):
        entries = sorted(zip(law.column[law.row == i].tolist(), law.value[law.row == i].tolist(), strict=True))
        total = " ".join(f"{value:+.6g} {names[column]}" for column, value in entries if value)
        lines.append(f"{law.name}[{label}]: {_limits(law.lower[i], law.upper[i], total)}")
    return "\n".join(lines) + "\n"


def _limits(lower: float, upper: float, total: str) -> str:
    if lower == upper:
        return f"{total} = {upper:.6g}"
    left = "" if lower == -INFINITY else f"{lower:.6g} <= "
    right = "" if upper == INFINITY else f" <= {upper:.6g}"
    return f"{left}{total}{right}"
