"""Scenarios, and their drafts: list, copy, edit, undo, save, workbook."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request, Response

from fleetcraft.scenario.edit import with_value
from fleetcraft.scenario.schema import scenario_schema
from fleetcraft.studio.drafts import Drafts, State
from fleetcraft.studio.errors import RefusalError
from fleetcraft.studio.judging import Judge
from fleetcraft.studio.models.scenarios import (
    Draft,
    DraftEdit,
    DraftFiles,
    DraftVersion,
    PlatformTable,
    ScenarioCopy,
    ScenarioEntry,
)
from fleetcraft.studio.platform_table import platform_table
from fleetcraft.studio.scenario_answers import draft_of, entries_of, entry_of
from fleetcraft.studio.scenario_files import Files, checked_name, texts_of
from fleetcraft.studio.service import Studio

Id = Annotated[
    str, Path(description="an example's name, a folder's name in the workspace, or run:NAME", max_length=300)
]
Case = Annotated[str | None, Query(description="one of the scenario's cases")]
Anyway = Annotated[bool, Query(description="save faulty files, and over what another program saved")]


SeenVersion = Annotated[str | None, Query(description="the draft's version that the caller has seen")]
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
BINARY: dict[str, Any] = {WORKBOOK: {"schema": {"type": "string", "format": "binary"}}}
WORKBOOK_BODY = {"required": True, "content": BINARY}
WORKBOOK_ANSWER: dict[int | str, dict[str, Any]] = {200: {"content": BINARY, "description": "the workbook"}}


async def _body(request: Request) -> bytes:
    return await request.body()


Sent = Annotated[bytes, Depends(_body)]


class WorkbookResponse(Response):
    """A workbook."""

    media_type = WORKBOOK


def router(studio: Studio) -> APIRouter:
    """The operations on scenarios."""
    routes = APIRouter(tags=["scenarios"])
    workspace = studio.workspace
    drafts, judge = Drafts(workspace), Judge()

    def answer(state: State, case: str | None) -> Draft:
        return draft_of(state, judge.judge(state.files, state.version, case))

    def told(state: State, case: str | None) -> Draft:
        studio.events.scenario(state.id, state.version)
        return answer(state, case)

    @routes.get("/scenarios")
    def list_scenarios() -> list[ScenarioEntry]:
        """The shipped examples and the scenarios of the workspace, as they are saved."""
        return entries_of(workspace, drafts, judge)

    @routes.post("/scenarios", status_code=201)
    def copy_scenario(wanted: ScenarioCopy) -> ScenarioEntry:
        """Copy a scenario, as it is saved, into the workspace."""
        workspace.copy(wanted.from_, wanted.name)
        studio.events.scenario(wanted.name, "")
        return entry_of(workspace, drafts, judge, wanted.name)

    @routes.delete("/scenarios/{id}", status_code=204)
    def remove_scenario(id: Id) -> None:
        """Move a scenario of the workspace, with its draft, to the studio's folder of removed ones."""
        workspace.remove(id)
        studio.events.scenario(id, "")

    @routes.get("/scenarios/{id}/draft")
    def get_draft(id: Id, case: Case = None) -> Draft:
        """A scenario's files as they are being edited, with what check says of them."""
        return answer(drafts.state(id), case)

    @routes.put("/scenarios/{id}/draft")
    def put_draft(id: Id, wanted: DraftFiles, case: Case = None) -> Draft:
        """Change the text of files, or add some; kept on the disk before this is answered."""
        changes = {checked_name(file.name): encoded(file.text, file.name) for file in wanted.files}
        return told(drafts.change(id, wanted.version, lambda _: changes), case)

    @routes.post("/scenarios/{id}/draft/set")
    def set_value(id: Id, wanted: DraftEdit, case: Case = None) -> Draft:
        """Change one value in the text of its file, all comments and layout kept; null removes it."""

        def edited(files: Files) -> Files:
            texts = texts_of(files)
            changed = with_value(texts, wanted.path, wanted.value)
            return {name: text.encode() for name, text in changed.items() if text != texts[name]}

        return told(drafts.change(id, wanted.version, edited), case)

    @routes.post("/scenarios/{id}/draft/undo")
    def undo_draft(id: Id, wanted: DraftVersion, case: Case = None) -> Draft:
        """Undo the last change; 409 where there is none."""
        return told(drafts.step(id, wanted.version, -1), case)

    @routes.post("/scenarios/{id}/draft/redo")
    def redo_draft(id: Id, wanted: DraftVersion, case: Case = None) -> Draft:
        """Do again what was undone last; 409 where there is nothing."""
        return told(drafts.step(id, wanted.version, 1), case)

    @routes.post("/scenarios/{id}/draft/save")
    def save_draft(id: Id, wanted: DraftVersion, case: Case = None, anyway: Anyway = False) -> Draft:
        """Write the draft into the scenario's folder; refused (422) while it has faults, unless ``anyway``."""
        state = drafts.state(id)
        faults = judge.judge(state.files, state.version, None).faults
        if faults and not anyway and not state.readonly and state.version == wanted.version:
            raise RefusalError(422, "the draft has faults; it can be saved anyway", faults=faults)
        return told(drafts.save(id, wanted.version, anyway=anyway), case)

    @routes.post("/scenarios/{id}/draft/discard")
    def discard_draft(id: Id, case: Case = None) -> Draft:
        """Go back to what is saved; undo brings the draft back."""
        return told(drafts.discard(id), case)

    @routes.post("/scenarios/{id}/workbook", openapi_extra={"requestBody": WORKBOOK_BODY})
    def import_workbook(id: Id, sent: Sent, version: SeenVersion = None, case: Case = None) -> Draft:
        """Take the tables and values of a workbook (.xlsx) into the draft; 422 names faults by sheet and cell.

        Sheets that it lacks leave what they would hold as it is.
        """
        from fleetcraft.scenario.workbook import read_workbook

        return told(drafts.change(id, version, lambda files: read_workbook(sent, files)), case)

    @routes.get("/scenarios/{id}/workbook.xlsx", response_class=WorkbookResponse, responses=WORKBOOK_ANSWER)
    def export_workbook(id: Id) -> WorkbookResponse:
        """The draft as a workbook, for import after it was edited elsewhere."""
        from fleetcraft.scenario.workbook import write_workbook

        named = {"Content-Disposition": 'attachment; filename="scenario.xlsx"'}
        return WorkbookResponse(write_workbook(drafts.state(id).files), headers=named)

    @routes.get("/scenarios/{id}/platforms")
    def get_platforms(id: Id, case: Case = None) -> PlatformTable:
        """The platforms as they are being edited, with units, meanings, sources and ranges."""
        return platform_table(drafts.state(id).files, case)

    @routes.get("/schema")
    def get_schema() -> dict[str, Any]:
        """The JSON Schema of scenario.yaml; the columns of its tables stand under $defs."""
        return scenario_schema()

    return routes


def encoded(text: str, name: str) -> bytes:
    """A text as bytes. Raises RefusalError (400) where it is none."""
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        raise RefusalError(400, f"{name} holds half of a surrogate pair") from error
