"""The platforms of files that are being edited, each value with its unit, meaning and source."""

from __future__ import annotations

from fleetcraft.scenario.draft import Draft
from fleetcraft.scenario.examples import SCENARIO_FILE
from fleetcraft.scenario.files import FolderInMemory, text_from
from fleetcraft.scenario.node import plain
from fleetcraft.scenario.platform import Platform
from fleetcraft.scenario.read import case_names, checked
from fleetcraft.scenario.yaml_file import read_yaml
from fleetcraft.studio.errors import RefusalError
from fleetcraft.studio.judging import as_json
from fleetcraft.studio.models.scenarios import PlatformColumn, PlatformRow, PlatformTable, ValueOrigin
from fleetcraft.studio.scenario_files import Files

Origins = dict[tuple[str, str], ValueOrigin]


def platform_table(files: Files, case: str | None) -> PlatformTable:
    """The table as far as it can be read; faulty cells show what stands there.

    Raises ScenarioError where the statement is no text and RefusalError (404) where there is no such case.
    """
    reading = read_yaml(text_from(files.get(SCENARIO_FILE, b""), SCENARIO_FILE), SCENARIO_FILE)
    if case is not None and case not in case_names(reading):
        raise RefusalError(404, f"there is no case {case}")
    draft, _ = checked(FolderInMemory(files), reading, case)
    rows = []
    origins = _origins(draft)
    for row in draft.platforms.rows:
        values = as_json(plain(row.node))
        sources = {column: origin for (id_, column), origin in origins.items() if id_ == values.get("id")}
        rows.append(PlatformRow(id=row.key, values=values, sources=sources))
    return PlatformTable(columns=_columns(), rows=rows)


def _columns() -> list[PlatformColumn]:
    columns = []
    for name, info in Platform.model_fields.items():
        extra = info.json_schema_extra
        unit = str(extra.get("unit", "")) if isinstance(extra, dict) else ""
        meaning = (info.description or "").replace(f" [{unit}]", "")
        columns.append(PlatformColumn(name=name, unit=unit, meaning=meaning))
    return columns


def _origins(draft: Draft) -> Origins:
    """By platform and column the source row, and else the assumption that its value rests on."""
    found: Origins = {}
    ids = [row.key for row in draft.platforms.rows]
    for row, assumption in draft.assumptions.having("path", "low", "high", "reason", "source"):
        table, _, rest = row.key.partition(".")
        id_, _, column = rest.partition(".")
        if table != "platforms" or not column:
            continue
        origin = ValueOrigin(
            kind="assumption",
            source=assumption.source,
            note=assumption.reason,
            low=assumption.low,
            high=assumption.high,
        )
        found |= {(each, column): origin for each in (ids if id_ == "*" else [id_])}
    for _, source in draft.platform_sources.having("id", "field", "kind", "source_url", "note", "low", "high"):
        assumed = found.get((source.id, source.field))
        low, high = (assumed.low, assumed.high) if assumed and source.low is None else (source.low, source.high)
        found[source.id, source.field] = ValueOrigin(
            kind=source.kind, source=source.source_url, note=source.note, low=low, high=high
        )
    return found
