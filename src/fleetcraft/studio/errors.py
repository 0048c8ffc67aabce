"""Refusals: what the API answers instead of what was asked for, always a ``Problem``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from types import MappingProxyType
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from fleetcraft.errors import Fault, FleetcraftError, ScenarioError
from fleetcraft.studio.models.base import Problem

REFUSALS: dict[int | str, dict[str, Any]] = {
    400: {"model": Problem, "description": "The call is wrong."},
    401: {"model": Problem, "description": "The token is missing or wrong."},
    403: {"model": Problem, "description": "The request comes from another site, or asks another host."},
    404: {"model": Problem, "description": "There is no such thing."},
    409: {"model": Problem, "description": "It changed meanwhile, or is not in a state for this: load it again."},
    413: {"model": Problem, "description": "What was sent is too large."},
    422: {"model": Problem, "description": "What was sent has faults."},
    423: {"model": Problem, "description": "Another process works on it."},
}
"""The refusals that operations may answer, for the OpenAPI document."""
OF_ALL = frozenset({400, 401, 403})
"""Those of every operation."""
GONE, STALE, LARGE, FAULTY, AT_WORK = 404, 409, 413, 422, 423
_EDITED = (GONE, STALE, LARGE, FAULTY)
BY_OPERATION: Mapping[str, tuple[int, ...]] = MappingProxyType(
    {
        "submit_job": (GONE, STALE, LARGE),
        "get_job": (GONE,),
        "remove_job": (GONE, STALE),
        "cancel_job": (GONE, STALE),
        "resume_job": (GONE, STALE),
        "get_run": (GONE,),
        "remove_run": (GONE, AT_WORK),
        "verify_run": (GONE, AT_WORK),
        "write_report": (GONE, FAULTY, AT_WORK),
        "get_explanation": (GONE,),
        "list_run_files": (GONE,),
        "get_run_file": (GONE,),
        "download_run": (GONE,),
        "compare_runs": (GONE,),
        "run_map": (GONE, FAULTY),
        "run_plan": (GONE, FAULTY),
        "trace_head": (GONE, FAULTY),
        "trace_chunk": (GONE, FAULTY),
        "copy_scenario": (GONE, STALE, LARGE),
        "remove_scenario": (GONE, STALE),
        "get_draft": (GONE, FAULTY),
        "put_draft": _EDITED,
        "set_value": _EDITED,
        "undo_draft": _EDITED,
        "redo_draft": _EDITED,
        "save_draft": _EDITED,
        "discard_draft": (GONE, STALE, FAULTY),
        "import_workbook": _EDITED,
        "export_workbook": (GONE, FAULTY),
        "get_platforms": (GONE, FAULTY),
        "scenario_map": (GONE, FAULTY),
        "scenario_frontier": (GONE, FAULTY),
    }
)
"""Those of some operations besides."""


class RefusalError(Exception):
    """A request is refused with an HTTP ``status``, with sentences that say why and with faults of files."""

    def __init__(self, status: int, *lines: str, faults: Sequence[Fault] = ()) -> None:
        self.status, self.lines, self.faults = status, lines, tuple(faults)
        super().__init__(status, *lines)


def missing(what: str) -> RefusalError:
    """The refusal of what is not there (404)."""
    return RefusalError(404, f"there is no {what}")


def problem(status: int, lines: Sequence[str], faults: Sequence[Fault] = ()) -> JSONResponse:
    """A refusal as the response that is sent."""
    return JSONResponse({"lines": list(lines), "faults": [asdict(fault) for fault in faults]}, status)


def refuse_with_problems(app: FastAPI) -> None:
    """Answers every error with a Problem: faults 422, other refusals of fleetcraft 400."""
    app.exception_handler(RefusalError)(_refusal)
    app.exception_handler(ScenarioError)(_faults)
    app.exception_handler(FleetcraftError)(_error)
    app.exception_handler(RequestValidationError)(_wrong_call)
    app.exception_handler(HTTPException)(_http)


def document_refusals(app: FastAPI) -> None:
    """Has the OpenAPI document state the refusals of each operation, JSON whatever it answers otherwise."""
    made, told = app.openapi, {"schema": {"$ref": f"#/components/schemas/{Problem.__name__}"}}

    def openapi() -> dict[str, Any]:
        document = made()
        for operations in document["paths"].values():
            for operation in operations.values():
                possible = OF_ALL | {*BY_OPERATION.get(operation["operationId"], ())}
                for status in REFUSALS:
                    if status in possible:
                        operation["responses"][str(status)]["content"] = {"application/json": told}
                    else:
                        operation["responses"].pop(str(status), None)
        return document

    app.openapi = openapi  # type: ignore[method-assign]


def _refusal(_request: Request, error: RefusalError) -> JSONResponse:
    return problem(error.status, error.lines, error.faults)


def _faults(_request: Request, error: ScenarioError) -> JSONResponse:
    return problem(422, [str(fault) for fault in error.faults], error.faults)


def _error(_request: Request, error: FleetcraftError) -> JSONResponse:
    return problem(400, str(error).splitlines())


def _wrong_call(_request: Request, error: RequestValidationError) -> JSONResponse:
    lines = [f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors()]
    return problem(400, lines)


def _http(_request: Request, error: HTTPException) -> JSONResponse:
    response = problem(error.status_code, [error.detail])
    response.headers.update(error.headers or {})
    return response
