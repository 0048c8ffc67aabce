"""The whole story, as it is told in a meeting: a plan watched, its money moved, changed, compared and taken home."""

from __future__ import annotations

import io
import json
import re
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from studio.serving import Server, served, visit


@pytest.fixture
def own(planned: Path, tmp_path: Path) -> Iterator[Server]:
    """A studio over a copy of the planned workspace, opened without naming anything."""
    shutil.copytree(planned / "runs", tmp_path / "runs")
    with served(tmp_path) as server:
        yield server


def go(page: Page, view: str) -> None:
    page.locator(f"[data-tour={view}]").click()


def attained(page: Page) -> str:
    """What the head of every view says of the plan on display."""
    return page.locator("header.top .told").inner_text()


def test_from_the_opened_plan_to_an_edited_compared_and_exported_one(browser: Browser, own: Server) -> None:
    visitor = visit(browser, own, accept_downloads=True)
    page = visitor.page

    # first click: a simulated year plays, which is simulated first
    before = attained(page)
    page.get_by_role("button", name="Play", exact=True).click()
    clock = page.get_by_role("region", name="Playback of a simulated year").locator(".when strong")
    clock.wait_for()
    moments = {clock.inner_text()}
    for _ in range(20):
        page.wait_for_timeout(100)
        moments.add(clock.inner_text())
    assert len(moments) > 5
    expect(page.locator(".tally dd").first).to_have_text(re.compile("^[1-9]"))
    page.keyboard.press("Space")

    # second and third: another budget, whose plan the map then shows too
    go(page, "money")
    slider = page.get_by_role("slider", name="Acquisition budget")
    box = slider.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] * 0.12, box["y"] + box["height"] / 2)
    expect(page.locator("header.top .told")).not_to_have_text(before)
    cheaper = attained(page)
    go(page, "map")
    assert attained(page) == cheaper

    # the plan is changed by hand and judged beside the one on display
    page.locator("header.top .plan select").select_option("galapagos-plan")
    expect(page.locator("header.top .told")).to_have_text(before)
    go(page, "plan")
    page.get_by_role("button", name=re.compile("^One fewer: ")).first.click()
    verdict = page.locator(".sides").first
    expect(verdict).to_contain_text(re.compile(r"\d+\.\d%"))
    page.get_by_role("button", name="Judge with 200 years").click()
    expect(page.get_by_role("button", name="Judge with 200 years")).to_have_count(0)
    expect(page.get_by_role("complementary", name="Work")).to_have_count(0)
    with page.expect_download() as exported:
        page.get_by_role("button", name="Export plan.json").click()
    plan = json.loads(Path(exported.value.path()).read_text())
    assert plan["fleetcraft"] == 1
    page.reload()
    expect(verdict).to_contain_text(re.compile(r"\d+\.\d%"))

    # requirements, each with what it was promised and what it earned
    go(page, "requirements")
    expect(page.get_by_role("row").nth(5)).to_be_visible()

    # two runs side by side
    go(page, "runs")
    boxes = page.get_by_role("checkbox", name=re.compile("for comparison$"))
    expect(boxes.nth(1)).to_be_visible()
    boxes.nth(0).check()
    boxes.nth(1).check()
    page.get_by_role("button", name="Compare the two").click()
    page.get_by_role("heading", name=re.compile("orders", re.IGNORECASE)).first.wait_for()

    # everything of a run in one file
    page.get_by_role("tab", name=re.compile("^Stored runs")).click()
    page.get_by_role("button", name=re.compile("galapagos-plan")).first.click()
    with page.expect_download() as taken:
        page.get_by_role("link", name=re.compile("Download everything")).first.click()
    archive = zipfile.ZipFile(io.BytesIO(Path(taken.value.path()).read_bytes()))
    names = {name.split("/", 1)[1] for name in archive.namelist() if "/" in name}
    assert {"report.html", "plan.json", "result.json", "manifest.json"} <= names
    assert visitor.unwanted == []
    page.context.close()


def test_three_clicks_from_the_demo_to_a_played_year_and_another_budget(browser: Browser, own: Server) -> None:
    """What make demo's last line promises: nothing but three clicks, the tour standing beside."""
    visitor = visit(browser, own, tour=True)
    page = visitor.page
    page.get_by_role("button", name="Play", exact=True).click()
    page.get_by_role("region", name="Playback of a simulated year").locator(".when strong").wait_for()
    before = attained(page)
    page.get_by_role("button", name="Money", exact=True).click()
    box = page.get_by_role("slider", name="Acquisition budget").bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] * 0.9, box["y"] + box["height"] / 2)
    expect(page.locator("header.top .told")).not_to_have_text(before)
    assert visitor.unwanted == []
    page.context.close()


def test_a_stored_report_opens_and_runs_no_script(browser: Browser, galapagos: Server) -> None:
    page, told = browser.new_page(), list[str]()
    page.on("console", lambda message: told.append(message.text) if message.type == "error" else None)
    answer = page.goto(f"{galapagos.address}/api/runs/galapagos-plan/files/report.html")
    assert answer is not None
    assert answer.status == 200
    assert "sandbox" in answer.headers["content-security-policy"]
    assert "script-src" not in answer.headers["content-security-policy"]
    assert page.locator("h1").count() == 1
    assert told == []
    page.close()
