"""A studio that really runs: a server process in a workspace of its own, and pages of it that may ask nobody else."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

CHROMIUM = "/usr/bin/chromium"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
PATIENCE_S = 120.0
expect.set_options(timeout=1000 * PATIENCE_S)


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


@dataclass
class Server:
    """A studio's process; ``start`` after ``kill`` brings the same address back."""

    workspace: Path
    arguments: tuple[str, ...] = ()
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[str] | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> float:
        """Seconds until the page was served."""
        fleetcraft = Path(sys.executable).with_name("fleetcraft")
        command = [fleetcraft, "studio", *self.arguments, "--no-browser", "--port", str(self.port)]
        began = monotonic()
        self.process = subprocess.Popen(command, cwd=self.workspace, stdout=subprocess.DEVNULL, text=True)
        while not self._answers():
            assert self.process.poll() is None, "the studio ended at once"
            assert monotonic() - began < PATIENCE_S, "the studio did not answer"
            sleep(0.05)
        return monotonic() - began

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.address}/", timeout=2) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def kill(self) -> None:
        """As a power cut would: nothing is told to anybody."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def stop(self) -> int:
        assert self.process is not None
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        return self.process.wait(timeout=PATIENCE_S)


@contextmanager
def served(workspace: Path, *arguments: str) -> Iterator[Server]:
    server = Server(workspace, arguments)
    server.start()
    try:
        yield server
    finally:
        if server.process is not None and server.process.poll() is None:
            os.kill(server.process.pid, signal.SIGKILL)
            server.process.wait()


@dataclass
class Visitor:
    """A page, and everything it did that a page of the studio must not do."""

    page: Page
    unwanted: list[str]


def visit(
    browser: Browser,
    server: Server,
    *,
    path: str = "/",
    scheme: str = "light",
    language: str = "en",
    size: tuple[int, int] = (1280, 800),
    tour: bool = False,
    context: BrowserContext | None = None,
    **options: Any,
) -> Visitor:
    """Open the studio in a context that refuses and notes every request to another address."""
    width, height = size
    if context is None:
        context = browser.new_context(color_scheme=scheme, viewport={"width": width, "height": height}, **options)
    seen = "" if tour else "localStorage.setItem('fleetcraft.tour', 'seen');"
    context.add_init_script(f"localStorage.setItem('fleetcraft.language', '{language}');{seen}")
    page, unwanted = context.new_page(), list[str]()
    page.set_default_timeout(1000 * PATIENCE_S)

    def allow_own(route: Route) -> None:
        if route.request.url.startswith((server.address, "data:", "blob:")):
            route.continue_()
        else:
            unwanted.append(f"asked for {route.request.url}")
            route.abort()

    context.route("**/*", allow_own)
    page.on("console", lambda told: unwanted.append(told.text) if told.type == "error" else None)
    page.on("pageerror", lambda error: unwanted.append(str(error)))
    page.goto(server.address + path)
    page.locator("nav").wait_for()
    page.locator("main h1").first.wait_for(state="attached")
    return Visitor(page, unwanted)
