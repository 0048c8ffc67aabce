"""A scenario as a workbook and back: the same values, the same bytes, and faults by their cells."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from builders import EVERYTHING, write_scenario
from fleetcraft.errors import Fault, ScenarioError
from fleetcraft.scenario.examples import example_folder
from fleetcraft.scenario.read import read_files
from fleetcraft.scenario.workbook import read_workbook, write_workbook
from fleetcraft.scenario.workbook_file import MOST_SHEETS, read_grids

SUFFIXES = (".yaml", ".csv", ".geojson")
Cells = Mapping[str, Sequence[Sequence[Any]]]


def files_in(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.suffix in SUFFIXES}


def files_of(name: str, folder: Path) -> dict[str, bytes]:
    if name == "everything":
        return files_in(write_scenario(folder, **EVERYTHING))
    if name == "tiny":
        return files_in(write_scenario(folder))
    return files_in(example_folder(name))


ALL = ("japan-2026", "galapagos", "everything", "tiny")


@pytest.mark.parametrize("name", ALL)
def test_a_workbook_read_back_changes_no_byte(name: str, tmp_path: Path) -> None:
    files = files_of(name, tmp_path)
    assert read_workbook(write_workbook(files), files) == files


@pytest.mark.parametrize("name", ALL)
def test_a_scenario_made_of_a_workbook_alone_has_the_same_hash(name: str, tmp_path: Path) -> None:
    files = files_of(name, tmp_path)
    made = read_workbook(write_workbook(files), {})
    assert read_files(made).hash == read_files(files).hash
    for case in read_cases(files):
        assert read_files(made, case).hash == read_files(files, case).hash


def read_cases(files: Mapping[str, bytes]) -> list[str]:
    text = files["scenario.yaml"].decode()
    return re.findall(r"^  (\w+):$", text.split("\ncases:\n")[1], re.M) if "\ncases:\n" in text else []


def workbook_of(cells: Cells, formulas: bool = False) -> bytes:
    buffer = BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": formulas}) as book:
        for name, rows in cells.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                for column, value in enumerate(row):
                    if value != "":
                        sheet.write(number, column, value)
    return buffer.getvalue()


def edited(files: Mapping[str, bytes], change: Callable[[dict[str, list[list[Any]]]], None]) -> bytes:
    """The workbook of files with cells that somebody changed in a spreadsheet."""
    cells = {name: [list(row) for row in grid] for name, grid in read_grids(write_workbook(files)).items()}
    change(cells)
    return workbook_of(cells)


def faults_of(data: bytes, files: Mapping[str, bytes]) -> tuple[Fault, ...]:
    with pytest.raises(ScenarioError) as refused:
        read_workbook(data, files)
    return refused.value.faults


JAPAN = files_in(example_folder("japan-2026"))


def put(sheet: str, row: int, column: str, value: Any) -> Callable[[dict[str, list[list[Any]]]], None]:
    """Write into the cell of a row (counted as spreadsheets do) under the name of a column."""

    def change(cells: dict[str, list[list[Any]]]) -> None:
        cells[sheet][row - 1][cells[sheet][0].index(column)] = value

    return change


def test_a_changed_cell_changes_its_value_alone() -> None:
    new = read_workbook(edited(JAPAN, put("platforms", 2, "endurance_h", 30)), JAPAN)
    assert {name for name in JAPAN if new[name] != JAPAN[name]} == {"platforms.csv"}
    before, after = (files["platforms.csv"].decode().splitlines() for files in (JAPAN, new))
    assert after[0] == before[0]
    assert after[2:] == before[2:]
    assert after[1] == before[1].replace(",2025,27,70,", ",2025,30,70,")


def test_a_changed_value_keeps_the_statement_s_comments() -> None:
    def change(cells: dict[str, list[list[Any]]]) -> None:
        (row,) = [row for row in cells["scenario"] if row[0] == "budget.obligation.2026"]
        row[1] = 250e9
        cells["requirements"][1][cells["requirements"][0].index("weight")] = 7

    new = read_workbook(edited(JAPAN, change), JAPAN)["scenario.yaml"].decode()
    old = JAPAN["scenario.yaml"].decode()
    expected = old.replace("2026: 200e9", "2026: 250e9").replace(
        "at_least: 0.8, weight: 3}", "at_least: 0.8, weight: 7}", 1
    )
    assert new == expected


def test_requirements_are_added_and_removed() -> None:
    def change(cells: dict[str, list[list[Any]]]) -> None:
        rows = cells["requirements"]
        rows.append([*rows[1]])
        rows[-1][rows[0].index("area")] = "soj_central"

    more = read_workbook(edited(JAPAN, change), JAPAN)
    assert len(read_files(more).requirements) == len(read_files(JAPAN).requirements) + 1
    fewer = read_workbook(edited(more, lambda cells: cells["requirements"].pop()), more)
    assert fewer == JAPAN


def test_sheets_that_are_missing_leave_what_they_hold() -> None:
    def only_places(cells: dict[str, list[list[Any]]]) -> None:
        put("places", 2, "capacity_air", 3)(cells)
        for name in [name for name in cells if name != "places"]:
            del cells[name]
        cells["notes of mine"] = [["anything"]]

    new = read_workbook(edited(JAPAN, only_places), JAPAN)
    assert {name for name in JAPAN if new[name] != JAPAN[name]} == {"places.csv"}
    assert read_files(new).places[0].capacity_air == 3


def test_areas_are_taken_as_wkt_and_as_geojson() -> None:
    outline = '{"type": "Polygon", "coordinates": [[[122.5, 23.5], [125, 23.5], [125, 25.5], [122.5, 23.5]]]}'
    new = read_workbook(edited(JAPAN, put("areas", 2, "geometry", outline)), JAPAN)
    ring = ((122.5, 23.5), (125.0, 23.5), (125.0, 25.5), (122.5, 23.5))
    assert read_files(new).areas[0].polygons == ((ring,),)
    assert read_files(new).areas[1:] == read_files(JAPAN).areas[1:]


def test_long_outlines_are_spread_over_columns(tmp_path: Path) -> None:
    angles = [number / 2000 * math.tau for number in range(2000)]
    points = [[round(-90 + math.cos(angle), 12), round(2 + math.sin(angle), 12)] for angle in angles]
    files = files_in(write_scenario(tmp_path, areas=[{"coordinates": [[*points, points[0]]]}]))
    assert read_workbook(write_workbook(files), files) == files
    assert read_files(read_workbook(write_workbook(files), {})).hash == read_files(files).hash


def test_numbers_that_a_workbook_cannot_hold_come_back_exactly(tmp_path: Path) -> None:
    reserve, mttr_h = 0.1 + 0.2, 0.1 + 0.7
    changes: dict[str, Any] = {"operations": {"endurance_reserve": reserve}, "platforms": [{"mttr_h": mttr_h}]}
    files = files_in(write_scenario(tmp_path, **changes))
    made = read_files(read_workbook(write_workbook(files), {}))
    assert made.operations.endurance_reserve == reserve
    assert made.platforms[0].mttr_h == mttr_h


@pytest.mark.parametrize("text", ["=1+1", "+1+cmd", "-2+3", "@SUM(A1)", "\tx", '=HYPERLINK("x")'])
def test_text_is_never_a_formula(text: str, tmp_path: Path) -> None:
    files = files_in(write_scenario(tmp_path, name=text, platforms=[{"price_basis": text}]))
    data = write_workbook(files)
    with ZipFile(BytesIO(data)) as archive:
        sheets = [archive.read(name) for name in archive.namelist() if name.startswith("xl/worksheets/")]
    assert not any(b"<f>" in sheet or b"<f " in sheet for sheet in sheets)
    assert read_workbook(data, files) == files


def test_formulas_count_as_their_values() -> None:
    cells: dict[str, list[list[Any]]] = {"places": [list(row) for row in read_grids(write_workbook(JAPAN))["places"]]}
    cells["places"][1][cells["places"][0].index("note")] = "=1+1"
    new = read_workbook(workbook_of(cells, formulas=True), JAPAN)
    assert read_files(new).places[0].note == "0", "what xlsxwriter stores as the value of a formula"


@pytest.mark.parametrize(
    ("change", "where", "told"),
    [
        (put("platforms", 12, "endurance_h", "long"), "platforms!K12", "a number above 0"),
        (put("platforms", 3, "domain", "airy"), "platforms!C3", "air"),
        (put("places", 2, "lat", 99), "places!D2", "from -90 to 90"),
        (put("requirements", 4, "area", "nowhere"), "requirements!B4", "soya_strait"),
        (put("requirements", 4, "weight", -1), "requirements!K4", "above 0"),
        (put("areas", 3, "geometry", "CIRCLE (1)"), "areas!H3", "POLYGON"),
        (put("scenario", 3, "value", ""), "scenario!B3", "text"),
        (put("scenario", 3, "path", "nam"), "scenario!A3", "name"),
        (put("scenario", 5, "path", "name"), "scenario!A5", "it once"),
        (lambda cells: cells["platforms"][0].__setitem__(1, "nam"), "platforms!B1", "name"),
        (lambda cells: cells["platforms"][5].append("stray"), "platforms!AU6", "no name"),
        (lambda cells: cells.__setitem__("platfroms", []), "sheets", "platforms"),
    ],
)  # fmt: skip
def test_faults_name_sheet_and_cell(change: Callable[[Any], None], where: str, told: str) -> None:
    faults = faults_of(edited(JAPAN, change), JAPAN)
    assert where in [fault.where for fault in faults], faults
    assert {fault.file for fault in faults} == {"workbook.xlsx"}
    assert any(told in fault.expected for fault in faults)


def test_what_is_no_workbook_is_refused() -> None:
    for data in (
        b"",
        b"PK",
        b"\0" * 100,
        write_workbook(JAPAN)[:-50],
        packed({"a.txt": b"x"}),
        packed({"content.xml": b"x"}),
    ):
        assert "workbook" in str(faults_of(data, JAPAN)[0])


def packed(parts: Mapping[str, bytes]) -> bytes:
    buffer = BytesIO()
    with ZipFile(buffer, "w", ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def repacked(data: bytes, parts: Mapping[str, bytes]) -> bytes:
    with ZipFile(BytesIO(data)) as archive:
        return packed({name: archive.read(name) for name in archive.namelist()} | dict(parts))


def test_what_unpacks_to_too_much_is_refused() -> None:
    swollen = repacked(workbook_of({"places": [["id"]]}), {"xl/media/image1.png": b"\0" * (101 * 2**20)})
    assert len(swollen) < 2**20
    assert "MiB" in faults_of(swollen, JAPAN)[0].found


def test_a_size_that_lies_is_refused() -> None:
    data = bytearray(repacked(workbook_of({"places": [["id"]]}), {"xl/media/image1.png": b"\0" * 1_234_567}))
    size = (1_234_567).to_bytes(4, "little")
    assert data.count(size) == 2
    lying = bytes(data.replace(size, (10).to_bytes(4, "little")))
    assert faults_of(lying, JAPAN)[0].where == "workbook"


def test_cells_far_apart_are_refused_before_they_are_laid_out() -> None:
    with ZipFile(BytesIO(workbook_of({"places": [["id"]]}))) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml")
    far = sheet.replace(b"</sheetData>", b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>')
    data = repacked(workbook_of({"places": [["id"]]}), {"xl/worksheets/sheet1.xml": far})
    assert "1,048,576 rows" in faults_of(data, JAPAN)[0].found


def test_too_many_sheets_and_cells_are_refused() -> None:
    many: Cells = {f"s{n}": [["x"]] for n in range(MOST_SHEETS + 1)}
    assert "201 sheets" in faults_of(workbook_of(many), JAPAN)[0].found
    assert "cells" in faults_of(workbook_of({"places": [["x"] * 300] * 700}), JAPAN)[0].found


def sharing(text: str, cells: int, ways: str = "") -> bytes:
    """A workbook of one text that many cells show."""
    sheet = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(1, cells + 1))
    kind = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    return repacked(
        workbook_of({"places": [["id"]]}),
        {
            "xl/worksheets/sheet1.xml": f"<worksheet {kind}><sheetData>{sheet}</sheetData></worksheet>".encode(),
            "xl/sharedStrings.xml": f"{ways}<sst {kind}><si><t>{text}</t></si></sst>".encode(),
        },
    )


def test_a_text_that_too_many_cells_share_is_refused_before_it_is_laid_out() -> None:
    assert read_grids(sharing("x" * 20_000, 10))["places"] == [["x" * 20_000]] * 10
    for cells in (40_000, 190_000):
        data = sharing("x" * 20_000, cells)
        assert len(data) < 2**20
        assert "MiB in its cells" in faults_of(data, JAPAN)[0].found
    assert "more than 32,767 characters" in faults_of(sharing("x" * 32_768, 1), JAPAN)[0].found
    assert "more than 200,000 cells" in faults_of(sharing("x", 200_001), JAPAN)[0].found


def test_nothing_that_a_workbook_declares_is_expanded() -> None:
    declared = '<!DOCTYPE sst [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    assert "cannot be read" in faults_of(sharing("&b;", 1, declared), JAPAN)[0].found
    assert "cannot be read" in faults_of(sharing("<open>", 1), JAPAN)[0].found


def test_one_part_shown_as_many_sheets_counts_as_many_times() -> None:
    data = workbook_of({f"s{n}": [["x" * 30_000]] * 100 for n in range(2)})
    with ZipFile(BytesIO(data)) as archive:
        links = archive.read("xl/_rels/workbook.xml.rels")
        book = archive.read("xl/workbook.xml")
    first = re.search(rb'<sheet name="s0"[^>]*/>', book)
    assert first is not None
    more = b"".join(
        first[0].replace(b'"s0"', b'"t%d"' % n).replace(b'sheetId="1"', b'sheetId="%d"' % (n + 9)) for n in range(150)
    )
    many = repacked(
        data, {"xl/workbook.xml": book.replace(first[0], first[0] + more), "xl/_rels/workbook.xml.rels": links}
    )
    assert "MiB in its cells" in faults_of(many, JAPAN)[0].found


WORDS = ["", "x", "=1", "id", "platforms", "2026-01-01", "{", "[1", "a: b", "é漢", ";"]
CELLS = st.sampled_from([*WORDS, 1, -1.5, 1e300, True])
SOME = ("scenario", "requirements", "platforms", "places", "areas", "rates", "correlations")


@given(
    sheet=st.sampled_from(["scenario", "requirements", "platforms", "places", "areas", "rates", "correlations"]),
    data=st.data(),
)
@settings(max_examples=30, deadline=None)
def test_whatever_a_workbook_says_it_is_read_or_refused(sheet: str, data: Any) -> None:
    rows = data.draw(st.lists(st.lists(CELLS, max_size=5), max_size=5))
    if data.draw(st.booleans()):
        rows.insert(0, list(read_grids(WHOLE)[sheet][0]))
    try:
        read_files(read_workbook(workbook_of({sheet: rows}), SMALL))
    except ScenarioError as error:
        told = [str(fault) for fault in error.faults]
        assert all(line.isprintable() for line in told)


WHOLE = write_workbook(JAPAN)
with TemporaryDirectory() as small:
    SMALL = files_in(write_scenario(Path(small), **EVERYTHING))


def test_the_sheets_explain_themselves() -> None:
    with ZipFile(BytesIO(WHOLE)) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist() if name.endswith(".xml")}
    sheets = [text for name, text in parts.items() if name.startswith("xl/worksheets/")]
    assert all('state="frozen"' in sheet for sheet in sheets)
    assert any("air,surface,underwater" in sheet for sheet in sheets)
    notes = " ".join(text for name, text in parts.items() if "comments" in name)
    assert "time from launch to recovery [h]" in notes
    scenario = read_grids(WHOLE)["scenario"]
    assert ["operations.endurance_reserve", 0.1, "fraction"] in [list(row[:3]) for row in scenario]
