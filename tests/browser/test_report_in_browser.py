"""The report as a reader meets it: opened from disk in Chromium, light and dark, wide and narrow, without network."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from fleetcraft.report.write import write_report
from unit.report.runs import galapagos_like, japan_like, write_run

CHROMIUM = "/usr/bin/chromium"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
WIDTHS = {"wide": 1280, "narrow": 390}
LUMINANCES = """() => {
    const linear = c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
    const luminance = colour => {
        const [r, g, b] = colour.match(/[0-9.]+/g).map(c => linear(c / 255));
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const style = element => getComputedStyle(element);
    return [luminance(style(document.body).color), luminance(style(document.documentElement).backgroundColor)];
}"""
READABLE = 7.0
MOST_WORDS = 1100
"""Of the first page, the labels in its charts and map included."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture(scope="module", params=[japan_like, galapagos_like], ids=["japan", "galapagos"])
def report(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_report(write_run(tmp_path_factory.mktemp("run"), **request.param()))


def opened(browser: Browser, report: Path, scheme: str, width: int) -> tuple[Page, list[str]]:
    """The page in a scheme and width, and what it complained of or asked for beyond its own file."""
    page = browser.new_page(color_scheme=scheme, viewport={"width": width, "height": 900})
    unwanted: list[str] = []
    page.on("console", lambda message: unwanted.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: unwanted.append(str(error)))
    page.on("request", lambda request: None if request.url.startswith("data:") else unwanted.append(request.url))
    page.goto(report.as_uri())
    return page, unwanted


@pytest.mark.parametrize("width", WIDTHS.values(), ids=WIDTHS.keys())
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_report_opens_alone_and_fits(browser: Browser, report: Path, scheme: str, width: int) -> None:
    page, unwanted = opened(browser, report, scheme, width)
    assert unwanted == [report.as_uri()]
    assert page.locator("h1").count() == 1
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.evaluate("document.querySelectorAll('details').forEach(fold => fold.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    drawings = page.locator("svg")
    assert drawings.count() > 0
    assert all(box is not None and box["width"] > 0 for box in (d.bounding_box() for d in drawings.all()))
    ink, paper = page.evaluate(LUMINANCES)
    assert (paper < ink) == (scheme == "dark")
    assert (max(ink, paper) + 0.05) / (min(ink, paper) + 0.05) >= READABLE  # contrast as WCAG 2 defines it
    page.close()


def test_a_link_opens_the_fold_it_leads_to_without_a_script(browser: Browser, report: Path) -> None:
    page, _ = opened(browser, report, "light", 1280)
    assert page.locator("#details > details[open]").count() == 0
    links = page.locator("main a[href^='#']")
    for key in {link.get_attribute("href") for link in links.all()}:
        page.goto(report.as_uri())
        page.locator(f"a[href='{key}']").first.click()
        target = page.locator(str(key))
        assert target.is_visible(), key
        heading = target.locator("xpath=preceding-sibling::summary")
        top = heading.evaluate("element => element.getBoundingClientRect().top")
        assert 0 <= top < 900, (key, top)
    page.close()


def test_the_first_page_is_short_and_paper_opens_what_is_folded(browser: Browser, report: Path) -> None:
    page, _ = opened(browser, report, "light", 1280)
    words = (
        "[...document.querySelectorAll('main > :not(#details)')].map(e => e.innerText).join(' ').split(/\\s+/).length"
    )
    assert page.evaluate(words) <= MOST_WORDS
    assert page.evaluate("document.querySelector('#details').getBoundingClientRect().top") <= 3 * 900
    table = page.locator("#reproduce table")
    assert not table.is_visible()
    page.emulate_media(media="print")
    assert table.is_visible()
    page.close()
