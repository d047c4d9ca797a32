"""Photograph what the README shows, into ``docs/images``: ``python -m tools.readme_pictures``.

The person behind the pages is made up (`tests.web.people`); the clock stands still. What a visitor
sees first is taken, not the whole page.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.web import people
from tests.web.serving import served
from tools.browser import FLAGS, find_browser

FOLDER: Final = Path(__file__).resolve().parent.parent / "docs" / "images"
PHONE: Final = {"width": 390, "height": 844}
DESK: Final = {"width": 1280, "height": 800}
WORK: Final = {"count", "hold"}
SKIPS: Final = 60


def to_work(page: Page) -> None:
    """Begin the session and skip to the first repetitions or hold of one side."""
    page.locator("#begin").click()
    stage = page.locator("#stage")
    expect(stage).to_be_visible()
    for _ in range(SKIPS):
        if page.locator("#after").is_visible():
            page.locator("#after-skip").click()
        elif stage.get_attribute("data-kind") in WORK and page.locator("#leg").is_visible():
            page.wait_for_timeout(1200)
            return
        else:
            page.keyboard.press("p")
            page.locator("[data-do=skip]").click()
    raise RuntimeError("the session has no step with a side")


def take(browser: Browser) -> list[Path]:
    """Take every picture and return where they lie."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    taken = []
    shots = [
        ("today-phone", people.month, "/today", PHONE, "light"),
        ("session-phone", people.month, "/session", PHONE, "light"),
        ("helps-phone", people.month, "/helps", PHONE, "light"),
        ("emergency-phone", people.emergency, "/emergency", PHONE, "light"),
        ("today-desk", people.month, "/today", DESK, "light"),
        ("session-desk", people.month, "/session", DESK, "dark"),
    ]
    for name, person, path, size, scheme in shots:
        with served(person(), lambda: people.NOW) as (address, _):
            context = browser.new_context(
                viewport=size,  # type: ignore[arg-type]
                color_scheme=scheme,  # type: ignore[arg-type]
                locale="en-GB",
            )
            page = context.new_page()
            page.goto(address + path)
            page.evaluate("document.fonts.ready.then(() => true)")
            if path == "/session":
                to_work(page)
            place = FOLDER / f"{name}.png"
            page.screenshot(path=place)
            taken.append(place)
            context.close()
    return taken


def main() -> int:
    """Photograph what the README shows."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), headless=True, args=list(FLAGS))
        for place in take(browser):
            print(place.relative_to(FOLDER.parent.parent))
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
