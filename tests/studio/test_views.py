"""Every view in both languages and both themes: it asks nobody else, fits, can be read and reached, and prints."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from studio.serving import Server, visit

ROOT = Path(__file__).parents[2]
AXE = ROOT / "studio-ui" / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
VIEWS = ["map", "money", "plan", "requirements", "scenario", "runs"]
SIZES = [(800, 1100), (1280, 800), (2560, 1440)]
RUN = "galapagos-plan"
LATIN_WORDS = """() => {
    const words = new Set();
    const walk = document.createTreeWalker(document.querySelector('main'), NodeFilter.SHOW_TEXT);
    for (let node = walk.nextNode(); node; node = walk.nextNode()) {
        if (node.parentElement.closest('code, [translate=no], [lang=en], select, table td, .cm-editor')) continue;
        const common = /(?<!-)\\b(the|of|and|with|is|are|for|this|that|budget|plan)\\b(?!\\.)/gi;
        for (const word of node.data.match(common) ?? []) words.add(word);
    }
    return [...words];
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("view", VIEWS)
def test_axe_finds_nothing(browser: Browser, galapagos: Server, view: str, scheme: str) -> None:
    visitor = visit(browser, galapagos, path=f"/#/{view}?run={RUN}", scheme=scheme, bypass_csp=True)
    visitor.page.add_script_tag(path=str(AXE))
    visitor.page.wait_for_timeout(700)
    found = visitor.page.evaluate(
        "rules => axe.run({runOnly: {type: 'tag', values: rules}}).then(told => told.violations.map("
        "v => `${v.id}: ${v.nodes.map(n => n.target.join(' ')).slice(0, 4).join('; ')}`))",
        RULES,
    )
    assert found == []
    visitor.page.context.close()


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("view", VIEWS)
def test_it_fits_and_asks_nobody_else(browser: Browser, galapagos: Server, view: str, language: str) -> None:
    visitor = visit(browser, galapagos, path=f"/#/{view}?run={RUN}", language=language)
    page = visitor.page
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_timeout(250)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.locator("h1").count() == 1
    assert page.evaluate("document.documentElement.lang") == language
    assert page.title().endswith("fleetcraft studio")
    if language == "ja":
        assert page.evaluate(LATIN_WORDS) == []
    assert visitor.unwanted == []
    page.context.close()


@pytest.mark.parametrize("view", ["money", "plan", "requirements"])
def test_it_prints(browser: Browser, galapagos: Server, tmp_path: Path, view: str) -> None:
    """Black on white, without what only a screen can use, on a few whole pages."""
    visitor = visit(browser, galapagos, path=f"/#/{view}?run={RUN}", scheme="dark")
    page = visitor.page
    page.wait_for_timeout(500)
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == "rgb(255, 255, 255)"
    assert not page.locator("nav").first.is_visible()
    assert page.locator("h2").first.is_visible()
    paper = page.pdf(format="A4", path=tmp_path / f"{view}.pdf")
    assert 1 <= paper.count(b"/Type /Page\n") <= 12
    page.context.close()


def test_every_view_is_reached_by_keyboard(browser: Browser, galapagos: Server) -> None:
    visitor = visit(browser, galapagos, path=f"/#/map?run={RUN}")
    page = visitor.page
    for view in VIEWS:
        page.locator(f"[data-tour={view}]").focus()
        page.keyboard.press("Enter")
        page.locator("main h1").first.wait_for(state="attached")
        assert f"#/{view}?" in page.evaluate("location.hash")
        assert page.locator(f"[data-tour={view}]").get_attribute("aria-current") == "page"
    page.reload()
    page.locator(f"[data-tour={VIEWS[-1]}][aria-current=page]").wait_for()
    page.context.close()


def test_the_tour_has_three_steps_and_is_shown_once(browser: Browser, galapagos: Server) -> None:
    visitor = visit(browser, galapagos, tour=True)
    page, tour = visitor.page, visitor.page.get_by_role("complementary", name="Tour")
    for step in (1, 2, 3):
        assert f"Step {step} of 3" in tour.inner_text()
        tour.get_by_role("button").last.click()
    tour.wait_for(state="detached")
    page.reload()
    page.locator("main h1").first.wait_for(state="attached")
    assert tour.count() == 0
    page.context.close()
