"""fleetcraft studio: the same in a browser."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fleetcraft.cli.options import DebugOption, QuietOption
from fleetcraft.errors import RunError

if TYPE_CHECKING:
    from fleetcraft.studio.service import Opened

PORT = 8765


def studio(
    target: Annotated[
        str | None,
        typer.Argument(
            metavar="[SCENARIO|RUN]",
            help="What to open: an example's name, a folder in the workspace, or a run folder.",
        ),
    ] = None,
    port: Annotated[
        int | None,
        typer.Option("--port", help=f"Port (default: {PORT}, or the next that is free).", min=1, max=65535),
    ] = None,
    host: Annotated[
        str, typer.Option("--host", help="Address; one that other machines reach has a token in its link.")
    ] = "127.0.0.1",
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Do not open a browser.")] = False,
    workspace: Annotated[
        Path, typer.Option("--workspace", metavar="DIR", help="The folder that is served, with all below it.")
    ] = Path(),
    quiet: QuietOption = False,
    debug: DebugOption = False,
) -> None:
    """Serve a folder's scenarios and runs to a browser: see the plan, move the money, watch the fleet."""
    import logging

    from fleetcraft.studio.server import serve

    if not workspace.is_dir():
        raise RunError(f"{workspace}: found no folder, expected one for --workspace")
    logging.basicConfig(
        format="%(message)s" if debug else "fleetcraft: %(message)s", level=logging.INFO if debug else logging.ERROR
    )
    if not debug:
        logging.getLogger("fleetcraft.studio").addFilter(_without_traceback)
    folder = workspace.resolve()
    opened, root = _opened(target, folder)

    def tell(address: str) -> None:
        print(f"fleetcraft studio: {address}", flush=True)
        if not no_browser and _has_display():
            import webbrowser

            webbrowser.open(address)

    serve(folder, root=root, opened=opened, host=host, port=port or PORT, may_move=port is None, tell=tell)
    if not quiet:
        with suppress(OSError):  # the terminal may be gone
            line = "fleetcraft: stopped; drafts and finished work are kept, interrupted jobs can be resumed"
            print(line, file=sys.stderr, flush=True)


def _opened(target: str | None, workspace: Path) -> tuple[Opened | None, Path]:
    """What to open, and the folder of runs. Raises RunError where there is nothing of that name or it lies outside."""
    from fleetcraft.scenario.examples import SCENARIO_FILE, example_names
    from fleetcraft.studio.service import Opened
    from fleetcraft.study.store.folder import MANIFEST, ROOT

    root = workspace / ROOT
    if target is None:
        return None, root
    inside = workspace / target
    if target in example_names() and not inside.is_dir():
        return Opened("scenario", target), root
    path = (inside if inside.exists() else Path(target)).resolve()
    if (path / MANIFEST).is_file():
        if not path.is_relative_to(workspace):
            raise _outside(target, workspace, path.parent.parent if path.parent.name == ROOT.name else path.parent)
        return Opened("run", path.name), path.parent
    folder = path.parent if path.name == SCENARIO_FILE else path
    if not (folder / SCENARIO_FILE).is_file():
        raise RunError(f"{target}: found neither an example, a folder with {SCENARIO_FILE} nor a run, expected one")
    if folder.parent != workspace:
        raise _outside(target, workspace, folder.parent)
    return Opened("scenario", folder.name), root


def _outside(target: str, workspace: Path, other: Path) -> RunError:
    return RunError(
        f"{target}: lies outside of the folder that is served, {workspace}; expected it there, or --workspace {other}"
    )


def _has_display() -> bool:
    """Whether there is a screen for a browser to open on."""
    return sys.platform != "linux" or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _without_traceback(record: object) -> bool:
    vars(record)["exc_info"] = None
    return True
