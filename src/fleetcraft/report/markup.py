"""HTML that cannot be injected into: text is escaped unless it was built here."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

_ADDRESS = re.compile(r"(https?://[^\s;,()<>\"']+)")
_VOID = frozenset({"meta", "wbr"})


class Html(str):
    """Markup built by this module; every other string is text and will be escaped."""

    __slots__ = ()


def h(name: str, /, *children: object, **attributes: object) -> Html:
    """One element; ``class_`` is class, ``aria_label`` aria-label; an attribute of None or False is left out."""
    opening = name + "".join(_attribute(k, v) for k, v in attributes.items() if v is not None and v is not False)
    if name in _VOID:
        return Html(f"<{opening}>")
    return Html(f"<{opening}>{join(*children)}</{name}>")


def join(*children: object) -> Html:
    """The children one after another; None is left out."""
    return Html("".join(c if isinstance(c, Html) else escape(str(c)) for c in children if c is not None))


def _attribute(key: str, value: object) -> str:
    name = key.rstrip("_").replace("_", "-")
    return f" {name}" if value is True else f' {name}="{escape(str(value))}"'


def linked(text: str) -> Html:
    """Text in which every http(s) address is a link named after its host."""
    return join(*(_anchor(part) if part.startswith(("https://", "http://")) else part for part in _ADDRESS.split(text)))


def _anchor(address: str) -> Html:
    host = address.split("/")[2].removeprefix("www.")
    return h("a", host, href=address, rel="noreferrer", title=address)


@dataclass(frozen=True, slots=True)
class Column:
    """A table's column; ``numeric`` sets its figures flush right in tabular numerals."""

    heading: object
    numeric: bool = False


def table(caption: str, columns: Sequence[Column], rows: Iterable[Sequence[object]], *totals: Sequence[object]) -> Html:
    """A table whose first cell of a row is its heading; ``totals`` become the foot."""
    head = h("tr", *(h("th", c.heading, scope="col", class_="n" if c.numeric else None) for c in columns))
    body = [_row(columns, row) for row in rows]
    foot = h("tfoot", *(_row(columns, total) for total in totals)) if totals else None
    parts = (h("caption", caption), h("thead", head), h("tbody", *body), foot)
    return h("div", h("table", *parts), class_="wide", tabindex="0", role="region", aria_label=caption)


def _row(columns: Sequence[Column], cells: Sequence[object]) -> Html:
    first, *others = zip(columns, cells, strict=True)
    heading = h("th", first[1], scope="row", class_="n" if first[0].numeric else None)
    return h("tr", heading, *(h("td", cell, class_="n" if c.numeric else None) for c, cell in others))


def folded(summary: str, *children: object, paper: bool = True) -> Html:
    """A block that opens on demand; on paper it is open unless ``paper`` is False."""
    return h("details", h("summary", summary), *children, class_="paper" if paper else None)


def bullets(items: Iterable[object]) -> Html:
    """A plain list."""
    return h("ul", *(h("li", item) for item in items))
