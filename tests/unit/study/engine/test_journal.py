"""The journal: what was kept once is there, whatever happens to the process."""

from __future__ import annotations

import os
import resource
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from fleetcraft.errors import RunError
from fleetcraft.study.engine.journal import JOURNAL, open_journal

WRITES = """
import sys
from pathlib import Path
from fleetcraft.study.engine.journal import open_journal
with open_journal(Path(sys.argv[1])) as journal:
    for number in range(100_000):
        journal.keep({number: {"status": "done", "values": {"x": number / 7}}})
        journal.keep_piece(10**6 + number, 0, 5, b"x" * 5000)
        print(number, flush=True)
"""


def test_answers_and_pieces_come_back_as_they_went_in(tmp_path: Path) -> None:
    answers = {3: {"status": "done", "values": {"x": 0.1 + 0.2, "y": None}}, 1: {"status": "failed", "reason": "no"}}
    with open_journal(tmp_path) as journal:
        journal.keep(answers)
        journal.keep_piece(2, 10, 5, b"later")
        journal.keep_piece(2, 0, 10, b"first")
        journal.keep_piece(4, 0, 5, b"other")
    with open_journal(tmp_path) as journal:
        assert list(journal.answers()) == sorted(answers.items())
        assert list(journal.answered()) == [1, 3]
        assert list(journal.pieces()) == [(2, 0, 10), (2, 10, 5), (4, 0, 5)]
        assert journal.outcomes(2) == (b"first", b"later")
        journal.keep({2: {"status": "done"}})
        assert list(journal.pieces()) == [(4, 0, 5)]


@pytest.mark.parametrize("lines", [1, 3, 40])
def test_a_killed_writer_loses_nothing_that_it_had_kept(tmp_path: Path, lines: int) -> None:
    with subprocess.Popen([sys.executable, "-c", WRITES, str(tmp_path)], stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        told = [int(writer.stdout.readline()) for _ in range(lines)]
        os.kill(writer.pid, signal.SIGKILL)
    with open_journal(tmp_path) as journal:
        found = dict(journal.answers())
        pieces = {point for point, _, _ in journal.pieces()}
    assert len(found) >= lines
    assert all(found[n] == {"status": "done", "values": {"x": n / 7}} for n in told)
    assert {10**6 + n for n in told} <= pieces


def test_a_full_disk_is_told_in_one_line_and_loses_nothing(tmp_path: Path) -> None:
    limited = f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, 400_000))\n{WRITES}"
    done = subprocess.run([sys.executable, "-c", limited, str(tmp_path)], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    told = done.stderr.strip().splitlines()[-1]
    assert "RunError" in told
    assert str(tmp_path) in told
    kept = len(done.stdout.split())
    assert kept > 3
    with open_journal(tmp_path) as journal:
        assert len(list(journal.answered())) >= kept
        journal.keep({999_999: {"status": "done"}})  # with room again it goes on
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] == resource.RLIM_INFINITY


def test_a_damaged_file_and_a_second_process_are_told(tmp_path: Path) -> None:
    (tmp_path / JOURNAL).write_bytes(b"SQLite format 3\0" + b"\xff" * 5000)
    with pytest.raises(RunError, match="begin anew"), open_journal(tmp_path):
        pass
    (tmp_path / JOURNAL).unlink()
    with open_journal(tmp_path):
        other = sqlite3.connect(tmp_path / JOURNAL, timeout=0)
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("SELECT * FROM answers")
        other.close()


def test_an_error_of_whoever_reads_is_not_the_journal_s(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="mine"), open_journal(tmp_path):
        raise OSError("mine")
