"""The API of scenarios: list, copy, edit, undo, save, workbook, platforms; and nothing that is sent breaks it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from builders import EVERYTHING, write_scenario
from fleetcraft.scenario.read import read_scenario
from fleetcraft.scenario.schema import scenario_schema
from fleetcraft.studio.models.scenarios import Draft, PlatformTable, ScenarioEntry

from .client import client_of

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture
def client(tmp_path: Path) -> TestClient:
    write_scenario(tmp_path / "tiny")
    return client_of(tmp_path)


def draft(client: TestClient, id_: str = "tiny") -> dict[str, Any]:
    answer = client.get(f"/api/scenarios/{id_}/draft")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    Draft.model_validate(found)
    return found


def put(client: TestClient, path: str, value: object, id_: str = "tiny") -> Any:
    body = {"version": draft(client, id_)["version"], "path": path, "value": value}
    return client.post(f"/api/scenarios/{id_}/draft/set", json=body)


def text(found: dict[str, Any], name: str = "scenario.yaml") -> str:
    (file,) = [file for file in found["files"] if file["name"] == name]
    return str(file["text"])


def test_examples_and_own_scenarios_are_listed(client: TestClient) -> None:
    entries = [ScenarioEntry.model_validate(entry) for entry in client.get("/api/scenarios").json()]
    assert [(entry.id, entry.kind, entry.faults) for entry in entries] == [
        ("galapagos", "example", 0),
        ("japan-2026", "example", 0),
        ("tiny", "workspace", 0),
    ]
    assert entries[0].hash == read_scenario("galapagos").hash
    assert entries[1].cases == ["yen_108", "yen_165", "support_50", "no_grounding"]
    assert (entries[2].title, entries[2].currency, entries[2].draft) == ("Tiny", "USD", False)
    put(client, "name", "Changed")
    assert client.get("/api/scenarios").json()[2]["draft"]
    assert client.get("/api/scenarios").json()[2]["title"] == "Tiny", "as it is saved"


def test_a_faulty_scenario_is_listed_with_the_number_of_its_faults(client: TestClient, tmp_path: Path) -> None:
    (tmp_path / "tiny" / "scenario.yaml").write_text("name: [1\n")
    entry = client.get("/api/scenarios").json()[2]
    assert (entry["hash"], entry["faults"]) == (None, 1)
    (tmp_path / "tiny" / "scenario.yaml").write_bytes(b"\xff\xfe\0")
    entry = client.get("/api/scenarios").json()[2]
    assert (entry["title"], entry["faults"]) == ("tiny", 1)
    assert draft(client)["values"] is None


def test_copy_and_removal(client: TestClient, tmp_path: Path) -> None:
    answer = client.post("/api/scenarios", json={"from": "tiny", "name": "copy"})
    assert (answer.status_code, answer.json()["id"]) == (201, "copy")
    assert draft(client, "copy")["hash"] == draft(client)["hash"]
    for name, status in (("copy", 409), ("galapagos", 409), ("../x", 400), ("Ä", 400), ("", 400), ("a" * 41, 400)):
        assert client.post("/api/scenarios", json={"from": "tiny", "name": name}).status_code == status, name
    assert client.post("/api/scenarios", json={"from": "none", "name": "x"}).status_code == 404
    put(client, "name", "unsaved", "copy")
    assert client.delete("/api/scenarios/copy").status_code == 204
    assert client.delete("/api/scenarios/copy").status_code == 404
    assert client.delete("/api/scenarios/galapagos").status_code == 409
    (kept,) = (tmp_path / ".fleetcraft-studio" / "removed").iterdir()
    assert (kept / "copy" / "scenario.yaml").exists()
    assert (kept / "draft" / "head.json").exists()


def test_the_folder_of_runs_is_no_scenario(tmp_path: Path) -> None:
    client = client_of(tmp_path)
    taken = client.post("/api/scenarios", json={"from": "galapagos", "name": "runs"})
    assert taken.status_code == 409
    assert not (tmp_path / "runs").exists()
    write_scenario(tmp_path / "runs")
    assert "runs" not in {entry["id"] for entry in client.get("/api/scenarios").json()}
    assert client.delete("/api/scenarios/runs").status_code == 404
    assert (tmp_path / "runs" / "scenario.yaml").is_file()


def test_an_edit_is_checked_kept_undone_and_saved(client: TestClient, tmp_path: Path) -> None:
    before = draft(client)
    after = put(client, "budget.obligation.2026", 75e6).json()
    assert after["values"]["budget"]["obligation"]["2026"] == 75e6
    assert after["faults"] == []
    assert after["hash"] not in (None, before["hash"])
    assert draft(client) == after
    faulty = put(client, "requirements.0.within_h", "soon").json()
    (fault,) = faulty["faults"]
    assert (fault["file"], fault["where"]) == ("scenario.yaml", "within_h of requirement 1")
    assert (faulty["hash"], faulty["warnings"]) == (None, [])
    refused = client.post("/api/scenarios/tiny/draft/save", json={"version": faulty["version"]})
    assert (refused.status_code, refused.json()["faults"]) == (422, [fault])
    back = client.post("/api/scenarios/tiny/draft/undo", json={"version": faulty["version"]}).json()
    assert back["version"] == after["version"]
    assert (back["undo"], back["redo"]) == (True, True)
    saved = client.post("/api/scenarios/tiny/draft/save", json={"version": back["version"]}).json()
    assert not saved["unsaved"]
    assert read_scenario(tmp_path / "tiny").hash == saved["hash"] == after["hash"]
    again = client.post("/api/scenarios/tiny/draft/redo", json={"version": saved["version"]}).json()
    anyway = client.post("/api/scenarios/tiny/draft/save?anyway=true", json={"version": again["version"]})
    assert anyway.status_code == 200
    assert "soon" in (tmp_path / "tiny" / "scenario.yaml").read_text()


def test_two_tabs_lose_nothing(client: TestClient) -> None:
    seen = draft(client)["version"]
    first = client.post("/api/scenarios/tiny/draft/set", json={"version": seen, "path": "name", "value": "one"})
    second = client.post("/api/scenarios/tiny/draft/set", json={"version": seen, "path": "name", "value": "two"})
    third = client.put(
        "/api/scenarios/tiny/draft", json={"version": seen, "files": [{"name": "scenario.yaml", "text": "x"}]}
    )
    assert (first.status_code, second.status_code, third.status_code) == (200, 409, 409)
    assert "load it again" in second.json()["lines"][0]
    assert draft(client)["values"]["name"] == "one"


def test_a_server_started_anew_knows_the_draft(client: TestClient, tmp_path: Path) -> None:
    edited = put(client, "name", "kept").json()
    assert draft(client_of(tmp_path)) == edited


def test_text_is_kept_as_it_was_typed(client: TestClient) -> None:
    typed = "name: [half a\n"
    body = {"version": draft(client)["version"], "files": [{"name": "scenario.yaml", "text": typed}]}
    answer = client.put("/api/scenarios/tiny/draft", json=body).json()
    assert text(answer) == typed
    assert answer["values"] is None
    assert answer["faults"]
    assert [file["name"] for file in answer["files"]] == [
        "areas.geojson",
        "places.csv",
        "platforms.csv",
        "scenario.yaml",
    ]


def test_faults_read_as_check_tells_them(client: TestClient, tmp_path: Path) -> None:
    answer = put(client, "platforms.drone.endurance_h", "long").json()
    (fault,) = answer["faults"]
    assert fault == {
        "file": "platforms.csv",
        "line": 2,
        "where": "endurance_h of drone",
        "found": "long",
        "expected": "a number above 0 [h]",
    }
    assert "long" not in (tmp_path / "tiny" / "platforms.csv").read_text()


def test_warnings_and_defaults_are_those_of_check(client: TestClient) -> None:
    found = draft(client, "galapagos")
    assert any(default["path"] == "objective.mode" for default in found["defaults"])
    far = put(client, "platforms.drone.range_nm_from_base", 1).json()
    assert any("out of reach" in warning for warning in far["warnings"])
    near = client.post("/api/scenarios/tiny/draft/undo", json={"version": far["version"]}).json()
    assert not any("out of reach" in warning for warning in near["warnings"])
    high = put(client, "requirements.0.at_least", 1).json()
    assert high["faults"] == []


def test_a_case_is_judged_with_its_values(client: TestClient) -> None:
    put(client, "cases.poor.budget.obligation.2026", 1e6)
    plain, poor = (client.get("/api/scenarios/tiny/draft", params=p).json() for p in ({}, {"case": "poor"}))
    assert plain["hash"] != poor["hash"]
    none = client.get("/api/scenarios/tiny/draft", params={"case": "none"}).json()
    assert "no case none" in none["faults"][0]["found"]


def test_what_cannot_be_changed_says_so(client: TestClient) -> None:
    answer = put(client, "name", "x", "galapagos")
    assert (answer.status_code, "copy it" in answer.json()["lines"][0]) == (409, True)
    assert draft(client, "galapagos")["readonly"]
    answer = put(client, "nme", "x")
    assert (answer.status_code, answer.json()["faults"][0]["expected"]) == (422, "name")
    assert draft(client)["undo"] is False


def test_events_tell_of_changes(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[tuple[str, str]] = []
    studio = client.app.state.studio  # type: ignore[attr-defined]
    monkeypatch.setattr(studio.events, "scenario", lambda id_, version: told.append((id_, version)))
    answer = put(client, "name", "x").json()
    assert told == [("tiny", answer["version"])]


def test_the_platforms_with_units_sources_and_ranges(tmp_path: Path) -> None:
    write_scenario(tmp_path / "all", **EVERYTHING)
    client = client_of(tmp_path)
    put(client, "assumptions.operations.endurance_reserve.path", "platforms.*.mtbf_h", "all")
    table = PlatformTable.model_validate(client.get("/api/scenarios/all/platforms").json())
    units = {column.name: column.unit for column in table.columns}
    assert (units["endurance_h"], units["name"]) == ("h", "")
    drone = table.rows[0]
    assert drone.values["identifies"] == ["surface_vessel", "small_craft"]
    assert drone.sources["endurance_h"].model_dump() == {
        "kind": "assumption",
        "source": "",
        "note": "made up",
        "low": 20.0,
        "high": 30.0,
    }
    assert {row.sources["mtbf_h"].low for row in table.rows} == {0.05}
    put(client, "platforms.drone.endurance_h", "long", "all")
    assert client.get("/api/scenarios/all/platforms").json()["rows"][0]["values"]["endurance_h"] == "long"


def test_a_workbook_goes_out_and_comes_back(client: TestClient) -> None:
    before = draft(client)
    sent = client.get("/api/scenarios/tiny/workbook.xlsx")
    assert sent.headers["content-type"] == WORKBOOK
    put(client, "budget.obligation.2026", 1e6)
    back = client.post("/api/scenarios/tiny/workbook", content=sent.content, headers={"content-type": WORKBOOK})
    assert (back.status_code, back.json()["hash"]) == (200, before["hash"])
    assert back.json()["undo"]
    refused = client.post("/api/scenarios/tiny/workbook", content=b"no workbook")
    assert (refused.status_code, refused.json()["faults"][0]["file"]) == (422, "workbook.xlsx")
    stale = client.post(
        "/api/scenarios/tiny/workbook", params={"version": before["version"] + "x"}, content=sent.content
    )
    assert stale.status_code == 409
    assert draft(client)["version"] == back.json()["version"], "nothing changed"


def test_the_schema_is_the_scenario_s(client: TestClient) -> None:
    assert client.get("/api/schema").json() == json.loads(json.dumps(scenario_schema()))


ELSEWHERE = ("..", ".", "run:..", "run:", "tiny%2F..", "%00", ".fleetcraft-studio", "run:.x", "runs", "a" * 5000)


@pytest.mark.parametrize("id_", ELSEWHERE)
def test_ids_that_lead_elsewhere_are_not_found(client: TestClient, id_: str) -> None:
    assert client.get(f"/api/scenarios/{id_}/draft").status_code in (400, 404)


FILES = ("scenario.yaml", "platforms.csv", "places.csv", "areas.geojson", "README.md")
PIECES = (
    "",
    "a: ",
    "- ",
    "[",
    "{",
    '"',
    "'",
    "#",
    "&a",
    "*a",
    "\n",
    ",",
    "\x00",
    "\ufeff",
    "é漢",
    ".nan",
    "1e999",
    "9" * 400,
)
TEXTS = st.lists(st.sampled_from(PIECES) | st.text(max_size=5), max_size=8).map("".join)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)
STATED = "name calendar calendar.start budget.obligation budget.obligation.2030 cases.x.name targets exchange.table"
LISTED = "requirements requirements.0 requirements.1 requirements.0.domains"
IN_TABLES = "platforms platforms.drone.name platforms.drone.identifies areas.bay.name areas.bay.station_lat . * a.b"
PATHS = st.sampled_from(f"{STATED} {LISTED} {IN_TABLES}".split())


@given(edits=st.lists(st.tuples(st.sampled_from(FILES), TEXTS) | st.tuples(PATHS, JSON), min_size=1, max_size=4))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_typed_is_answered(client: TestClient, edits: list[tuple[str, Any]]) -> None:
    for name, value in edits:
        if name in FILES:
            body = {"version": draft(client)["version"], "files": [{"name": name, "text": value}]}
            answer = client.put("/api/scenarios/tiny/draft", json=body)
        else:
            answer = put(client, name, value)
        assert answer.status_code in (200, 400, 422), answer.text
        assert client.get("/api/scenarios/tiny/platforms").status_code in (200, 422)
        assert client.get("/api/scenarios/tiny/workbook.xlsx").status_code in (200, 422)
        assert client.get("/api/scenarios").status_code == 200
    client.post("/api/scenarios/tiny/draft/discard")


@given(name=st.sampled_from(FILES), content=st.binary(max_size=200))
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_bytes_lie_in_a_folder_are_answered_for(
    client: TestClient, tmp_path: Path, name: str, content: bytes
) -> None:
    write_scenario(tmp_path / "tiny")
    (tmp_path / "tiny" / name).write_bytes(content)
    assert client.get("/api/scenarios").status_code == 200
    assert client.get("/api/scenarios/tiny/platforms").status_code in (200, 422)
    draft(client)
    assert put(client, "name", "x").status_code in (200, 422)
    client.post("/api/scenarios/tiny/draft/discard")
