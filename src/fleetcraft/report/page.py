"""The frame of every report page: the answer first, then what stands in full view, then folded details."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files

from fleetcraft.report import tokens
from fleetcraft.report.markup import Html, h, join
from fleetcraft.report.section import Section

Tile = tuple[str, str, str]
"""Term, figure and note of a key figure."""


@dataclass(frozen=True)
class Opening:
    """What a page begins with: what kind of report, of what, the question, the answer and its key figures.

    The first sentence of the answer is the message and stands out.
    """

    kicker: str
    title: str
    question: str
    answer: Sequence[str]
    tiles: Sequence[Tile]
    note: str = ""


def page(opening: Opening, shown: Sequence[Html], details: Sequence[Section]) -> str:
    """The whole HTML file: no network, no script, light or dark as the reader's system is.

    ``shown`` stands open in reading order; ``details`` are folded below, each opened by a link to its key and on paper.
    """
    head = h(
        "head",
        h("meta", charset="utf-8"),
        h("meta", name="viewport", content="width=device-width, initial-scale=1"),
        h("meta", name="color-scheme", content="light dark"),
        h("meta", http_equiv="Content-Security-Policy", content="default-src 'none'; style-src 'unsafe-inline'"),
        h("title", f"{opening.title}: {opening.kicker}"),
        h("style", _stylesheet()),
    )
    body = h("body", h("main", _header(opening), *shown, _details(details)))
    return f"<!doctype html>\n{h('html', head, body, lang='en')}\n"


def message_first(paragraphs: Sequence[str]) -> list[str]:
    """The paragraphs with the first sentence of the first one by itself."""
    first, *others = paragraphs
    return [*re.split(r"(?<=\.)\s(?=[A-Z])", first, maxsplit=1), *others]


def standing(section: Section) -> Html:
    """A section in full view."""
    return h("section", h("h2", section.title), section.body, id=section.key)


def side_by_side(*parts: Html | None, class_: str = "") -> Html | None:
    """Sections beside each other where the page is wide; nothing where there are none."""
    held = [part for part in parts if part is not None]
    if len(held) < 2:
        return join(*held) if held else None
    return h("div", *held, class_=f"columns {class_}".strip())


def more(key: str, words: str) -> Html:
    """A link that opens the fold of a key."""
    return join(more_of({key: words}))


def more_of(links: Mapping[str, str]) -> Html | None:
    """Links by the key of the fold that each opens."""
    return h("p", *(h("a", words, href=f"#{key}") for key, words in links.items()), class_="more") if links else None


def _header(opening: Opening) -> Html:
    lead, *rest = opening.answer or [""]
    return h(
        "header",
        h("p", opening.kicker, class_="kicker"),
        h("h1", opening.title),
        h("p", opening.question, class_="question"),
        h("p", lead, class_="lead"),
        *(h("p", sentence, class_="answer") for sentence in rest),
        h("dl", *(_tile(*tile) for tile in opening.tiles), class_="tiles"),
        h("p", opening.note, class_="note") if opening.note else None,
    )


def _tile(term: str, figure: str, note: str) -> Html:
    return h("div", h("dt", term), h("dd", h("strong", figure), h("span", note)))


def _details(sections: Sequence[Section]) -> Html | None:
    """Folds with their contents before them.

    A link's target lies inside its fold, for a browser opens the folds round what a link leads to, not that itself.
    """
    if not sections:
        return None
    links = h("ol", *(h("li", h("a", section.title, href=f"#{section.key}")) for section in sections))
    contents = h("nav", h("p", "Details", class_="kicker"), links, aria_label="Details")
    return h("div", contents, *_folds(sections), id="details")


def _folds(sections: Sequence[Section]) -> Iterable[Html]:
    for section in sections:
        body = h("section", section.body, id=section.key)
        yield h("details", h("summary", h("h2", section.title)), body, class_="part paper")


def _stylesheet() -> Html:
    light, dark = tokens.css_variables(tokens.LIGHT), tokens.css_variables(tokens.DARK)
    variables = (
        f":root{{{light}--font:{tokens.FONT}}}@media screen and (prefers-color-scheme:dark){{:root{{{dark}}}}}\n"
    )
    return Html(variables + files("fleetcraft.report").joinpath("style.css").read_text(encoding="utf-8"))
