"""Scenarios and drafts in the shapes in which they are sent."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from pydantic import TypeAdapter

from fleetcraft.errors import ScenarioError
from fleetcraft.studio.drafts import Drafts, State, version_of
from fleetcraft.studio.errors import RefusalError
from fleetcraft.studio.judging import Judge, Judgement, as_json
from fleetcraft.studio.models.base import FaultShape
from fleetcraft.studio.models.scenarios import DefaultValue, Draft, ScenarioEntry, TextFile
from fleetcraft.studio.scenario_files import files_in, texts_of
from fleetcraft.studio.workspace import Workspace

_ANY = TypeAdapter[Any](Any)


def draft_of(state: State, judgement: Judgement) -> Draft:
    """A draft with what check says of it."""
    defaults = [
        DefaultValue(path=d.path, value=as_json(_ANY.dump_python(d.value, mode="json")), unit=d.unit, meaning=d.meaning)
        for d in judgement.defaults
    ]
    return Draft(
        id=state.id,
        files=[TextFile(name=name, text=text) for name, text in sorted(texts_of(state.files).items())],
        version=state.version,
        unsaved=state.unsaved,
        readonly=state.readonly,
        faults=[FaultShape(**asdict(fault)) for fault in judgement.faults],
        warnings=list(judgement.warnings),
        defaults=defaults,
        values=judgement.values,
        hash=judgement.scenario.hash if judgement.scenario else None,
        undo=state.undo,
        redo=state.redo,
    )


def entry_of(workspace: Workspace, drafts: Drafts, judge: Judge, id_: str) -> ScenarioEntry:
    """A scenario in one row, as it is saved."""
    try:
        files = files_in(workspace.source(id_))
        judgement = judge.judge(files, version_of(files), None)
        unsaved = drafts.state(id_).unsaved
    except ScenarioError as error:
        judgement, unsaved = Judgement(None, error.faults), False
    stated = judgement.values if isinstance(judgement.values, dict) else {}
    cases = stated.get("cases")
    return ScenarioEntry(
        id=id_,
        title=_text(stated.get("name")) or id_,
        note=_text(stated.get("note")),
        kind=workspace.kind(id_),
        cases=list(cases) if isinstance(cases, dict) else [],
        hash=judgement.scenario.hash if judgement.scenario else None,
        currency=judgement.scenario.currency if judgement.scenario else None,
        faults=len(judgement.faults),
        draft=unsaved,
    )


def entries_of(workspace: Workspace, drafts: Drafts, judge: Judge) -> list[ScenarioEntry]:
    """Every scenario in one row; one that is removed meanwhile is left out."""
    found = []
    for id_ in workspace.ids():
        try:
            found.append(entry_of(workspace, drafts, judge, id_))
        except RefusalError as error:
            if error.status != 404:
                raise
    return found


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
