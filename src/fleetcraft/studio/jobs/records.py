"""Jobs on disk: a file each, the old one or the new one, never half."""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from pydantic import ValidationError

from fleetcraft.studio.models.jobs import AT_END, Job

KEPT = 100
"""Jobs at their end that are kept; the oldest go."""


def read_jobs(folder: Path) -> list[Job]:
    """The jobs of a folder, oldest first; a file that is no job's is passed over."""
    jobs = []
    for path in folder.glob("*.json"):
        with suppress(OSError, ValidationError):
            jobs.append(Job.model_validate_json(path.read_bytes()))
    return sorted(jobs, key=lambda job: job.id)


def write_job(folder: Path, job: Job) -> None:
    """Keep a job. Raises OSError where the disk refuses it."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{job.id}.json"
    part = path.with_suffix(".part")
    with part.open("w", encoding="utf-8") as file:
        file.write(job.model_dump_json(indent=1))
        file.flush()
        os.fsync(file.fileno())
    os.replace(part, path)


def remove_job(folder: Path, id_: str) -> None:
    """Keep a job no longer."""
    (folder / f"{id_}.json").unlink(missing_ok=True)


def too_old(jobs: Iterable[Job]) -> list[Job]:
    """The jobs at their end that are too many to keep."""
    ended = [job for job in jobs if job.state in AT_END]
    return sorted(ended, key=lambda job: job.id)[:-KEPT]
