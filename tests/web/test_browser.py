"""The pages in a real browser: accessible, within the screen, by keyboard, without a script, silent."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.web import decisions, people
from tests.web.client import Clock
from tests.web.serving import served
from unpinch.journal.kinds import Pain
from unpinch.knowledge import load
from unpinch.stores import Store

Scheme = Literal["light", "dark"]

# The pages of each person that look different from those of another.
LOOKS: dict[str, tuple[str, ...]] = {
    "nobody": ("/welcome", "/today", "/helps", "/history"),
    "half_screened": ("/screen/CE1", "/screen/CA2", "/screen/AG1", "/screen/SV1", "/today"),
    "ready": (
        "/today",
        "/emergency",
        "/new-symptoms",
        "/new-symptoms/CE1",
        "/profile",
        "/profile/leg?flow=1",
        "/profile/start?flow=1",
        "/profile/you",
        "/profile/things",
        "/profile/place",
    ),
    "month": (
        "/pain",
        "/morning",
        "/today",
        "/helps",
        "/history",
        "/article",
        "/sources",
        *people.LEARN,
        "/exercises",
        "/exercises/EX16",
        "/questionnaire/RMDQ24",
        "/questionnaire/PSFS",
        "/questionnaire/GROC",
        "/settings",
        "/settings/backup",
        "/settings/restore",
        "/settings/delete",
        "/settings/calendar",
        "/take-out",
        "/help",
        "/nowhere",
    ),
    "full": ("/today", "/helps"),
    "emergency": ("/emergency", "/emergency/seen"),
    "urgent": ("/today",),
    "clinician_first": ("/today",),
}


class Houses:
    """One server a person, started when first asked for."""

    def __init__(self, stack: contextlib.ExitStack) -> None:
        self._stack = stack
        self._known: dict[str, tuple[str, Store]] = {}

    def __call__(self, person: str) -> str:
        """Return the address at which the pages of a person are."""
        if person not in self._known:
            made = decisions.full() if person == "full" else None
            journal = people.month() if person == "full" else getattr(people, person)()
            decider = None if made is None else decisions.decider(made)
            self._known[person] = self._stack.enter_context(served(journal, lambda: people.NOW, decider))
        return self._known[person][0]


@pytest.fixture(scope="module")
def houses() -> Iterator[Houses]:
    with contextlib.ExitStack() as stack:
        yield Houses(stack)


@contextlib.contextmanager
def opened(browser: Browser, **how: Any) -> Iterator[Page]:
    """Yield a page in a fresh profile; fail when it logs an error or reaches for another host."""
    context: BrowserContext = browser.new_context(locale="en-GB", **how)
    page = context.new_page()
    faults: list[str] = []
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on(
        "request",
        lambda asked: (
            None if asked.url.startswith(("http://127.0.0.1:", "data:")) else faults.append(asked.url)
        ),
    )
    try:
        yield page
    finally:
        context.close()
    assert [fault for fault in faults if "404 (Not Found)" not in fault] == []


def widths(page: Page) -> tuple[int, int]:
    """Return how wide the page is, and how wide the screen."""
    found = page.evaluate("[document.scrollingElement.scrollWidth, document.documentElement.clientWidth]")
    return int(found[0]), int(found[1])


# --- accessible ---------------------------------------------------------------------------------


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("person", LOOKS)
def test_axe_finds_nothing(
    browser: Browser, houses: Houses, axe_source: str, person: str, scheme: Scheme
) -> None:
    faults = []
    with opened(browser, viewport={"width": 390, "height": 844}, color_scheme=scheme) as page:
        for path in LOOKS[person]:
            page.goto(houses(person) + path)
            page.evaluate(axe_source)
            found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
            faults += [
                (path, one["id"], node["target"], node.get("failureSummary", "")[:200])
                for one in found["violations"]
                for node in one["nodes"]
            ]
    assert faults == []


@pytest.mark.parametrize("path", ["/today", "/helps", "/pain"])
def test_axe_finds_nothing_on_a_desk_with_more_contrast(
    browser: Browser, houses: Houses, axe_source: str, path: str
) -> None:
    with opened(browser, viewport={"width": 1280, "height": 800}, contrast="more") as page:
        page.goto(houses("month") + path)
        page.evaluate(axe_source)
        found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        assert [one["id"] for one in found["violations"]] == []


WIDEST = """() => [...document.querySelectorAll('body *')]
  .filter((node) => node.checkVisibility() && node.getBoundingClientRect().right > innerWidth + 0.5)
  .map((node) => node.outerHTML.slice(0, 90)).slice(-3)"""

SMALL_TARGETS = """() => [...document.querySelectorAll(
    'a.button, button, summary, select, .choice, .places a, .foot li a, .alert-button, .call, .back, .asks a,'
    + '.pick, .zone, .n, input[type=text], input[type=number], input[type=date], input[type=tel]')]
  .filter((node) => node.checkVisibility() && node.closest('details:not([open]) > :not(summary)') === null)
  .map((node) => [node.outerHTML.slice(0, 80), node.getBoundingClientRect()])
  .filter(([, box]) => box.width > 1 && (box.height < 47.5 || box.width < 41.5))
  .map(([html, box]) => `${html} ${box.width.toFixed(0)}x${box.height.toFixed(0)}`)"""


@pytest.mark.parametrize("person", LOOKS)
def test_targets_are_large_and_nothing_overflows_on_small_screens(
    browser: Browser, houses: Houses, person: str
) -> None:
    """At 390 and 320 px, and at 320 px with text of twice the size."""
    faults = []
    with opened(browser, viewport={"width": 390, "height": 844}) as page:
        for path in LOOKS[person]:
            page.goto(houses(person) + path)
            for width, size in ((390, "100%"), (320, "100%"), (320, "200%")):
                page.set_viewport_size({"width": width, "height": 700})
                page.evaluate(f"document.documentElement.style.fontSize = '{size}'")
                wide, screen = widths(page)
                if wide > screen:
                    faults.append((path, width, size, page.evaluate(WIDEST)))
                faults += [(path, width, size, small) for small in page.evaluate(SMALL_TARGETS)]
    assert faults == []


@pytest.mark.parametrize("path", ["/today", "/pain", "/helps"])
def test_on_a_landscape_phone_the_places_do_not_lie_over_the_page(
    browser: Browser, houses: Houses, path: str
) -> None:
    with opened(browser, viewport={"width": 844, "height": 390}) as page:
        page.goto(houses("month") + path)
        assert page.evaluate("getComputedStyle(document.querySelector('.places')).position") == "static"
        wide, screen = widths(page)
        assert wide <= screen


def test_forced_colours_keep_what_is_chosen_visible(browser: Browser, houses: Houses) -> None:
    with opened(browser, viewport={"width": 390, "height": 844}, forced_colors="active") as page:
        page.goto(houses("month") + "/pain")
        box = ".pain-row .n:nth-child(5) span:not(.sr)"
        look = f"getComputedStyle(document.querySelector('{box}')).backgroundColor"
        before = page.evaluate(look)
        page.get_by_role("radio", name="4", exact=True).check()
        assert page.evaluate(look) != before


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_chosen_number_stands_out_and_can_be_read(
    browser: Browser, houses: Houses, scheme: Scheme
) -> None:
    with opened(browser, viewport={"width": 390, "height": 844}, color_scheme=scheme) as page:
        page.goto(houses("month") + "/pain")
        page.get_by_role("radio", name="4", exact=True).check(force=True)
        faces = page.evaluate(
            "[...document.querySelectorAll('.pain-row .n span:not(.sr)')].slice(0, 11)"
            ".map((face) => getComputedStyle(face)).map((look) => [look.backgroundColor, look.color])"
        )
        chosen, others = faces[4], faces[:4] + faces[5:]
        assert chosen[0] != chosen[1]
        assert all(other == others[0] for other in others)
        assert chosen[0] != others[0][0]


# --- by keyboard, and without a script ----------------------------------------------------------


def test_the_first_tab_skips_to_the_main_part(browser: Browser, houses: Houses) -> None:
    with opened(browser) as page:
        page.goto(houses("month") + "/today")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "main"


def test_pain_is_told_by_keyboard_alone(browser: Browser) -> None:
    with served(people.ready(), Clock()) as (address, store), opened(browser) as page:
        page.goto(address + "/pain")
        page.locator("[name=leg_nprs]").first.focus()
        page.keyboard.press("Space")
        for _ in range(3):
            page.keyboard.press("ArrowRight")
        page.keyboard.press("Tab")
        page.keyboard.press("Space")  # left
        page.keyboard.press("Tab")
        for _ in range(4):
            page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        page.wait_for_url("**/today")
        told = store.journal().entries[-1].data
        assert isinstance(told, Pain)
        assert (told.leg_nprs, told.side, told.distal) == (3, "left", 5)


def test_focus_can_be_seen(browser: Browser, houses: Houses) -> None:
    """Whatever the keyboard reaches shows an outline of at least two pixels, itself or its face."""
    with opened(browser, viewport={"width": 390, "height": 844}) as page:
        for path in ("/today", "/pain", "/settings"):
            page.goto(houses("month") + path)
            reached = 0
            for _ in range(40):
                page.keyboard.press("Tab")
                seen = page.evaluate(
                    """() => { const at = document.activeElement; if (at === document.body) return null;
                    const near = [at, ...at.parentElement.querySelectorAll('span')];
                    return near.some((one) => { const look = getComputedStyle(one);
                      return look.outlineStyle !== 'none' && parseFloat(look.outlineWidth) >= 2; })
                      ? 'seen' : at.outerHTML.slice(0, 120); }"""
                )
                if seen is None:
                    break
                assert seen == "seen", path
                reached += 1
            assert reached > 8


def test_the_way_from_welcome_to_today_needs_no_script(browser: Browser) -> None:
    with (
        served(people.nobody(), Clock()) as (address, store),
        opened(browser, java_script_enabled=False) as page,
    ):
        page.goto(address + "/")
        page.get_by_role("link", name="Start").click()
        for _ in range(60):
            if "/screen/" not in page.url:
                break
            name = page.url.split("/screen/")[1]
            question = next(q for q in load().screening.questions if q.id == name)
            said = people.mild(question)
            if question.answer == "choice":
                page.locator(f"button[value='{said}']").click()
            elif question.answer == "several":
                page.locator(f"input[value='{said[0]}']").check(force=True)
                page.get_by_role("button", name="Done").click()
            elif (question.maximum or 0) <= 10:
                page.locator(f"input[value='{said:g}']").check(force=True)
                page.get_by_role("button", name="Done").click()
            else:
                page.locator("input[type=number]").fill(f"{said:g}")
                page.get_by_role("button", name="Done").click()
        assert page.url.endswith("/profile/leg?flow=1")
        assert len(store.journal()) > 25
        page.get_by_role("button", name="Right leg").click()
        for _ in range(5):
            page.get_by_role("button", name="Skip this").click()
        assert page.url.endswith("/today")
        assert page.locator("h1").inner_text() == "First: how is it now?"
        page.get_by_role("link", name="Tell how it is").click()
        page.locator("[name=leg_nprs][value='3']").check(force=True)
        page.get_by_role("button", name="Done").click()
        assert "about" in page.locator("h1").inner_text()
        page.get_by_role("button", name="minutes today").click()
        assert page.get_by_role("button", name="The whole plan after all").is_visible()
        assert not page.locator("[data-aloud], [data-print]").first.is_visible()


def test_a_double_tap_sends_once(browser: Browser) -> None:
    with served(people.nobody(), Clock()) as (address, store), opened(browser) as page:
        page.goto(address + "/screen/CE1")
        page.get_by_role("button", name="No", exact=True).dblclick()
        page.wait_for_url("**/screen/CE2")
        assert len(store.journal()) == 1


# --- what moves and what is drawn ---------------------------------------------------------------


@pytest.mark.parametrize(("side", "shown", "hidden"), [("Left", "left", "right"), ("Right", "right", "left")])
def test_the_map_echoes_the_list_on_the_right_leg(
    browser: Browser, houses: Houses, side: str, shown: str, hidden: str
) -> None:
    """The picture shows one's own back: the left leg is on the left of it."""
    with opened(browser, viewport={"width": 390, "height": 844}) as page:
        page.goto(houses("month") + "/pain")
        page.get_by_role("radio", name=side).check(force=True)
        page.get_by_role("radio", name="Calf").check(force=True)
        opacity = "(leg) => getComputedStyle(document.querySelector('.body-map .leg.' + leg)).opacity"
        assert page.evaluate(opacity, shown) == "1"
        assert page.evaluate(opacity, hidden) == "0"
        visible = page.evaluate(
            "(leg) => [...document.querySelectorAll(`.leg.${leg} .seg, .leg.${leg} .end`)]"
            ".filter((part) => getComputedStyle(part).visibility === 'visible')"
            ".map((part) => part.getAttribute('class'))",
            shown,
        )
        assert visible == ["seg z1", "seg z2", "seg z3", "seg z4", "seg z5", "end z5"]
        end = page.locator(f".leg.{shown} .end.z5").bounding_box()
        middle = page.locator(".body-map").bounding_box()
        row = page.get_by_role("radio", name="Calf").bounding_box()
        assert end is not None
        assert middle is not None
        assert row is not None
        assert (end["x"] + end["width"] / 2 < middle["x"] + middle["width"] / 2) == (shown == "left")
        assert row["y"] <= end["y"] + end["height"] / 2 <= row["y"] + row["height"], "level with its row"


