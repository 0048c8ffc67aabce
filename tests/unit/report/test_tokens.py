from __future__ import annotations

import math
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleetcraft.report import tokens
from fleetcraft.report.tokens import DARK, LIGHT, NBSP, money, money_scale, number


def contrast(first: str, second: str) -> float:
    """Contrast ratio of WCAG 2.2."""
    bright, dim = sorted((luminance(first), luminance(second)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_text_and_marks_have_the_contrast_of_wcag(palette):
    for ground in ("paper", "panel"):
        for text in ("ink", "muted", "link", "short"):
            assert contrast(palette[text], palette[ground]) >= 4.5, (text, ground)
    for domain in ("air", "surface", "underwater", "bar"):
        assert contrast(palette[domain], palette["paper"]) >= 3.0, domain
    assert contrast(palette["ink"], palette["ramp4"]) >= 4.5


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_the_ramp_is_even_enough_to_be_read_without_colour(palette):
    steps = [luminance(palette[f"ramp{i}"]) for i in range(5)]
    assert steps == sorted(steps) or steps == sorted(steps, reverse=True)
    assert all(contrast(palette[f"ramp{i}"], palette[f"ramp{i + 1}"]) > 1.1 for i in range(4))


def test_light_colours_are_all_different_so_that_a_page_can_exchange_them():
    assert len(set(LIGHT.values())) == len(LIGHT)
    assert LIGHT.keys() == DARK.keys()


def test_themed_exchanges_every_colour_of_the_palette_and_no_other():
    svg = "".join(f'<a fill="{c}"/>' for c in LIGHT.values()) + '<a fill="#123456"/>'
    themed = tokens.themed(svg)
    assert "#123456" in themed
    assert all(c not in themed for c in LIGHT.values())
    assert all(f"var(--{name})" in themed for name in LIGHT)


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        (12.3e9, "JPY", "¥12.3_bn"),
        (200e9, "JPY", "¥200.0_bn"),
        (4.5e6, "USD", "$4.50_M"),
        (450e3, "EUR", "€450.0_k"),
        (2e6, "AUD", "AUD_2.00_M"),
        (999.96e6, "USD", "$1.00_bn"),
        (1.2e12, "JPY", "¥1.20_tn"),
        (950, "USD", "$950"),
        (0, "USD", "$0"),
        (-3e6, "USD", "−$3.00_M"),
        (None, "USD", "–"),
        (math.nan, "USD", "–"),
    ],
)
def test_money(amount, currency, text):
    assert money(amount, currency) == text.replace("_", NBSP)


@given(st.floats(1e3, 1e14), st.sampled_from(["JPY", "USD", "AUD"]))
def test_money_is_true_to_half_a_percent(amount, currency):
    factor = {"k": 1e3, "M": 1e6, "bn": 1e9, "tn": 1e12}
    figure, unit = money(amount, currency).removeprefix(tokens.symbol(currency)).split(NBSP)
    assert float(figure.replace(",", "")) * factor[unit] == pytest.approx(amount, rel=0.0051)


def test_a_column_of_money_has_one_unit_and_shows_its_small_amounts():
    scale = money_scale([200e9, 1.5e9, None, 0.0], "JPY")
    assert scale.unit == f"¥{NBSP}bn"
    assert [scale.cell(a) for a in (200e9, 1.5e9, None, 0.0, -3e9)] == ["200.0", "1.5", "–", "0.0", "−3.0"]
    assert scale.cell(0.04e9) == "<0.1"
    assert money_scale([5e9], "JPY").cell(0.21e9) == "0.21"
    assert money_scale([], "USD").cell(0.0) == "0"


def test_probabilities_are_whole_percents_and_certain_only_where_exact():
    shown = [tokens.probability(p) for p in (0.0, 0.005, 0.41, 0.996, 1.0, None)]
    assert shown == ["0%", "<1%", "41%", ">99%", "100%", "–"]


def test_measures_have_the_unit_of_their_requirement():
    assert tokens.measure(0.7793, "fraction") == "77.9%"
    assert tokens.measure(61.26, "h") == f"61.3{NBSP}h"
    assert tokens.interval(0.7741, 0.7845, "fraction") == "77.4 to 78.5%"
    assert tokens.interval(60.0, 62.5, "h") == f"60.0 to 62.5{NBSP}h"
    assert tokens.interval(-0.01, 1.002, "fraction") == "0.0 to 100.0%"
    assert tokens.interval(None, 0.5, "fraction") == "–"


def test_numbers_have_separators_and_no_negative_zero():
    assert tokens.number(1234567.8) == "1,234,568"
    assert tokens.number(-0.04, 1) == "0.0"
    assert tokens.number(-2.5, 1) == "−2.5"


def test_days_are_written_out():
    assert tokens.day("2028-03-31") == tokens.day(date(2028, 3, 31)) == f"31{NBSP}March{NBSP}2028"


@pytest.mark.parametrize(("value", "decimals", "shown"), [(98.5, 0, "99"), (0.125, 2, "0.13"), (2.675, 2, "2.67")])
def test_a_half_goes_up_as_in_the_studio(value: float, decimals: int, shown: str) -> None:
    """The last is below the half as a number of the machine: 2.67499999..."""
    assert number(value, decimals) == shown
