"""The player and the self-tests as they are seen: sizes for the glance, targets, reflow, axe-core."""

from __future__ import annotations

import contextlib
import json
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.web.serving import served
from tests.web.session_world import decided, four, somebody, ticking
from unpinch.knowledge import load
from unpinch.session import WORK, build

PHONE, LANDSCAPE, DESKTOP, TV = (390, 844), (844, 390), (1280, 800), (1920, 1080)
SMALL, SMALL_LANDSCAPE = (320, 640), (640, 320)

STEPS = {
    "next": ("next", 2),
    "get_ready": ("get_ready", 2),
    "count": ("count", 0),
    "hold": ("hold", 0),
    "switch": ("switch", 1),
    "rest": ("rest", 0),
    "go": ("go", 0),
    "after": ("ask", 3),
    "paused": ("hold", 0),
    "sheet": ("hold", 0),
    "worse": ("ask", 3),
    "effort": ("ask", 3),
    "over": ("ask", 3),
}
STATES = ("start", *STEPS)
RUNNING = frozenset({"next", "get_ready", "count", "hold", "switch", "rest", "go", "paused"})

# Before the page's own scripts: keep a session that seems to have broken off where a test wants to look.
TAKE_UP = """
  const jump = sessionStorage.getItem("jump");
  if (jump) {
    const plan = sessionStorage.getItem("plan");
    localStorage.setItem("unpinch-session", JSON.stringify({ ...JSON.parse(jump), plan, at: Date.now() }));
  } else {
    localStorage.removeItem("unpinch-session");
  }
"""
LEARN = """() => {
  const { script } = JSON.parse(document.getElementById("session-data").textContent);
  sessionStorage.setItem("plan", JSON.stringify(script.plan));
}"""


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with served(somebody(), ticking(), decided(four()), testing=True) as (address, _):
        yield address


@contextlib.contextmanager
def seen(browser: Browser, url: str, size: tuple[int, int] = PHONE, **more: Any) -> Iterator[Page]:
    """Yield a page of a size, on the player before its start."""
    context = browser.new_context(viewport={"width": size[0], "height": size[1]}, **more)
    page = context.new_page()
    page.add_init_script(TAKE_UP)
    page.goto(f"{url}/session")
    page.evaluate(LEARN)
    yield page
    context.close()


def show(page: Page, url: str, state: str) -> None:
    """Bring the player into a state."""
    page.evaluate("jump => sessionStorage.setItem('jump', jump)", _kept(state))
    page.goto(f"{url}/session")
    page.wait_for_selector("#begin:not([hidden])")
    if state == "start":
        return
    page.click("#begin")
    if state == "paused":
        page.keyboard.press("p")
    elif state == "sheet":
        page.click("#stop")
    elif state in ("worse", "effort", "over"):
        page.click('#after label:has-text("Same")')
        page.click(f'#after label:has-text("{"Foot" if state == "worse" else "Calf"}")')
        page.wait_for_selector("#after", state="hidden")
        if state == "over":
            page.click("#effort-next")
            page.wait_for_selector("#over:not([hidden])")


def _kept(state: str) -> str:
    if state == "start":
        return ""
    kind, nth = STEPS[state]
    script = build(four(), load())
    step = [one for one in script.steps if one.kind == kind][nth]
    sets = {one.no: {"hold_s": 9} for one in script.steps if one.no < step.no and one.kind in WORK}
    diary = {"sets": sets, "easier": {}, "sent": {}, "places": {}}
    session = str(uuid.uuid4())  # a session that was ended is not taken up again
    return json.dumps({"session": session, "no": step.no, "elapsed": 0, "slow": 1, "diary": diary})


def resized(page: Page, size: tuple[int, int]) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})


def too_wide(page: Page) -> int:
    """Return by how many pixels a page is wider than its window."""
    wide: int = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    return wide


def axe(page: Page, source: str) -> list[str]:
    """Return what axe-core finds."""
    page.evaluate(source)
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
    return [f"{one['id']}: {[node['target'] for node in one['nodes']]}" for one in found]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_any_state(browser: Browser, url: str, axe_source: str, scheme: Any) -> None:
    faults = {}
    with seen(browser, url, color_scheme=scheme) as page:
        for state in STATES:
            show(page, url, state)
            faults[state] = axe(page, axe_source)
    assert {state: found for state, found in faults.items() if found} == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_the_pages_of_the_tests(
    browser: Browser, url: str, axe_source: str, scheme: Any
) -> None:
    faults = {}
    places: tuple[tuple[str, tuple[str, ...]], ...] = (
        ("", ()),
        ("/T6", ()),
        ("/T6", ("#straight",)),
        ("/T7", ("#try",)),
        ("/T13", ("#straight",)),
        ("/T6", ("#impossible",)),
        ("/T1", ("#impossible", "#pain-next")),
    )
    with seen(browser, url, color_scheme=scheme) as page:
        for place, taps in places:
            page.goto(f"{url}/selftests{place}")
            for tap in taps:
                page.click(tap)
            faults[f"{place} {taps}"] = axe(page, axe_source)
    assert {state: found for state, found in faults.items() if found} == {}


