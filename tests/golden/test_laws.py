"""Each law of the programme, compared with its text as people have read and accepted it."""

from __future__ import annotations

import pytest

from fleetcraft.optimise.constraints import HARD_LAWS, REACH, STRUCTURE, WATCHING, WHOLE_ORDERS
from golden.laws import FOLDER, golden_file, law_texts

LAWS = [law.__name__ for law in (*HARD_LAWS, *STRUCTURE, *WHOLE_ORDERS, *WATCHING, *REACH)]


@pytest.mark.parametrize("law", LAWS)
def test_a_law_reads_as_accepted(law: str) -> None:
    """Where a change is meant, ``cd tests && python -m golden.regenerate`` writes all texts anew."""
    assert law_texts()[law] == golden_file(law).read_text(encoding="utf-8")


@pytest.mark.parametrize("law", LAWS)
def test_a_law_says_something(law: str) -> None:
    assert law_texts()[law].startswith(f"{law}[")


def test_no_text_is_left_over() -> None:
    assert {path.stem for path in FOLDER.glob("*.txt")} == set(LAWS)
