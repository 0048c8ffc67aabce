"""The only file that knows HiGHS."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import highspy
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from fleetcraft.errors import FleetcraftError
from fleetcraft.optimise.programme import INFINITY, Columns, Programme

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Status = Literal["optimal", "feasible", "infeasible", "limit"]
StoppedBy = Literal["gap", "nodes", "time"]


@dataclass(frozen=True)
class Limits:
    """When a solve may stop: a relative gap, branch-and-bound nodes, seconds (None: no limit)."""

    gap: float = 0.01
    nodes: int | None = None
    seconds: float | None = None


LEAST_SECONDS = 0.1
"""What a step is given that begins when the time is over."""
SMALL = 1_500
"""Columns below which simplex from nothing is faster than the interior-point method: 37 against 42 ms for all that one
judged future orders after the news, the Japanese case."""


@dataclass(frozen=True)
class Deadline:
    """Limits of each step of a longer search that ends at ``at`` on the system's monotonic clock (None: never)."""

    nodes: int | None
    at: float | None

    @property
    def passed(self) -> bool:
        """Whether the time is over."""
        return self.at is not None and time.monotonic() >= self.at

    def limits(self, gap: float) -> Limits:
        """The limits of a step that begins now."""
        return self.within(Limits(gap, self.nodes))

    def within(self, limits: Limits) -> Limits:
        """Limits of a step's own, and the time that is left."""
        left = None if self.at is None else max(self.at - time.monotonic(), LEAST_SECONDS)
        return replace(limits, seconds=left)


def deadline_of(limits: Limits) -> Deadline:
    """The end of a search that begins now."""
    return Deadline(limits.nodes, None if limits.seconds is None else time.monotonic() + limits.seconds)


@dataclass(frozen=True)
class Solution:
    """What a solve found: ``optimal`` within the gap, ``feasible`` at a limit, ``limit`` with nothing to show.

    ``bound`` is an upper bound of the objective; ``values`` is empty where there is no incumbent.
    """

    status: Status
    stopped_by: StoppedBy
    objective: float
    bound: float
    values: Floats


def solve(programme: Programme, limits: Limits, *, start: Floats | None = None, threads: int = 1) -> Solution:
    """Maximise a programme, from an incumbent where one is given.

    Raises FleetcraftError where HiGHS itself fails (neither a solution nor a proof).
    """
    highs = _highs(limits, threads)
    hand_over(programme, highs)
    if start is not None:
        warm = highspy.HighsSolution()
        warm.col_value = start.tolist()
        highs.setSolution(warm)
    linear = not programme.integer.any()
    try:
        return _run(highs, linear=linear)
    except FleetcraftError:
        return _run_anew(highs, linear=linear)


class Relaxation:
    """The linear relaxation of a programme, kept in the solver while bounds, objective and further rows change.

    The first solve is by the interior-point method (five times faster than dual simplex on these programmes, but for
    small ones), each later one by dual simplex from the last basis, which a change of bounds leaves dual feasible.
    """

    def __init__(self, programme: Programme, limits: Limits, *, threads: int = 1) -> None:
        self._highs = _highs(limits, threads)
        hand_over(programme, self._highs, relaxed=True)
        self._highs.setOptionValue("solver", "simplex" if len(programme.objective) < SMALL else "ipm")
        self._is_first = True

    def solve(self, groups: Sequence[Columns], seconds: float | None = None) -> Solution:
        """Maximise with the bounds of ``groups``, which are the programme's own in its order, for so many ``seconds``.

        Raises FleetcraftError where HiGHS itself fails.
        """
        lower = np.concatenate([g.lower for g in groups])
        upper = np.concatenate([g.upper for g in groups])
        self._highs.changeColsBounds(len(lower), np.arange(len(lower), dtype=np.int32), lower, upper)
        if seconds is not None:  # the solver's clock runs on from solve to solve
            self._highs.setOptionValue("time_limit", self._highs.getRunTime() + seconds)
        try:
            return self._proven()
        finally:
            self._is_first = False
            self._highs.setOptionValue("solver", "simplex")
            self._highs.setOptionValue("time_limit", INFINITY)

    def _proven(self) -> Solution:
        """A solve; where it fails, or the interior-point method sees no point (there may be one), simplex tells."""
        try:
            found = _run(self._highs, linear=True)
            if found.status != "infeasible" or not self._is_first:
                return found
        except FleetcraftError:
            pass
        self._highs.setOptionValue("solver", "simplex")
        return _run_anew(self._highs, linear=True)

    def add_rows(self, matrix: csr_array, upper: Floats) -> None:
        """matrix x <= upper as well."""
        count = len(upper)
        lower = np.full(count, -INFINITY)
        self._highs.addRows(count, lower, upper, matrix.nnz, matrix.indptr[:-1], matrix.indices, matrix.data)

    def set_lower(self, rows: Ints, lower: float) -> None:
        """Another lower limit for some rows."""
        for row in rows.tolist():
            self._highs.changeRowBounds(row, lower, self._highs.getLp().row_upper_[row])

    def set_objective(self, objective: Floats) -> None:
        """Maximise something else."""
        self._highs.changeColsCost(len(objective), np.arange(len(objective), dtype=np.int32), objective)

    def marginals(self) -> tuple[Floats, Floats]:
        """Dual values of all rows and reduced costs of all columns at the last solve."""
        solution = self._highs.getSolution()
        return np.array(solution.row_dual), np.array(solution.col_dual)


