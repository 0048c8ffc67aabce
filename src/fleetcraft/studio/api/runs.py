"""Stored runs: listed, read, compared, checked, removed, downloaded."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Response
from fastapi.responses import StreamingResponse

from fleetcraft.runs.shelf import AtWorkError, remove_runs, runs_in, write_report_again
from fleetcraft.studio.archive import zipped
from fleetcraft.studio.errors import RefusalError, missing
from fleetcraft.studio.models.runs import Beside, Run, RunEntry, RunFile, RunFiles, RunList, Verified
from fleetcraft.studio.runs_folder import file_in, reading
from fleetcraft.studio.security import FILE_POLICY
from fleetcraft.studio.service import Studio
from fleetcraft.studio.whole_file import WholeFile
from fleetcraft.studio.workspace import Workspace
from fleetcraft.study.store.beside import beside
from fleetcraft.study.store.folder import MANIFEST, files_of, read_object
from fleetcraft.study.store.index import Entry, entry_of
from fleetcraft.study.store.mending import faults_at_rest

SHOWN = {
    ".csv": "text/csv",
    ".geojson": "application/geo+json",
    ".html": "text/html",
    ".json": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain",
    ".yaml": "text/plain",
}
"""Files that browsers show; all others are downloads."""
OTHER = "application/octet-stream"


def router(studio: Studio) -> APIRouter:
    """The operations on runs."""
    routes = APIRouter(prefix="/runs", tags=["runs"])
    root, run_of = studio.root, studio.workspace.run

    @routes.get("")
    def list_runs() -> RunList:
        """Every stored run, oldest first."""
        return RunList(root=str(root), runs=_rows(runs_in(root), root, studio.workspace))

    @routes.get("/{name}")
    def get_run(name: str) -> Run:
        """One run with its manifest and its result."""
        folder = run_of(name)
        entry = entry_of(folder)
        if entry is None:
            raise missing(f"run {name} whose manifest can be read")
        manifest = _object(folder, MANIFEST)
        manifest.pop("files", None)
        return Run(
            name=name,
            entry=_rows([entry], folder.parent, studio.workspace)[0],
            manifest=manifest,
            result=_object(folder, "result.json"),
        )

    @routes.delete("/{name}", status_code=204)
    def remove_run(name: str) -> Response:
        """Remove a run with everything in its folder."""
        folder = run_of(name)
        try:
            remove_runs([folder], lambda _: studio.events.runs())
        except AtWorkError as error:
            raise RefusalError(423, str(error)) from None
        return Response(status_code=204)

    @routes.post("/{name}/verify")
    def verify_run(name: str) -> Verified:
        """Check every file of a run against its checksum."""
        folder = run_of(name)
        with reading(folder):
            faults = faults_at_rest(folder)
        if faults is None:
            raise RefusalError(423, f"another process is at work on {name}")
        return Verified(faults=faults)

    @routes.post("/{name}/report", status_code=204)
    def write_report(name: str) -> Response:
        """Write a run's report, tables and figures again."""
        folder = run_of(name)
        with reading(folder):
            write_report_again(folder, _refuse_to_wait)
        studio.events.runs()
        return Response(status_code=204)

    @routes.get("/{name}/explain")
    def get_explanation(name: str) -> dict[str, Any]:
        """The explanation of a run, as explain.json has it."""
        return _object(run_of(name), "explain/explain.json")

    @routes.get("/{name}/files")
    def list_run_files(name: str) -> RunFiles:
        """The files of a run."""
        folder = run_of(name)
        with reading(folder):
            return RunFiles(files=[RunFile(path=n, bytes=(folder / n).stat().st_size) for n in _names(folder)])

    @routes.get(
        "/{name}/files/{path:path}",
        response_class=WholeFile,
        responses={
            200: {"description": "The file.", "content": {kind: {} for kind in sorted({*SHOWN.values(), OTHER})}}
        },
    )
    def get_run_file(name: str, path: str) -> WholeFile:
        """One file of a run; a page of it is shown without scripts, as a page of nobody's."""
        folder = run_of(name)
        file = file_in(folder, path)
        with reading(folder):
            stat = file.stat()
        kind = SHOWN.get(file.suffix)
        headers = {"Content-Security-Policy": FILE_POLICY}
        if kind is not None:
            return WholeFile(file, media_type=kind, headers=headers, stat_result=stat)
        return WholeFile(file, media_type=OTHER, headers=headers, filename=file.name, stat_result=stat)

    @routes.get(
        "/{name}/download",
        response_class=StreamingResponse,
        responses={200: {"description": "A zip of the run's folder.", "content": {"application/zip": {}}}},
    )
    def download_run(name: str) -> StreamingResponse:
        """Everything in a run's folder, as a zip."""
        folder = run_of(name)
        headers = {"Content-Disposition": f'attachment; filename="{_ascii(name)}.zip"'}
        with reading(folder):
            names = _names(folder)
        return StreamingResponse(zipped(folder, names), media_type="application/zip", headers=headers)

    @routes.get("/{first}/beside/{second}")
    def compare_runs(first: str, second: str) -> Beside:
        """Two runs beside each other: what they attain and cost, how their options and orders differ."""
        folders = run_of(first), run_of(second)
        with reading(*folders):
            found = beside(*folders)
        sides = [{**side, "folder": name} for side, name in zip(found["runs"], (first, second), strict=True)]
        return Beside.model_validate({**found, "runs": sides})

    return routes


def _rows(entries: Sequence[Entry], root: Path, workspace: Workspace) -> list[RunEntry]:
    """The rows of the index of a folder of runs, each with the scenario that has its values now."""
    ids = {case: _ids(workspace, case) for case in {entry.case for entry in entries}}
    return [
        RunEntry(
            **asdict(entry),
            scenario_id=ids[entry.case].get(entry.scenario_hash),
            traced=(root / entry.folder / "trace").is_dir(),
            explained=(root / entry.folder / "explain" / "explain.json").is_file(),
        )
        for entry in entries
    ]


def _ids(workspace: Workspace, case: str | None) -> dict[str, str]:
    """The ids of the scenarios by the hashes that they have now; of two that are the same the first."""
    ids: dict[str, str] = {}
    for id_ in workspace.ids():
        with suppress(RefusalError):  # gone since it was listed
            hash_ = workspace.hash_of(id_, case)
            if hash_ is not None:
                ids.setdefault(hash_, id_)
    return ids


def _object(folder: Path, name: str) -> dict[str, Any]:
    try:
        return read_object(file_in(folder, name))
    except (OSError, ValueError):
        raise missing(f"file {name} in run {folder.name} that can be read") from None


def _names(folder: Path) -> list[str]:
    """The files that are the run's own: none that a link leads to."""
    names = [*files_of(folder), MANIFEST]
    return [name for name in names if (folder / name).resolve() == folder.resolve() / name]


def _refuse_to_wait(line: str) -> None:
    raise RefusalError(423, line)


def _ascii(name: str) -> str:
    """A name that a header can hold."""
    return "".join(ch if ch.isascii() and (ch.isalnum() or ch in "-_.") else "_" for ch in name)
