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
    drawings = page.locator("svg")
    assert drawings.count() > 0
    assert all(box is not None and box["width"] > 0 for box in (d.bounding_box() for d in drawings.all()))
    ink, paper = page.evaluate(LUMINANCES)
    assert (paper < ink) == (scheme == "dark")
    assert (max(ink, paper) + 0.05) / (min(ink, paper) + 0.05) >= READABLE  # contrast as WCAG 2 defines it
    page.close()
