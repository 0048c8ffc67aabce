"""What a spreadsheet would compute is text, and numbers are numbers."""

from __future__ import annotations

import pytest

from fleetcraft.study.spreadsheet import no_formula


@pytest.mark.parametrize("text", ["=1", "+a", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\t1", '=HYPERLINK("http://x")'])
def test_a_formula_becomes_text(text: str) -> None:
    assert no_formula(text) == f"'{text}"


@pytest.mark.parametrize("value", ["-5", "+1e3", "-0.5", "a=b", "", " ", -5, -0.5, None, True])
def test_everything_else_stays(value: object) -> None:
    assert no_formula(value) is value
