"""The server: the application on an address, until it is asked to stop."""

from __future__ import annotations

import errno
import logging
import signal
import socket
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from secrets import token_urlsafe
from threading import Timer

import uvicorn

from fleetcraft.errors import RunError
from fleetcraft.studio.app import create_app
from fleetcraft.studio.first_view import ask_ahead
from fleetcraft.studio.security import EVERY_ADDRESS, Access, is_loopback
from fleetcraft.studio.service import Opened

TRIES = 20
"""Ports that are tried where none was asked for."""
GRACE_S = 5
READY_AFTER_S = 1.0
"""The page comes first; then what its first view and its first question need is loaded."""


class _Server(uvicorn.Server):
    """Tells once it answers, and ends its pages' streams before it waits for what is being answered."""

    def __init__(self, config: uvicorn.Config, answers: Callable[[], None], stops: Callable[[], None]) -> None:
        super().__init__(config)
        self._answers, self._stops = answers, stops

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to answer."""
        await super().startup(sockets)
        if self.started:
            self._answers()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop answering."""
        self._stops()
        await super().shutdown(sockets)


def serve(
    workspace: Path,
    *,
    root: Path,
    opened: Opened | None,
    host: str,
    port: int,
    may_move: bool,
    tell: Callable[[str], None],
) -> None:
    """Serve a workspace until an interrupt or another request to end; ``tell`` gets the address once it answers.

    ``may_move``: where the port is taken, the next free one is used. An address that other machines reach has a token,
    made anew at each start, that every request must carry. Raises RunError where the address cannot be had, or another
    studio serves the workspace.
    """
    listening = _listening(host, port, TRIES if may_move else 1)
    port = listening.getsockname()[1]
    access = Access(host, port, None if is_loopback(host) else token_urlsafe(32))
    app = create_app(workspace, root=root, opened=opened, access=access)
    studio = app.state.studio

    def make_ready() -> None:
        studio.jobs.make_ready()
        ask_ahead(app, access, studio)

    ready = Timer(READY_AFTER_S, make_ready)
    ready.daemon = True

    def answers() -> None:
        tell(address_of(access))
        ready.start()

    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=True,
        lifespan="on",
        timeout_graceful_shutdown=GRACE_S,
        ws="none",
    )
    logging.getLogger("uvicorn").setLevel(logging.CRITICAL)
    studio.jobs.require_alone()
    _end_as_by_interrupt()
    try:
        with suppress(KeyboardInterrupt):  # uvicorn raises anew what it was stopped by
            _Server(config, answers, studio.events.close).run(sockets=[listening])
    finally:
        ready.cancel()
        listening.close()
        studio.jobs.close()  # a second interrupt ends the server before it has closed what it opened


def _end_as_by_interrupt() -> None:
    """Take the system's request to end, and the end of the terminal, as an interrupt is taken."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # as nohup has it
        signal.signal(signal.SIGHUP, lambda *_: signal.raise_signal(signal.SIGINT))


def address_of(access: Access) -> str:
    """The address to open, with the token where there is one."""
    host = access.host if access.host not in EVERY_ADDRESS else socket.gethostname()
    named = f"[{host}]" if ":" in host else host
    return f"http://{named}:{access.port}/" + ("" if access.token is None else f"?token={access.token}")


def _listening(host: str, port: int, tries: int) -> socket.socket:
    """A socket bound to the first free port from ``port`` on; 0 is any. Raises RunError where there is none."""
    for number in range(port, min(port + tries, 2**16)):
        try:
            return _bound(host, number)
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise RunError(f"--host {host} --port {number}: cannot be served: {error.strerror}") from error
    raise RunError(f"--port {port}: found in use by another program, expected a free one, such as --port {port + 1}")


def _bound(host: str, port: int) -> socket.socket:
    family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    bound = socket.socket(family, kind, protocol)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(address)
        bound.listen()  # else another one could be bound to the same port until then
    except OSError:
        bound.close()
        raise
    return bound
