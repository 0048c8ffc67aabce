from __future__ import annotations

import asyncio
import platform
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from starlette.types import Message

from fleetcraft.studio.security import BODY_BYTES, WORKBOOK_BYTES, Access, is_loopback
from unit.studio.client import ADDRESS, client_of

TOKEN = "a-token-of-this-start"
OPEN = Access("192.0.2.7", 8765, TOKEN)


@pytest.fixture
def client(tmp_path: Path) -> TestClient:
    return client_of(tmp_path)


@pytest.fixture
def guarded(tmp_path: Path) -> TestClient:
    """A studio that other machines reach."""
    return client_of(tmp_path, OPEN)


@pytest.mark.parametrize("host", ["127.0.0.1:8765", "localhost:8765", "LOCALHOST:8765", "[::1]:8765"])
def test_the_machines_own_names_are_answered(client: TestClient, host: str) -> None:
    assert client.get("/api/session", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.example:8765",
        "127.0.0.1",
        "127.0.0.1:80",
        "127.0.0.1:8766",
        "127.0.0.1.evil.example:8765",
        "evil@127.0.0.1:8765",
        "127.0.0.1:8765/evil",
        "192.0.2.7:8765",
        "[::1",
        "127.0.0.1:port",
        "",
    ],
)
@pytest.mark.parametrize("path", ["/", "/api/session", "/api/openapi.json", "/assets/none.js"])
def test_another_host_is_refused(client: TestClient, host: str, path: str) -> None:
    refused = client.get(path, headers={"Host": host})
    assert refused.status_code == 403
    assert refused.json()["lines"]


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1:9999", "https://127.0.0.1:8765"])
@pytest.mark.parametrize(("method", "path"), [("POST", "/api/jobs"), ("DELETE", "/api/jobs/x"), ("GET", "/api/events")])
def test_what_another_page_asks_for_is_refused(client: TestClient, origin: str, method: str, path: str) -> None:
    assert client.request(method, path, headers={"Origin": origin}).status_code == 403


def test_its_own_page_may_ask(client: TestClient) -> None:
    assert client.delete("/api/jobs/none", headers={"Origin": ADDRESS}).status_code == 404


@pytest.mark.parametrize("path", ["/", "/api/session", "/api/openapi.json", "/assets/none.js", "/api/events"])
def test_without_its_token_nothing_is_answered(guarded: TestClient, path: str) -> None:
    assert guarded.get(path).status_code == 401
    assert guarded.get(path, headers={"Authorization": "Bearer wrong"}).status_code == 401
    assert guarded.get(path, headers={"Authorization": f"Basic {TOKEN}"}).status_code == 401
    assert guarded.get(path, headers={"Cookie": "fleetcraft-8765=wrong"}).status_code == 401
    assert guarded.get(path, headers={"Cookie": f"fleetcraft-8766={TOKEN}"}).status_code == 401
    assert guarded.get(f"{path}?token=wrong").status_code == 401


def test_the_token_opens_by_header_and_by_the_address_only_at_the_page(guarded: TestClient) -> None:
    assert guarded.get("/api/session", headers={"Authorization": f"Bearer {TOKEN}"}).status_code == 200
    assert guarded.get(f"/api/session?token={TOKEN}").status_code == 401
    opened = guarded.get(f"/?token={TOKEN}")
    assert (opened.status_code, opened.headers["location"]) == (303, "/")
    cookie = opened.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert guarded.get("/api/session").status_code == 200


def test_the_given_host_is_answered_and_an_address_of_no_binding_is_not(guarded: TestClient) -> None:
    token = {"Authorization": f"Bearer {TOKEN}"}
    assert guarded.get("/api/session", headers={"Host": "192.0.2.7:8765", **token}).status_code == 200
    assert guarded.get("/api/session", headers={"Host": "192.0.2.8:8765", **token}).status_code == 403


@pytest.mark.parametrize(
    ("host", "taken"),
    [("10.1.2.3:80", True), (f"{platform.node()}:80", True), ("[fe80::1]", True), ("evil.example", False)],
)
def test_bound_to_every_address_takes_numbers_and_its_own_name(host: str, taken: bool) -> None:
    assert Access("0.0.0.0", 80, TOKEN).takes_host(host) is taken


def test_only_loopback_needs_no_token() -> None:
    assert all(map(is_loopback, ("127.0.0.1", "localhost", "::1")))
    assert not any(map(is_loopback, ("0.0.0.0", "::", "192.168.0.7", "")))


@pytest.mark.parametrize(("path", "most"), [("/api/jobs", BODY_BYTES), ("/api/scenarios/x/workbook", WORKBOOK_BYTES)])
def test_more_than_may_be_sent_is_refused_stated_or_not(client: TestClient, path: str, most: int) -> None:
    def pieces() -> object:
        for _ in range(most // 2**20 + 1):
            yield b" " * 2**20

    assert client.post(path, content=b" " * (most + 1)).status_code == 413
    assert client.post(path, content=pieces()).status_code == 413
    assert client.post(path, content=b" " * most).status_code != 413
    assert client.post(path, content=b"", headers={"Content-Length": "-1"}).status_code == 413


def test_every_answer_has_its_headers(client: TestClient) -> None:
    for answer in (
        client.get("/"),
        client.get("/api/session"),
        client.get("/api/none"),
        client.get("/", headers={"Host": "x"}),
    ):
        policy = answer.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self';")
        assert "unsafe" not in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["cross-origin-opener-policy"] == "same-origin"
        assert answer.headers["cross-origin-resource-policy"] == "same-origin"
    assert client.get("/api/session").headers["cache-control"] == "no-store"


def test_nothing_is_loaded_from_elsewhere_to_read_the_document(client: TestClient) -> None:
    assert client.get("/docs").status_code == 404
    assert client.get("/redoc").status_code == 404
    assert client.get("/api/openapi.json").json()["info"]["title"] == "fleetcraft studio"


@pytest.mark.parametrize(
    "path",
    ["/../app.py", "/%2e%2e/app.py", "/..%2fapp.py", "/assets/../../app.py", "/.hidden", "/none"],
)
def test_only_files_of_the_page_are_served(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_an_error_of_ours_is_one_line_and_is_logged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("fleetcraft.studio.api.runs.runs_in", lambda _: 1 / 0)
    answer = client_of(tmp_path).get("/api/runs")
    assert answer.status_code == 500
    assert answer.json()["lines"] == ["an error of ours, not yours: ZeroDivisionError: division by zero"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "GET /api/runs" in caplog.text


def test_a_request_that_breaks_off_is_let_go(tmp_path: Path) -> None:
    sent: list[Message] = []
    parts: list[Message] = [
        {"type": "http.request", "body": b"{", "more_body": True},
        {"type": "http.disconnect"},
    ]

    async def receive() -> Message:
        return parts.pop(0)

    async def send(message: Message) -> None:
        sent.append(message)

    headers = [(b"host", b"127.0.0.1:8765"), (b"content-length", b"100")]
    scope = {"type": "http", "method": "POST", "path": "/api/jobs", "query_string": b"", "headers": headers}
    asyncio.run(client_of(tmp_path).app(scope, receive, send))
    assert sent == []