def _highs(limits: Limits, threads: int) -> highspy.Highs:
    highs = highspy.Highs()  # type: ignore[no-untyped-call]
    highs.setOptionValue("output_flag", False)
    highs.setOptionValue("threads", threads)
    highs.setOptionValue("mip_rel_gap", limits.gap)
    if limits.nodes is not None:
        highs.setOptionValue("mip_max_nodes", limits.nodes)
    if limits.seconds is not None:
        highs.setOptionValue("time_limit", limits.seconds)
    return highs


def _run_anew(highs: highspy.Highs, *, linear: bool) -> Solution:
    """A solve from nothing; where it fails once more, without presolve, which is what fails now and then."""
    highs.clearSolver()
    try:
        return _run(highs, linear=linear)
    except FleetcraftError:
        highs.clearSolver()
        highs.setOptionValue("presolve", "off")
        try:
            return _run(highs, linear=linear)
        finally:
            highs.setOptionValue("presolve", "choose")


def _run(highs: highspy.Highs, *, linear: bool) -> Solution:
    failed = highs.run() == highspy.HighsStatus.kError
    if failed or highs.getModelStatus() == highspy.HighsModelStatus.kUnknown:
        raise FleetcraftError(f"the solver failed: {highs.modelStatusToString(highs.getModelStatus())}")
    return _solution(highs, linear)


def hand_over(programme: Programme, highs: highspy.Highs, *, relaxed: bool = False) -> None:
    """Give HiGHS a programme as arrays, which it copies whole (attribute by attribute took four times as long)."""
    matrix = programme.matrix
    highs.passModel(
        matrix.shape[1],
        matrix.shape[0],
        matrix.nnz,
        int(highspy.MatrixFormat.kRowwise),
        int(highspy.ObjSense.kMaximize),
        0.0,
        programme.objective,
        programme.lower,
        programme.upper,
        programme.row_lower,
        programme.row_upper,
        matrix.indptr.astype(np.int32),
        matrix.indices.astype(np.int32),
        matrix.data,
        np.zeros(matrix.shape[1], dtype=np.int32) if relaxed else programme.integer.astype(np.int32),
    )


def _solution(highs: highspy.Highs, linear: bool) -> Solution:
    status = highs.getModelStatus()
    info = highs.getInfo()
    kinds = highspy.HighsModelStatus
    if status in (kinds.kInfeasible, kinds.kUnboundedOrInfeasible):
        return Solution("infeasible", "gap", -np.inf, -np.inf, np.zeros(0))
    reasons: dict[highspy.HighsModelStatus, StoppedBy] = {kinds.kOptimal: "gap", kinds.kSolutionLimit: "nodes"}
    stopped_by = reasons.get(status, "time")
    bound = info.mip_dual_bound
    if linear:  # a linear solve that a limit cut short has proved nothing
        bound = info.objective_function_value if status == kinds.kOptimal else np.inf
    if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        return Solution("limit", stopped_by, -np.inf, bound, np.zeros(0))
    found: Status = "optimal" if status == kinds.kOptimal else "feasible"
    values = np.array(highs.getSolution().col_value)
    return Solution(found, stopped_by, info.objective_function_value, bound, values)
