"""Scenarios, their drafts and tables, as they are sent."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from fleetcraft.studio.models.base import FaultShape, Shape

Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]
Version = Annotated[str, Field(min_length=1, max_length=64)]
MOST_FILES = 64


class ScenarioEntry(Shape):
    """A scenario in one row, as it is saved; ``hash`` and ``currency`` are null where it has faults."""

    id: str
    title: str
    note: str
    kind: Literal["example", "workspace", "run"]
    cases: list[str]
    hash: str | None
    currency: str | None
    faults: int
    draft: bool = Field(description="whether a draft with unsaved changes lies beside it")


class ScenarioCopy(Shape):
    """What to copy, and the name of the new scenario in the workspace."""

    from_: str = Field(alias="from", max_length=300)
    name: Name


class TextFile(Shape):
    """A file of a scenario; a byte order mark is part of its text."""

    name: str = Field(max_length=120)
    text: str


class DefaultValue(Shape):
    """A value in force because none is stated."""

    path: str
    value: Any
    unit: str
    meaning: str


class Draft(Shape):
    """All files of a scenario as they are being edited; files that are no UTF-8 text are left out.

    ``values`` is scenario.yaml as plain data, dates and numbers that are not finite as text; null where it cannot be
    read. ``undo`` and ``redo`` tell whether there is something to undo and to do again.
    """

    id: str
    files: list[TextFile]
    version: str
    unsaved: bool
    readonly: bool
    faults: list[FaultShape]
    warnings: list[str]
    defaults: list[DefaultValue]
    values: Any
    hash: str | None
    undo: bool
    redo: bool


class DraftFiles(Shape):
    """Files with their new text; those that are not named stay as they are."""

    files: list[TextFile] = Field(max_length=MOST_FILES)
    version: Version


class DraftEdit(Shape):
    """One value by its path; null removes it."""

    version: Version
    path: str = Field(min_length=1, max_length=500)
    value: Any = None


class DraftVersion(Shape):
    """The version of the draft that the caller has seen."""

    version: Version


class PlatformColumn(Shape):
    """A column of the platforms' table; ``unit`` is empty where it has none."""

    name: str
    unit: str
    meaning: str


class ValueOrigin(Shape):
    """Where a value comes from; low and high are null where no range is stated."""

    kind: str
    source: str
    note: str
    low: float | None
    high: float | None


class PlatformRow(Shape):
    """A platform's values and their sources, by column."""

    id: str
    values: dict[str, Any]
    sources: dict[str, ValueOrigin]


class PlatformTable(Shape):
    """The platforms of a draft with everything that is stated of them."""

    columns: list[PlatformColumn]
    rows: list[PlatformRow]
