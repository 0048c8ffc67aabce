"""A report page of its own: opening, contents, sections, in the look of every report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files

from fleetcraft.report import tokens
from fleetcraft.report.markup import Html, h
from fleetcraft.report.section import Section

Tile = tuple[str, str, str]
"""Term, figure and note of a key figure."""


@dataclass(frozen=True)
class Opening:
    """What a page begins with: what kind of report, of what, the question, the answer and its key figures."""

    kicker: str
    title: str
    question: str
    answer: Sequence[str]
    tiles: Sequence[Tile]


def page(opening: Opening, sections: Sequence[Section]) -> str:
    """The whole HTML file: no network, no script, light or dark as the reader's system is."""
    head = h(
        "head",
        h("meta", charset="utf-8"),
        h("meta", name="viewport", content="width=device-width, initial-scale=1"),
        h("meta", name="color-scheme", content="light dark"),
        h("meta", http_equiv="Content-Security-Policy", content="default-src 'none'; style-src 'unsafe-inline'"),
        h("title", f"{opening.title}: {opening.kicker}"),
        h("style", _stylesheet()),
    )
    contents = h("ol", *(h("li", h("a", s.title, href=f"#{s.key}")) for s in sections))
    shown = (h("section", h("h2", s.title), s.body, id=s.key) for s in sections)
    body = h("body", h("main", _header(opening), h("nav", contents, aria_label="Contents"), *shown))
    return f"<!doctype html>\n{h('html', head, body, lang='en')}\n"


def _header(opening: Opening) -> Html:
    tiles = (
        h("div", h("dt", term), h("dd", h("strong", figure), h("span", note))) for term, figure, note in opening.tiles
    )
    return h(
        "header",
        h("p", opening.kicker, class_="kicker"),
        h("h1", opening.title),
        h("p", opening.question, class_="question"),
        *(h("p", sentence, class_="answer") for sentence in opening.answer),
        h("dl", *tiles, class_="tiles"),
    )


def _stylesheet() -> Html:
    light, dark = tokens.css_variables(tokens.LIGHT), tokens.css_variables(tokens.DARK)
    variables = (
        f":root{{{light}--font:{tokens.FONT}}}@media screen and (prefers-color-scheme:dark){{:root{{{dark}}}}}\n"
    )
    return Html(variables + files("fleetcraft.report").joinpath("style.css").read_text(encoding="utf-8"))
