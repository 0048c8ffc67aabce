"""The studio's pictures in the documentation: docs/guides/studio/*.png.

    python tools/make_pictures.py

Plans japan-2026 in a folder of its own (a minute or two), serves it, and photographs four views in Debian's Chromium.
"""

from __future__ import annotations

import re
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Page, expect, sync_playwright

PICTURES = Path(__file__).parents[1] / "docs" / "guides" / "studio"
FLEETCRAFT = Path(sys.executable).with_name("fleetcraft")
CHROMIUM = "/usr/bin/chromium"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
PORT = 8799
ADDRESS = f"http://127.0.0.1:{PORT}"
PATIENT_MS = 300_000


def main() -> None:
    """Write every picture."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as folder:
        subprocess.run(
            [FLEETCRAFT, "plan", "japan-2026", "--out", "runs/japan-plan", "--quiet"], cwd=folder, check=True
        )
        subprocess.run([FLEETCRAFT, "init", "my-japan"], cwd=folder, check=True)
        server = subprocess.Popen([FLEETCRAFT, "studio", "--no-browser", "--port", str(PORT)], cwd=folder)
        try:
            wait_until_served()
            photograph()
        finally:
            server.terminate()
            server.wait()


def wait_until_served() -> None:
    """Raises OSError where nobody answers within half a minute."""
    for _ in range(60):
        try:
            urllib.request.urlopen(ADDRESS, timeout=2).close()
            return
        except OSError:
            time.sleep(0.5)
    raise OSError(f"{ADDRESS}: nobody answers")


def photograph() -> None:
    """Open each view as a reader of the guide would, and take its picture."""
    expect.set_options(timeout=PATIENT_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        context = browser.new_context(viewport={"width": 1360, "height": 860}, color_scheme="light", locale="en-GB")
        context.add_init_script("localStorage.setItem('fleetcraft.tour', 'seen')")
        page = context.new_page()
        page.set_default_timeout(PATIENT_MS)
        for name, show in (("map", show_map), ("money", show_money), ("plan", show_plan), ("scenario", show_scenario)):
            show(page)
            page.screenshot(path=PICTURES / f"{name}.png")
        browser.close()


def show_map(page: Page) -> None:
    """The year of the stored plan at play, some weeks in."""
    page.goto(f"{ADDRESS}/#/map?run=japan-plan")
    page.get_by_role("button", name="Play", exact=True).click()
    expect(page.locator(".tally dd").first).to_have_text(re.compile("^[1-9],[0-9]"))
    page.keyboard.press("Space")
    page.wait_for_timeout(1000)


def show_money(page: Page) -> None:
    """A budget of 100 billion yen."""
    page.goto(f"{ADDRESS}/#/money?run=japan-plan")
    slider = page.get_by_role("slider", name="Acquisition budget")
    slider.focus()
    for _ in range(5):
        slider.press("ArrowLeft")
    page.wait_for_timeout(1000)


def show_plan(page: Page) -> None:
    """An edit, judged beside the plan."""
    page.goto(f"{ADDRESS}/#/plan?run=japan-plan")
    fewer = page.get_by_role("button", name=re.compile("^One fewer: Bayraktar TB2 "))
    for _ in range(6):
        fewer.click()
    expect(page.locator(".sides b")).to_have_text([re.compile("%"), re.compile("%")])
    expect(page.get_by_role("complementary", name="Work")).to_have_count(0)
    page.wait_for_timeout(1000)


def show_scenario(page: Page) -> None:
    """A form with a fault in it."""
    page.goto(f"{ADDRESS}/#/scenario?scenario=my-japan")
    deadline = page.get_by_label("Deadline").first
    deadline.fill("2025-03-31")
    deadline.blur()
    page.wait_for_timeout(4000)


if __name__ == "__main__":
    main()
