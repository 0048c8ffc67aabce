"""What the report's sections share: their form, inlined figures and the cells of their tables."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from fleetcraft.report import tokens
from fleetcraft.report.markup import Html, h, join
from fleetcraft.report.tokens import day, is_missing

Figures = Mapping[str, str]
"""SVG texts in the light colours, by name."""


@dataclass(frozen=True, slots=True)
class Section:
    """A titled part of the report; ``key`` is its anchor."""

    key: str
    title: str
    body: Html


def figure(figures: Figures, name: str, caption: object = None) -> Html | None:
    """A drawing inlined in the page's own colours; nothing where there is none."""
    if name not in figures:
        return None
    return h("figure", _inlined(figures[name], name), None if caption is None else h("figcaption", caption))


def _inlined(svg: str, name: str) -> Html:
    """The SVG with theme colours, ids that no other figure has, and a width that may shrink."""
    opening, rest = svg.split(">", 1)
    size = dict(re.findall(r'\b(width|height)="([\d.]+)"', opening))
    body = tokens.themed(re.sub(r'(\bid="|url\(#)', rf"\g<1>{name}-", rest))
    root = f'<svg viewBox="0 0 {size["width"]} {size["height"]}" style="width:{size["width"]}px" role="img"'
    return Html(f'{root} font-family="{tokens.CHART_FONT}">{body}')


def facts(pairs: Iterable[tuple[str, object]]) -> Html:
    """Terms and their values."""
    rows = [h("tr", h("th", term, scope="row"), h("td", value)) for term, value in pairs]
    return h("div", h("table", h("tbody", *rows), class_="facts"), class_="wide", tabindex="0", role="region")


def name_list(heading: str, names: Sequence[object]) -> Html:
    """A heading and names below it, in columns where they are many."""
    items = h("ul", *(h("li", name) for name in names), class_="names")
    return join(h("h3", heading), items if names else h("p", "None."))


def named(name: object, id_: object) -> Html:
    """A name with its id below."""
    return join(text(name) or text(id_), h("small", h("code", id_)))


def domain(name: object) -> Html:
    """A domain's mark and name."""
    return h("span", mark(name), " ", text(name), class_="one-line")


def mark(name: object) -> Html:
    """A domain's shape in its colour."""
    return h("b", tokens.DOMAIN_MARKS.get(str(name), ""), class_=f"d-{name}", aria_hidden="true")


def period(id_: str, starts: Mapping[str, object]) -> Html:
    """An ordering period and the day on which its orders are signed."""
    return join(id_, h("small", day(str(starts[id_]))) if id_ in starts else None)


def text(value: object) -> str:
    """A cell's text; nothing where it is missing."""
    return "" if is_missing(value) else str(value)


def stated(value: object, unit: str) -> str:
    """A number as the scenario states it, with thousands separators; billions of money in a readable unit.

    A year, and what is no number, stays as it is.
    """
    try:
        amount = float(str(value))
    except ValueError:
        return text(value)
    if unit == "year":
        return f"{amount:g}"
    if abs(amount) >= 1e9 and re.fullmatch("[A-Z]{3}", unit):
        return tokens.money(amount, unit)
    return f"{amount:,.15g}".replace("-", "−")