def test_the_figure_moves_pauses_and_stays_still_when_asked(browser: Browser, houses: Houses) -> None:
    first = "document.querySelector('.big-figure path').getAttribute('d')"
    with opened(browser, reduced_motion="no-preference") as page:
        page.goto(houses("month") + "/exercises/EX16")
        page.wait_for_selector(".big-figure[data-figure='moving']")
        shapes = (
            "[...document.querySelectorAll('.big-figure path')].map((one) => one.getAttribute('d')).join()"
        )
        before = page.evaluate(shapes)
        page.wait_for_function(f"(before) => {shapes} !== before", arg=before)
        page.get_by_role("button", name="Pause").click()
        held = page.evaluate(shapes)
        page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
        assert page.evaluate(shapes) == held
    with opened(browser, reduced_motion="reduce") as page:
        page.goto(houses("month") + "/exercises/EX16")
        page.wait_for_selector(".big-figure[data-figure='stills']")
        assert page.evaluate(first)


def test_the_chosen_look_wins_over_the_machines(browser: Browser) -> None:
    with served(people.ready(), Clock()) as (address, _), opened(browser, color_scheme="light") as page:
        page.goto(address + "/settings")
        ground = "getComputedStyle(document.body).backgroundColor"
        light = page.evaluate(ground)
        page.get_by_role("radio", name="Dark").check(force=True)
        page.get_by_role("button", name="Keep these").click()
        page.wait_for_url("**kept=1")
        assert page.evaluate(ground) != light


def test_the_printed_plan_has_help_first_and_boxes_to_tick(browser: Browser, houses: Houses) -> None:
    with opened(browser, viewport={"width": 800, "height": 1100}) as page:
        page.goto(houses("month") + "/today")
        assert not page.locator(".help-card").is_visible()
        page.emulate_media(media="print")
        assert page.locator(".help-card").is_visible()
        assert page.locator(".boxes").first.is_visible()
        assert not page.locator(".places").is_visible()
        assert not page.locator("a.main").is_visible()
        assert page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"


def test_the_emergency_page_can_be_read_aloud(browser: Browser, houses: Houses) -> None:
    with opened(browser, viewport={"width": 390, "height": 844}) as page:
        page.goto(houses("emergency") + "/today")
        assert page.url.endswith("/emergency")
        page.evaluate("() => { speechSynthesis.speak = (words) => { window.spoken = words.text; }; }")
        page.get_by_role("button", name="Read it aloud").click()
        assert "I have back or leg pain" in page.evaluate("window.spoken")
        assert page.get_by_role("link", name="Call 999").get_attribute("href") == "tel:999"
