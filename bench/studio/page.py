"""The studio's page in Chromium, without a GPU, measured from inside."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, ViewportSize, sync_playwright

from bench.command import COMMAND

CHROMIUM = "/usr/bin/chromium"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
VIEWPORT = ViewportSize(width=1280, height=800)
PATIENCE_MS = 120_000
SETTLE_MS = 8_000
"""Until the whole year is here."""

FRAMES = """
async (seconds) => {
  const brush = document.querySelector('canvas.above').getContext('2d');
  const clear = brush.clearRect.bind(brush);
  const drawn = [];
  brush.clearRect = (...box) => { drawn.push(performance.now()); clear(...box); };
  await new Promise((resolve) => setTimeout(resolve, 1000 * seconds));
  delete brush.clearRect;
  return drawn;
}
"""
"""Moments (ms) at which the canvas of what moves was drawn anew."""

MOVES = """
async (moves) => {
  const slider = document.querySelector('#map-budget');
  const brush = document.querySelector('canvas[aria-hidden]').getContext('2d');
  const fill = brush.fillRect.bind(brush);
  let redrawn = () => {};
  brush.fillRect = (...box) => { fill(...box); redrawn(); };
  const plan = () => document.querySelector('.budget strong').textContent;
  const painted = () => new Promise((resolve) => {
    const channel = new MessageChannel();
    channel.port1.onmessage = resolve;
    requestAnimationFrame(() => channel.port2.postMessage(0));
  });
  const taken = [];
  const steps = Number(slider.max);
  for (let move = 1; move <= moves; move++) {
    const before = plan();
    const drawing = new Promise((resolve) => { redrawn = resolve; });
    const at = move % (2 * steps);
    slider.value = String(at <= steps ? at : 2 * steps - at);
    const start = performance.now();
    slider.dispatchEvent(new Event('input', { bubbles: true }));
    await drawing;
    await painted();
    taken.push(performance.now() - start);
    if (plan() === before) throw new Error('the plan on display did not change');
    await new Promise((resolve) => setTimeout(resolve, 60));
  }
  return taken;
}
"""
"""From each move of the budget slider (ms) to the paint after the frame in which map and plan were drawn anew."""


@contextmanager
def served(workspace: Path) -> Iterator[str]:
    """The address of a studio that serves a workspace."""
    command = [str(COMMAND), "studio", "--workspace", str(workspace), "--no-browser"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            found = re.search(r"http://\S+", process.stdout.readline())
            if found is None:
                raise RuntimeError("the studio told no address")
            yield found[0].rstrip("/")
        finally:
            process.terminate()


@contextmanager
def opened(address: str, asked: str) -> Iterator[tuple[Page, str]]:
    """The page on its map, and which browser shows it; ``asked`` is the address's part after the view."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        context = browser.new_context(viewport=VIEWPORT, locale="en-GB")
        context.add_init_script("localStorage.setItem('fleetcraft.tour', 'seen')")
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.goto(f"{address}/#/map?{asked}")
        page.locator("canvas.above").wait_for()
        yield page, f"Chromium {browser.version}"
        browser.close()


def frames_ms(page: Page, seconds: float, hours_a_second: int) -> list[float]:
    """Moments (ms) at which the played year was drawn; the run on display has a trace."""
    page.get_by_role("button", name="Play", exact=True).click()
    page.locator(".strip").wait_for()
    page.get_by_label("Speed").select_option(str(hours_a_second))
    page.wait_for_timeout(SETTLE_MS)
    moments: list[float] = page.evaluate(FRAMES, seconds)
    return moments


def slider_ms(page: Page, moves: int) -> list[float]:
    """Delays (ms) of so many moves of the budget slider on the map."""
    page.locator("#map-budget").wait_for()
    delays: list[float] = page.evaluate(MOVES, moves)
    return delays
