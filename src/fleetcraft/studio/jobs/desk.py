"""Where jobs are handed in, looked up, cancelled and gone on with.

Two lanes: what takes seconds does not wait for what takes minutes. The same request, while it waits or is answered, is
one job. A job that was queued or at work when the server ended, however it ended, is interrupted and can be resumed.
"""

from __future__ import annotations

import fcntl
import logging
import os
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_hex
from threading import RLock
from typing import Any

from fleetcraft.errors import RunError
from fleetcraft.runs.shelf import keep_newest
from fleetcraft.scenario.examples import SHIPPED_NAME
from fleetcraft.studio.errors import RefusalError, missing
from fleetcraft.studio.events import Events
from fleetcraft.studio.jobs.asking import Asked
from fleetcraft.studio.jobs.lane import Lane
from fleetcraft.studio.jobs.process import ENDED
from fleetcraft.studio.jobs.records import read_jobs, remove_job, too_old, write_job
from fleetcraft.studio.jobs.titles import title_of
from fleetcraft.studio.models.jobs import AT_END, Job, JobError, JobRequest, Progress
from fleetcraft.studio.runs_folder import point_folder
from fleetcraft.studio.workspace import RUN, Workspace

QUICK, LONG = "quick", "long"
MOST_QUEUED = 50
TRIALS = 40
"""Runs of trials that are kept."""
CLOSING_S = 3.0
STOPPED = ("cancelled", "interrupted")
Key = tuple[JobRequest, str | None]


