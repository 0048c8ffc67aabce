"""Rows that hold for every whole solution and cut off fractional ones."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from fleetcraft.optimise.programme import Block, Columns, Terms, block

Floats = NDArray[np.float64]


def split_fixed_charges(law: Block, groups: tuple[Columns, ...]) -> Block | None:
    """x_j <= u_j z for the columns of a row sum a_j x_j <= M z, where whole z is 0 or 1 and 0 <= x_j <= u_j < M / a_j.

    Where z is 0 so is every x_j; where it is 1 each keeps its own bound: the relaxation can no longer pay a large
    fixed charge in small parts. ``groups`` hold all columns that the law knows; None where nothing can be split.
    """
    lower = np.concatenate([g.lower for g in groups])
    upper = np.concatenate([g.upper for g in groups])
    binary = np.concatenate([np.full(len(g.index), g.integer) for g in groups]) & (lower == 0) & (upper == 1)
    matrix = csr_array((law.value, (law.row, law.column)), shape=(len(law.labels), len(lower)))
    matrix.sum_duplicates()
    labels: list[str] = []
    members: list[int] = []
    charges: list[int] = []
    most: list[float] = []
    for row in np.flatnonzero((law.upper == 0) & np.isneginf(law.lower)):
        column = matrix.indices[matrix.indptr[row] : matrix.indptr[row + 1]]
        value = matrix.data[matrix.indptr[row] : matrix.indptr[row + 1]]
        charge = column[value < 0]
        if len(charge) != 1 or not binary[charge[0]] or (lower[column[value > 0]] < 0).any():
            continue
        for j, a in zip(column[value > 0].tolist(), value[value > 0].tolist(), strict=True):
            share = -value[value < 0][0] / a
            if upper[j] < share:
                labels.append(f"{law.labels[row]},{j}")
                members.append(j)
                charges.append(int(charge[0]))
                most.append(upper[j])
    if not labels:
        return None
    own = np.arange(len(labels))
    terms: list[Terms] = [(own, np.array(members), 1.0), (own, np.array(charges), -np.array(most))]
    return block(f"{law.name}_split", labels, terms, upper=0.0)