@pytest.mark.parametrize(
    ("size", "word", "count", "side"),
    # What the direction of the design asks for, in px: 9 mm of x-height at 1.5 m on a phone.
    [(PHONE, 115, 126, 83), (LANDSCAPE, 116, 100, 83), (DESKTOP, 192, 193, 120), (TV, 256, 278, 144)],
)
def test_the_glance_layer_is_large_enough(
    browser: Browser, url: str, size: tuple[int, int], word: int, count: int, side: int
) -> None:
    with seen(browser, url, size) as page:
        show(page, url, "hold")
        pixels = page.evaluate(
            """() => ["#word", ".ring .count"].map(
              (name) => parseFloat(getComputedStyle(document.querySelector(name)).fontSize),
            ).concat(document.querySelector("#leg .letter").offsetWidth)"""
        )
    assert pixels[0] >= word - 0.5
    assert pixels[1] >= count - 0.5
    assert pixels[2] >= side - 0.5


LOW = """() => [...document.querySelectorAll("section button, dialog[open] button, #after label")]
  .filter((one) => one.checkVisibility())
  .map((one) => [one.id || one.textContent.trim(), one.getBoundingClientRect().height])
  .filter(([, height]) => height > 0 && height < 95.5)"""
STOP = """() => {
  const { top, bottom } = document.getElementById("stop").getBoundingClientRect();
  return top >= 0 && bottom <= innerHeight + 0.5;
}"""


def test_nothing_is_cut_off_and_stop_is_in_sight_on_every_screen(browser: Browser, url: str) -> None:
    faults = []
    with seen(browser, url) as page:
        for state in STATES:
            show(page, url, state)
            for size in (PHONE, LANDSCAPE, DESKTOP, SMALL, SMALL_LANDSCAPE):
                resized(page, size)
                if too_wide(page) > 0:
                    faults.append((state, size, "too wide", too_wide(page)))
                if state in RUNNING and not page.evaluate(STOP):
                    faults.append((state, size, "Stop is out of sight", 0))
            resized(page, PHONE)
    assert faults == []


def test_every_target_of_a_session_is_96_pixels_or_more(browser: Browser, url: str) -> None:
    faults = []
    with seen(browser, url) as page:
        for state in ("hold", "paused", "sheet", "after"):
            show(page, url, state)
            for size in (PHONE, LANDSCAPE, DESKTOP, SMALL):
                resized(page, size)
                faults += [(state, size, *low) for low in page.evaluate(LOW)]
            resized(page, PHONE)
    assert faults == []


TWICE = """addEventListener("DOMContentLoaded", () => {
  document.documentElement.style.fontSize = "200%";
});"""
OVERLAP = """() => {
  scrollTo(0, document.documentElement.scrollHeight);  // Stop stays in sight over what is longer than the screen
  const boxes = [".line", ".word", "#ring", "#leg", ".caption", ".stop"].map(
    (name) => [name, document.querySelector(`#stage ${name}`).getBoundingClientRect()],
  );
  return boxes.flatMap(([one, a], i) => boxes.slice(i + 1)
    .filter(([, b]) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 2
      && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 2)
    .map(([other]) => `${one} and ${other}`));
}"""


def test_text_of_twice_the_size_still_fits(browser: Browser, url: str) -> None:
    faults = []
    with seen(browser, url) as page:
        page.add_init_script(TWICE)
        for state in STATES:
            show(page, url, state)
            for size in (PHONE, LANDSCAPE, SMALL):
                resized(page, size)
                if too_wide(page) > 0:
                    faults.append((state, size, too_wide(page)))
                if state in RUNNING:
                    faults += [(state, size, pair) for pair in page.evaluate(OVERLAP)]
            resized(page, PHONE)
        for place in ("/selftests", "/selftests/T6"):
            page.goto(url + place)
            for size in (PHONE, SMALL):
                resized(page, size)
                if too_wide(page) > 0:
                    faults.append((place, size, too_wide(page)))
    assert faults == []


def test_a_page_that_runs_from_right_to_left_keeps_left_and_right(browser: Browser, url: str) -> None:
    with seen(browser, url) as page:
        page.add_init_script(
            "addEventListener('DOMContentLoaded', () => { document.documentElement.dir = 'rtl'; });"
        )
        show(page, url, "hold")
        assert page.inner_text("#leg .letter") == "L"
        assert page.inner_text("#leg .name") == "Left"
        assert too_wide(page) <= 0