class Desk:
    """The jobs of a workspace; may be used from any thread, and by one process at a time."""

    def __init__(self, folder: Path, workspace: Workspace, events: Events) -> None:
        self._folder, self._workspace, self._events = folder, workspace, events
        self._lock = RLock()
        self._jobs: dict[str, Job] = {}
        self._asked: dict[str, Key] = {}
        self._cancelled: set[str] = set()
        self._lanes: dict[str, Lane] = {}
        self._held: int | None = None

    def open(self) -> None:
        """Read what was handed in before, and begin. Raises RunError as ``require_alone`` does."""
        self.require_alone()
        with self._lock:
            self._jobs = {job.id: job for job in read_jobs(self._folder)}
            for job in [job for job in self._jobs.values() if job.state not in AT_END]:
                self._change(job, state="interrupted", progress=None, ended=_now())
            at = self._workspace.folder
            self._lanes = {QUICK: Lane(at, self, warm=True), LONG: Lane(at, self, warm=False)}
            for lane in self._lanes.values():
                lane.open()

    def require_alone(self) -> None:
        """Hold the workspace until it is closed. Raises RunError where another process does, or it is read-only."""
        if self._held is None:
            try:
                self._folder.mkdir(parents=True, exist_ok=True)
                self._held = _held_alone(self._folder.parent)
            except OSError as error:
                raise RunError(f"{self._folder}: cannot be written: {error.strerror}") from error

    def make_ready(self) -> None:
        """Have the quick lane load what it needs before it is asked."""
        self._lanes[QUICK].make_ready()

    def close(self) -> None:
        """Interrupt what is at work; what is done is kept, and every job can be resumed."""
        for lane in self._lanes.values():
            lane.close(CLOSING_S)
        with self._lock:
            for job in [job for job in self._jobs.values() if job.state not in AT_END]:
                self._change(job, state="interrupted", progress=None, ended=_now())
            if self._held is not None:
                os.close(self._held)
                self._held = None

    def jobs(self) -> list[Job]:
        """Every job that is kept, oldest first."""
        with self._lock:
            return sorted(self._jobs.values(), key=lambda job: job.id)

    def job(self, id_: str) -> Job:
        """One job. Raises RefusalError (404) where there is none."""
        with self._lock:
            if id_ not in self._jobs:
                raise missing(f"job {id_}")
            return self._jobs[id_]

    def submit(self, request: JobRequest) -> Job:
        """Queue a request, or give the job that has it. Raises RefusalError where it names what is not there."""
        self._require_asked_well(request)
        key = self._key(request)
        with self._lock:
            same = self._live(key)
            if same is not None:
                return same
            id_ = f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}-{token_hex(4)}"
            job = Job(id=id_, request=request, title=title_of(request), state="queued", created=_now())
            return self._queue(job, key)

    def resume(self, id_: str) -> Job:
        """Ask a job that did not come to its end again. Raises RefusalError (409) where it did, or has not ended."""
        job = self.job(id_)
        self._require_asked_well(job.request)
        key = self._key(job.request)
        with self._lock:
            job = self.job(id_)
            if job.state not in (*STOPPED, "failed"):
                raise RefusalError(409, f"the job is {job.state}, expected one that was cancelled or interrupted")
            again = {"state": "queued", "error": None, "started": None, "ended": None}
            return self._live(key) or self._queue(job.model_copy(update=again), key)

    def cancel(self, id_: str) -> Job:
        """Have a job leave off; what is done is kept. Raises RefusalError (409) where it has ended."""
        with self._lock:
            job = self.job(id_)
            if job.state in AT_END:
                raise RefusalError(409, f"the job is {job.state}, expected one that is queued or running")
            lane = self._lanes[_lane_of(job)]
            if lane.drop(id_):
                return self._change(job, state="cancelled", ended=_now())
            self._cancelled.add(id_)
            lane.stop(id_)
            return job

    def remove(self, id_: str) -> None:
        """Forget a job that has ended; its run stays. Raises RefusalError (409) where it has not."""
        with self._lock:
            job = self.job(id_)
            if job.state not in AT_END:
                raise RefusalError(409, f"the job is {job.state}, expected one that has ended: cancel it first")
            try:
                self._forget(job)
            except OSError as error:
                raise RefusalError(400, f"the job cannot be forgotten: {error.strerror}") from error

    def begun(self, id_: str) -> Asked:
        """A job's turn has come."""
        with self._lock:
            request = self._change(self.job(id_), state="running", started=_now()).request
        workspace, run = self._workspace, self._run_of(request)
        return Asked(
            request=request.model_dump(),
            source=str(workspace.source(request.scenario)),
            root=self._from_here(workspace.trials if request.trial else workspace.root),
            threads=len(os.sched_getaffinity(0)),
            run=None if run is None else self._from_here(run),
        )

    def heard(self, id_: str, kind: str, content: Any) -> None:
        """A process told something of its job."""
        with self._lock:
            job = self._jobs.get(id_)
            if job is None:
                return
            if kind in ("progress", "told"):
                what, done, of = content if kind == "progress" else (content, 0, 0)
                self._jobs[id_] = job.model_copy(update={"progress": Progress(what=what, done=done, of=max(of, 0))})
                self._events.job(id_, shown(self._jobs[id_]))
                return
            self._change(job, progress=None, ended=_now(), **self._outcome(id_, kind, content))
            self._cancelled.discard(id_)
            for old in too_old(self._jobs.values()):
                self._forget(old)
        if kind == "stored" and job.request.trial:
            keep_newest(self._workspace.trials, TRIALS, used=content[0])
        elif kind == "stored":
            self._events.runs()

    def _outcome(self, id_: str, kind: str, content: Any) -> dict[str, Any]:
        """What has become of a job by the last that its process told."""
        if kind == "stored":
            run, found_again = content
            return {"state": "done", "run": run, "found_again": found_again}
        if kind == "failed":
            return {"state": "failed", "error": JobError.model_validate(content)}
        if kind == ENDED and id_ not in self._cancelled:
            lines = ["the process of the job ended before it was done; what was done is kept"]
            return {"state": "failed", "error": JobError(status=1, lines=lines, faults=[], infeasible=None)}
        return {"state": "cancelled" if id_ in self._cancelled else "interrupted"}

    def _queue(self, job: Job, key: Key) -> Job:
        if sum(one.state == "queued" for one in self._jobs.values()) >= MOST_QUEUED:
            raise RefusalError(409, f"{MOST_QUEUED} jobs are queued already: wait, or cancel some")
        try:
            write_job(self._folder, job)
        except OSError as error:
            raise RefusalError(400, f"the job cannot be kept: {error.strerror}; nothing was begun") from error
        self._asked[job.id] = key
        self._know(job)
        if self._lanes:
            self._lanes[_lane_of(job)].put(job.id)
        return job

    def _change(self, job: Job, **changes: Any) -> Job:
        """Keep a job as it is now, in memory alone where the disk refuses it, and tell of it."""
        changed = job.model_copy(update=changes)
        try:
            write_job(self._folder, changed)
        except OSError as error:
            logging.getLogger("fleetcraft.studio").error("job %s cannot be kept: %s", job.id, error.strerror)
        self._know(changed)
        return changed

    def _know(self, job: Job) -> None:
        self._jobs[job.id] = job
        self._events.job(job.id, shown(job))

    def _forget(self, job: Job) -> None:
        remove_job(self._folder, job.id)
        del self._jobs[job.id]
        self._asked.pop(job.id, None)

    def _key(self, request: JobRequest) -> Key:
        """What makes a request the one it is: it asks of the scenario as saved now."""
        explained = request.verb == "explain"
        return request, None if explained else self._workspace.hash_of(request.scenario, request.case)

    def _live(self, key: Key) -> Job | None:
        live = (job for job in self._jobs.values() if job.state not in AT_END and job.id not in self._cancelled)
        return next((job for job in live if self._asked[job.id] == key), None)

    def _require_asked_well(self, request: JobRequest) -> None:
        plans: Sequence[object] = [plan for plan in (request.plan, request.plan_of) if plan is not None]
        expected = 1 if request.verb == "simulate" else 0
        if len(plans) != expected:
            raise RefusalError(400, f"{request.verb}: found {len(plans)} plans, expected {expected}: plan or plan_of")
        if request.trial and request.verb != "simulate":
            raise RefusalError(400, f"{request.verb}: found a trial, expected one of simulate alone")
        if request.verb == "explain" and not request.scenario.startswith(RUN):
            raise RefusalError(400, f"explain: found scenario {request.scenario}, expected {RUN}NAME")
        if request.scenario.startswith(RUN):
            self._workspace.run(request.scenario.removeprefix(RUN))
        self._workspace.source(request.scenario)
        run, of = self._run_of(request), request.plan_of
        if run is not None and of is not None and of.point is not None:
            point_folder(run, of.point)

    def _run_of(self, request: JobRequest) -> Path | None:
        """The run that is explained or whose plan is judged. Raises RefusalError (404) where it is not there."""
        if request.verb == "explain":
            return self._workspace.run(request.scenario.removeprefix(RUN))
        of = request.plan_of
        return None if of is None or of.run.startswith(SHIPPED_NAME) else self._workspace.run(of.run)

    def _from_here(self, path: Path) -> Path:
        """As it is called in the workspace, where jobs are at work."""
        return path.relative_to(self._workspace.folder) if path.is_relative_to(self._workspace.folder) else path


def shown(job: Job) -> dict[str, Any]:
    """A job as it is listed and told of: without the plan to judge, which may be long."""
    listed = job.model_copy(update={"request": job.request.model_copy(update={"plan": None})})
    return listed.model_dump(mode="json")


def _lane_of(job: Job) -> str:
    return QUICK if job.request.verb == "simulate" else LONG


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def _held_alone(folder: Path) -> int:
    """The workspace's lock, which the system releases with the process. Raises RunError where another holds it."""
    file = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(file)
        raise RunError(
            f"{folder.parent}: another fleetcraft studio serves this folder; use that one or end it"
        ) from None
    return file
