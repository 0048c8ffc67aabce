from __future__ import annotations

from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from fleetcraft.report.markup import Column, h, join, linked, table


class Collector(HTMLParser):
    """Tags, attributes and text as a browser would see them."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def parsed(markup: str) -> Collector:
    collector = Collector()
    collector.feed(markup)
    collector.close()
    return collector


plain = st.text(st.characters(blacklist_categories=("Cs", "Cc")))


@given(plain, plain)
def test_any_text_comes_out_as_text_and_any_attribute_as_one_attribute(text, attribute):
    seen = parsed(h("p", text, title=attribute))
    assert [tag for tag, _ in seen.tags] == ["p"]
    assert seen.tags[0][1] == {"title": attribute}
    assert seen.text == text


def test_markup_built_here_is_not_escaped_again():
    assert join("a<", h("b", "c&d"), None, 3) == "a&lt;<b>c&amp;d</b>3"


@given(plain)
def test_linked_text_has_only_http_links(text):
    seen = parsed(linked(text))
    assert all(tag == "a" and str(attrs["href"]).startswith(("http://", "https://")) for tag, attrs in seen.tags)


def test_addresses_become_links_named_after_their_host_and_nothing_else_does():
    seen = parsed(linked("see https://www.example.org/a?b=1, or javascript:alert(1)"))
    assert seen.tags == [
        ("a", {"href": "https://www.example.org/a?b=1", "rel": "noreferrer", "title": "https://www.example.org/a?b=1"})
    ]
    assert seen.text == "see example.org, or javascript:alert(1)"


def test_a_table_heads_its_columns_and_rows():
    seen = parsed(table("T", (Column("a"), Column("n", numeric=True)), [("x", 1)], ("All", 1)))
    heads = [(tag, attrs.get("scope"), attrs.get("class")) for tag, attrs in seen.tags if tag in ("th", "td")]
    assert heads == [
        ("th", "col", None),
        ("th", "col", "n"),
        ("th", "row", None),
        ("td", None, "n"),
        ("th", "row", None),
        ("td", None, "n"),
    ]
