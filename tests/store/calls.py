"""A process that forks one of its own for each call of the command line, to kill it, or to refuse it the disk.

What the calls have to compute is computed once: from then on a call only asks, stores and tells, by the program's own
code, so that hundreds of them can be killed. Reads a call a line from stdin and answers each in a line, as JSON.
"""

from __future__ import annotations

import errno
import io
import json
import os
import pickle
import resource
import signal
import sqlite3
import sys
import traceback
from collections.abc import Callable, Sequence
from contextlib import redirect_stderr, redirect_stdout, suppress
from importlib import import_module
from pathlib import Path
from typing import Any

from fleetcraft.study.store.disk import refusals_told
from fleetcraft.study.store.program import program_hash

NOBODY = 65534
CHANGES = {"os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.chmod", "os.truncate", "os.link", "os.symlink",
           "fcntl.flock", "sqlite3.connect"}  # fmt: skip
"""Audited events that change what lies on the disk; opening a file to write it is one, too. A kill counts SQLite's
statements besides, whose own writing nobody is told of."""

remembered: dict[str, Any] = {}


def remember(module: Any, name: str, key: Callable[..., str] = lambda *_, **__: "") -> None:
    """Have a module's function work out the same answer once only."""
    setattr(module, name, recalling(getattr(module, name), key))


def recalling(compute: Callable[..., Any], key: Callable[..., str] = lambda *_, **__: "") -> Callable[..., Any]:
    """A function that works out the same answer once only."""

    def recall(*arguments: Any, **named: Any) -> Any:
        at = f"{compute.__module__}.{compute.__name__}{key(*arguments, **named)}"
        if at not in remembered:
            remembered[at] = pickle.dumps(compute(*arguments, **named))
        return pickle.loads(remembered[at])

    return recall


def remember_points() -> None:
    """Have a point's answer worked out once, with the files beside it; they are written each time."""
    from fleetcraft.study.points import Decide

    decide = Decide.run

    def run(self: Decide, theatre: Any, folder: Path, threads: int) -> Any:
        place = folder / self.key
        if self.key not in remembered:
            answer = decide(self, theatre, folder, threads)
            files = {path.name: path.read_bytes() for path in place.iterdir()}
            remembered[self.key] = pickle.dumps((answer, files))
        answer, files = pickle.loads(remembered[self.key])
        with refusals_told(place, folder):
            for name, content in files.items():
                part = place / f"{name}.part"
                part.write_bytes(content)
                os.replace(part, place / name)
        return answer

    Decide.run = run  # type: ignore[method-assign]


def remember_all() -> None:
    """Everything between the question and the storing of the answer."""
    from fleetcraft.cli import study
    from fleetcraft.report import explain as explain_page
    from fleetcraft.report import write
    from fleetcraft.runs import points
    from fleetcraft.study import decide, frontier
    from fleetcraft.study.explain import answer

    remember(decide, "plan_scenario", lambda _, options, **__: str(options.seed))
    remember(frontier, "make_ready")
    remember_points()
    remember(answer, "explain_run")
    remember(write, "report_files", lambda run, *_, **__: f"{run.manifest['seed']}{run.explained is not None}")
    write._FILES = {verb: recalling(files) for verb, files in write._FILES.items()}
    remember(explain_page, "explain_files")
    remember(write, "study_files")
    for module in (points, study):
        module.perf_counter = lambda: 0.0


class Watch:
    """Counts a call's changes on the disk, and at one of them kills the process or refuses the change."""

    def __init__(self, kill: int | None, torn: bool, refuse: int | None, why: int) -> None:
        self.kill, self.torn, self.refuse, self.why = kill, torn, refuse, why
        self.count, self.within = 0, False

    def __call__(self, event: str, arguments: tuple[Any, ...]) -> None:
        if self.within or not (event in CHANGES or (event == "open" and _writes(*arguments))):
            return
        self.count += 1
        if self.count == self.kill:
            self.within = True
            if self.torn and event == "open":
                _tear(arguments[0])
            os.kill(os.getpid(), signal.SIGKILL)
        if self.count == self.refuse:
            raise OSError(self.why, os.strerror(self.why))

    def stated(self, _statement: str) -> None:
        """SQLite begins a statement: what it wrote for those before may be in a transaction that is not ended."""
        self.count += 1
        if self.count == self.kill:
            os.kill(os.getpid(), signal.SIGKILL)


def watch_statements(watch: Watch) -> None:
    """Have every connection to an SQLite file that is opened from now on tell of its statements."""
    connect = sqlite3.connect

    def watched(*arguments: Any, **named: Any) -> sqlite3.Connection:
        connection = connect(*arguments, **named)
        connection.set_trace_callback(watch.stated)
        return connection

    sqlite3.connect = watched  # type: ignore[assignment]


def _writes(path: Any, _mode: Any, flags: int) -> bool:
    return isinstance(path, str) and not path.startswith("/dev/") and bool(flags & (os.O_WRONLY | os.O_RDWR))


def _tear(path: str) -> None:
    """What a kill in the middle of a writing leaves: the beginning of something."""
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.write(file, b'{"torn": [')


def answered(call: dict[str, Any]) -> dict[str, Any]:
    """Make a call in a process of its own; tells its status (below 0 the signal), what it printed, its changes."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        try:
            with os.fdopen(writing, "wb") as pipe:
                pipe.write(pickle.dumps(called(call)))
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        told = pipe.read()
    _, status = os.waitpid(child, 0)
    killed = {"status": os.waitstatus_to_exitcode(status), "out": "", "err": "", "changes": None}
    return pickle.loads(told) if told else killed


def called(call: dict[str, Any]) -> dict[str, Any]:
    """Make a call in this process, with what is asked for."""
    from fleetcraft.cli.main import run

    os.chdir(call["cwd"])
    if call.get("limit") is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (call["limit"], resource.RLIM_INFINITY))
    if call.get("nobody") and os.geteuid() == 0:
        os.seteuid(NOBODY)
    watch = Watch(call.get("kill"), call.get("torn", False), call.get("refuse"), call.get("why", errno.ENOSPC))
    if call.get("statements"):
        watch_statements(watch)
    sys.addaudithook(watch)
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        status = run(call["arguments"])
    return {"status": status, "out": out.getvalue(), "err": err.getvalue(), "changes": watch.count}


def learn(cwd: str, commands: Sequence[Sequence[str]]) -> None:
    """Make every call once in a process that ends, so that none of its solvers' threads is there at a fork."""
    reading, writing = os.pipe()
    if os.fork() == 0:
        os.close(reading)
        try:
            for arguments in commands:
                told = called({"cwd": cwd, "arguments": arguments})
                assert told["status"] == 0, told["err"]
            with os.fdopen(writing, "wb") as pipe:
                pipe.write(pickle.dumps((remembered, sorted(sys.modules.keys() - {"__main__"}))))
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        answers, modules = pickle.loads(pipe.read())
    os.wait()
    remembered.update(answers)
    for module in modules:  # a call by nobody in particular may not read where Python is installed
        with suppress(ImportError):
            import_module(module)


def main() -> None:
    """Learn the commands of the first line, then answer a call a line."""
    remember_all()
    program_hash()  # one program for all calls, though its sources be edited meanwhile
    first = json.loads(sys.stdin.readline())
    learn(first["cwd"], first["commands"])
    tell("ready")
    for line in sys.stdin:
        tell(answered(json.loads(line)))


def tell(answer: Any) -> None:
    """A line for whoever reads."""
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
