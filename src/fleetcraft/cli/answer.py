"""Asking a question on the command line: progress while it is answered, and what is told of waiting and finding."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from fleetcraft.cli.interrupted import telling_what_is_kept
from fleetcraft.cli.progress import Progress, shown_progress
from fleetcraft.errors import InfeasibleError
from fleetcraft.runs.infeasible import infeasible_entry
from fleetcraft.runs.question import Question, answered
from fleetcraft.study.result import head
from fleetcraft.study.store.again import Stored


def answer(question: Question, out: Path | None, *, threads: int, quiet: bool, json_: bool) -> Stored:
    """The run that answers a question, found again or made; with JSON an infeasible one is printed on stdout."""

    @contextmanager
    def watch(target: Path) -> Iterator[Progress]:
        with shown_progress(quiet or json_) as progress, telling_what_is_kept(lambda: question.kept(target)):
            try:
                yield progress
            except InfeasibleError as error:
                if json_:
                    started = head(question.scenario, question.identity.seed, {})
                    print(json.dumps({**started, **infeasible_entry(error)}))
                raise

    stored = answered(question, out=out, threads=threads, watch=watch, tell=teller(quiet=quiet))
    if stored.was_there:
        teller(quiet=quiet or json_)(f"computed before, found again in {stored.folder}")
    return stored


def teller(*, quiet: bool) -> Callable[[str], None]:
    """Prints a line on stderr, or nothing."""

    def tell(sentence: str) -> None:
        if not quiet:
            print(f"fleetcraft: {sentence}", file=sys.stderr)

    return tell
