"""The command line: one file a verb, thin; this one gathers them and turns errors into exit statuses."""

from __future__ import annotations

import os
import sys
import traceback

import typer
from typer.exceptions import TyperException

from fleetcraft import __version__
from fleetcraft.cli.check import check
from fleetcraft.cli.compare import compare
from fleetcraft.cli.examples import examples, init
from fleetcraft.cli.explain import explain
from fleetcraft.cli.frontier import frontier
from fleetcraft.cli.interrupted import INTERRUPTED
from fleetcraft.cli.plan import plan
from fleetcraft.cli.replan import history, replan
from fleetcraft.cli.report import report
from fleetcraft.cli.schema import schema
from fleetcraft.cli.simulate import simulate
from fleetcraft.cli.store import runs
from fleetcraft.cli.studio import studio
from fleetcraft.cli.study import study
from fleetcraft.errors import FleetcraftError

WRONG_CALL = 2

app = typer.Typer(
    name="fleetcraft",
    help="Decide which unmanned craft to buy, from whom and when, and prove by simulation what the fleet will watch.",
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command()(examples)
app.command()(init)
app.command()(check)
app.command()(plan)
app.command()(simulate)
app.command()(frontier)
app.command()(compare)
app.command()(explain)
app.command()(study)
app.command()(replan)
app.command()(report)
app.command()(studio)
runs.command()(history)
app.add_typer(runs)
app.command()(schema)


def _version(shown: bool) -> None:
    if shown:
        print(f"fleetcraft {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: bool = typer.Option(False, "--version", callback=_version, is_eager=True, help="Show the version."),
) -> None:
    """Options before a verb."""


def main() -> None:
    """Run the command line and exit with its status."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run one command and return its exit status; no traceback unless --debug is among the arguments."""
    try:
        return _status(app(args=arguments or ["--help"], prog_name="fleetcraft", standalone_mode=False))
    except TyperException as error:
        print(f"fleetcraft: {_told(error)}; see fleetcraft --help", file=sys.stderr)
        return WRONG_CALL
    except (KeyboardInterrupt, typer.Abort):
        print("fleetcraft: interrupted; nothing unfinished was kept", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except FleetcraftError as error:
        if "--debug" in arguments:
            traceback.print_exc()
        print(error, file=sys.stderr)
        return error.status
    except Exception as error:
        if "--debug" in arguments:
            raise
        print(f"fleetcraft: an error of ours, not yours: {type(error).__name__}: {error}", file=sys.stderr)
        print("run it again with --debug and report what it prints", file=sys.stderr)
        return 1


def _told(error: TyperException) -> str:
    """The error in one line, with the name of the option it is about."""
    return " ".join(error.format_message().split()).rstrip(".")


def _status(returned: object) -> int:
    return returned if isinstance(returned, int) else 0
