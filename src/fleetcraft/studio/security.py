"""Who may ask what: Host, Origin, token and size of each request; headers of each response.

The names that a request may be addressed to are those the server was bound to: localhost, 127.0.0.1, [::1] and the
host that was given, each with the port. A server bound to every address of the machine takes any address that is
written in numbers and the machine's own name: another site's name that is pointed here is refused, so that its page
cannot read what is served.
"""

from __future__ import annotations

import hmac
import logging
import platform
from dataclasses import dataclass
from ipaddress import ip_address

from starlette.datastructures import URL, Headers, MutableHeaders, QueryParams
from starlette.requests import ClientDisconnect, cookie_parser
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from fleetcraft.studio.errors import problem

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
EVERY_ADDRESS = frozenset({"0.0.0.0", "::"})
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
BODY_BYTES, WORKBOOK_BYTES = 5 * 2**20, 25 * 2**20
PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
    "font-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
FILE_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'; sandbox"
)
"""Of a run's own files: a report is shown with its own style and no script, as a page of nobody's."""
HEADERS = {
    "Content-Security-Policy": PAGE_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


@dataclass(frozen=True)
class Access:
    """Which hosts a request may name, on which port, and the token that it must carry (None: none)."""

    host: str = "127.0.0.1"
    port: int = 8765
    token: str | None = None

    @property
    def cookie(self) -> str:
        """The cookie's name; browsers keep one jar for all ports of a host."""
        return f"fleetcraft-{self.port}"

    def takes_host(self, header: str) -> bool:
        """Whether a request that names this host may be answered."""
        try:
            asked = URL(f"//{header}")
            name, port = asked.hostname or "", asked.port or 80
        except ValueError:
            return False
        plain = not (asked.path or asked.query or asked.fragment or asked.username)
        return plain and port == self.port and (name in LOOPBACK | {self.host.lower()} or self._is_ours(name))

    def _is_ours(self, name: str) -> bool:
        """Where every address is bound: the machine's name, or an address in numbers."""
        if self.host not in EVERY_ADDRESS:
            return False
        try:
            return name == platform.node().lower() or bool(ip_address(name))
        except ValueError:
            return False

    def takes_token(self, given: str | None) -> bool:
        """Whether a token is the right one, in time that does not depend on it."""
        return self.token is None or (given is not None and hmac.compare_digest(given.encode(), self.token.encode()))


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach a server bound to ``host``."""
    return host in LOOPBACK


class Guard:
    """Refuses what may not be asked before anything else sees it, and gives every response its headers."""

    def __init__(self, app: ASGIApp, access: Access) -> None:
        self._app, self._access = app, access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        outgoing = _Outgoing(scope, send)
        refusal = self._refusal(scope)
        if refusal is not None:
            await refusal(scope, receive, outgoing)
            return
        try:
            body = await _body(scope, receive)
        except ClientDisconnect:
            return
        if body is None:
            most = _most_bytes(scope) // 2**20
            await problem(413, [f"what was sent is too large, expected at most {most} MiB"])(scope, receive, outgoing)
            return
        try:
            await self._app(scope, _replayed(body, receive), outgoing)
        except Exception as error:
            _logger().error("%s %s", scope["method"], scope["path"], exc_info=error)
            if outgoing.started:
                raise
            told = f"an error of ours, not yours: {type(error).__name__}: {error}"
            await problem(500, [told])(scope, receive, outgoing)

    def _refusal(self, scope: Scope) -> Response | None:
        """The answer to a request that may not be asked, or that brings the token in its address."""
        headers = Headers(scope=scope)
        if not self._access.takes_host(headers.get("host", "")):
            return problem(403, [f"found host {headers.get('host', '')!r}, expected the address that was printed"])
        origin = headers.get("origin")
        if origin is not None and _matters(scope) and origin != f"http://{headers['host']}":
            return problem(403, [f"found a request of {origin}, expected one of this page"])
        return None if self._access.token is None else self._token_refusal(scope, headers)

    def _token_refusal(self, scope: Scope, headers: Headers) -> Response | None:
        given = QueryParams(scope["query_string"]).get("token")
        if scope["path"] == "/" and scope["method"] == "GET" and given is not None and self._access.takes_token(given):
            page = RedirectResponse("/", 303)
            page.set_cookie(self._access.cookie, given, httponly=True, samesite="strict")
            return page
        if any(self._access.takes_token(token) for token in _tokens(headers, self._access.cookie)):
            return None
        return problem(401, ["found no token, expected the address with the token that was printed at the start"])


def _matters(scope: Scope) -> bool:
    """Whether it matters which page a request comes from: it changes something, or goes on for long."""
    return scope["method"] not in SAFE or scope["path"] == "/api/events"


def _tokens(headers: Headers, cookie: str) -> list[str]:
    """What a request carries in its Authorization and its cookie."""
    kind, _, bearer = headers.get("authorization", "").partition(" ")
    tokens = [bearer.strip()] if kind.lower() == "bearer" else []
    kept = cookie_parser(headers.get("cookie", "")).get(cookie)
    return tokens if kept is None else [*tokens, kept]


def _most_bytes(scope: Scope) -> int:
    return WORKBOOK_BYTES if scope["path"].endswith("/workbook") else BODY_BYTES


async def _body(scope: Scope, receive: Receive) -> bytes | None:
    """The whole body of a request; None where it is too large. Raises ClientDisconnect where it breaks off."""
    headers = Headers(scope=scope)
    if "content-length" not in headers and "transfer-encoding" not in headers:
        return b""
    stated, most = headers.get("content-length", "0"), _most_bytes(scope)
    if not stated.isdecimal() or int(stated) > most:
        return None
    parts, size = [], 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > most:
            return None
        if not message.get("more_body", False):
            return b"".join(parts)


def _replayed(body: bytes, receive: Receive) -> Receive:
    """Gives a body that was read already, then whatever comes."""
    told = False

    async def replayed() -> Message:
        nonlocal told
        if told:
            return await receive()
        told = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replayed


class _Outgoing:
    """Sends a response with the headers of all."""

    def __init__(self, scope: Scope, send: Send) -> None:
        self._scope, self._send, self.started = scope, send, False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.started = True
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
            if self._scope["path"].startswith("/api"):
                headers["Cache-Control"] = "no-store"
        await self._send(message)


def _logger() -> logging.Logger:
    return logging.getLogger("fleetcraft.studio")
