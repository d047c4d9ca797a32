"""Photograph every page, on a phone and a desk, light and dark, into ``build/screenshots``.

The people behind the pages are made up (`tests.web.people`); their clock stands still.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Final, NamedTuple

from playwright.sync_api import Browser, sync_playwright

from tests.web import people
from tests.web.serving import served
from tools.browser import FLAGS, find_browser

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "build" / "screenshots"


class Shot(NamedTuple):
    """A page as one of the people sees it, after taps on what the selectors name."""

    name: str
    person: str
    path: str
    taps: tuple[str, ...] = ()


SHOTS: Final = (
    Shot("welcome", "nobody", "/welcome"),
    Shot("first", "nobody", "/today"),
    Shot("question", "half_screened", "/screen/CE1"),
    Shot("question-several", "half_screened", "/screen/CA2"),
    Shot("question-number", "half_screened", "/screen/AG1"),
    Shot("question-pain", "half_screened", "/screen/SV1"),
    Shot("unfinished", "half_screened", "/today"),
    Shot("emergency", "emergency", "/emergency"),
    Shot("seen", "emergency", "/emergency/seen"),
    Shot("help-at-once", "ready", "/emergency"),
    Shot("urgent", "urgent", "/today"),
    Shot("clinician", "clinician_first", "/today"),
    Shot("new-symptoms", "ready", "/new-symptoms"),
    Shot("profile", "ready", "/profile"),
    Shot("profile-leg", "ready", "/profile/leg?flow=1"),
    Shot("profile-start", "ready", "/profile/start?flow=1"),
    Shot("profile-things", "ready", "/profile/things?flow=1"),
    Shot("profile-place", "ready", "/profile/place?flow=1"),
    Shot("pain", "month", "/pain"),
    Shot("morning", "month", "/morning"),
    Shot("today-first-day", "ready", "/today"),
    Shot("today", "month", "/today"),
    Shot("helps-empty", "ready", "/helps"),
    Shot("helps", "month", "/helps"),
    Shot("history-empty", "nobody", "/history"),
    Shot("history", "month", "/history"),
    Shot("article", "month", "/article"),
    Shot("sources", "month", "/sources"),
    *(Shot(path[1:].replace("/", "-"), "month", path) for path in people.LEARN),
    Shot("exercises", "month", "/exercises"),
    Shot("exercise", "month", "/exercises/EX16"),
    Shot("questions-tick", "month", "/questionnaire/RMDQ24"),
    Shot("questions-own", "month", "/questionnaire/PSFS"),
    Shot("questions-change", "month", "/questionnaire/GROC"),
    Shot("settings", "month", "/settings"),
    Shot("backup", "month", "/settings/backup"),
    Shot("restore", "month", "/settings/restore"),
    Shot("delete", "month", "/settings/delete"),
    Shot("calendar", "month", "/settings/calendar"),
    Shot("take-out", "month", "/take-out"),
    Shot("help", "month", "/help"),
    Shot("not-found", "month", "/nowhere"),
    Shot("selftests", "month", "/selftests"),
    Shot("selftest", "month", "/selftests/T6"),
    Shot("selftest-ready", "month", "/selftests/T6", ("#straight",)),
    # Last, since they leave a session behind.
    Shot("session", "month", "/session"),
    Shot("session-begun", "month", "/session", ("#begin",)),
    Shot("session-stop", "month", "/session", ("#begin", "#stop")),
)

SIZES: Final = {"phone": (390, 844), "desk": (1280, 800), "small": (320, 640)}


def photograph(
    browser: Browser, shots: list[Shot], sizes: list[str], schemes: list[str], folder: Path = FOLDER
) -> list[Path]:
    """Take the pictures; return where they lie."""
    folder.mkdir(parents=True, exist_ok=True)
    taken: list[Path] = []
    for person in dict.fromkeys(shot.person for shot in shots):
        with served(getattr(people, person)(), lambda: people.NOW) as (address, _):
            for size in sizes:
                width, height = SIZES[size]
                for scheme in schemes:
                    context = browser.new_context(
                        viewport={"width": width, "height": height},
                        color_scheme="dark" if scheme == "dark" else "light",
                        locale="en-GB",
                        reduced_motion="reduce",
                    )
                    page = context.new_page()
                    for shot in [shot for shot in shots if shot.person == person]:
                        page.goto(address + shot.path)
                        for tap in shot.taps:
                            page.click(tap)
                        page.evaluate("document.fonts.ready.then(() => true)")
                        place = folder / f"{shot.name}-{size}-{scheme}.png"
                        page.screenshot(path=place, full_page=True)
                        taken.append(place)
                    context.close()
    return taken


def main() -> int:
    """Photograph the pages named, or all of them."""
    parser = argparse.ArgumentParser(prog="tools.screenshots", description=main.__doc__)
    parser.add_argument("names", nargs="*", help="names of pages; all when left out")
    parser.add_argument("--size", action="append", choices=list(SIZES), help="phone and desk when left out")
    parser.add_argument("--scheme", action="append", choices=["light", "dark"])
    asked = parser.parse_args()
    unknown = set(asked.names) - {shot.name for shot in SHOTS}
    if unknown:
        print(f"no page is called {', '.join(sorted(unknown))}", file=sys.stderr)
        return 2
    shots = [shot for shot in SHOTS if not asked.names or shot.name in asked.names]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), headless=True, args=list(FLAGS))
        taken = photograph(browser, shots, asked.size or ["phone", "desk"], asked.scheme or ["light", "dark"])
        browser.close()
    print(f"{len(taken)} pictures in {FOLDER.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
