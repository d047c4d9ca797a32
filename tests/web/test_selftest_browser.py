"""Self-tests in a real browser: tries, sides, the pain, and what is written down."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from tests.web.decisions import clearance, decision
from tests.web.people import NOW
from tests.web.serving import served
from tests.web.session_world import somebody, ticking
from unpinch.journal import make
from unpinch.journal.kinds import Profile, SelfTestDone
from unpinch.knowledge import load
from unpinch.stores import Store


class Trier:
    """Somebody who tries the tests; the right leg hurts, 3 of 10."""

    def __init__(self, page: Page, url: str, store: Store) -> None:
        self.page = page
        self.url = url
        self.store = store

    def open(self, test: str) -> Trier:
        """Go to a test."""
        self.page.goto(f"{self.url}/selftests/{test}")
        self.page.wait_for_selector("#try:not([hidden])")
        return self

    def timed(self, milliseconds: int = 150) -> None:
        """Start the clock and stop it."""
        self.page.click("#measure")
        self.page.wait_for_timeout(milliseconds)
        self.page.click("#measure")
        self.page.click("#keep")

    def pain(self, leg: int | None = 3) -> None:
        """Tell how strong the leg got."""
        self.page.wait_for_selector("#pain:not([hidden])")
        if leg is not None:
            self.page.click(f'#pain .numbers label:has-text("{leg}")')
        self.page.click("#pain-next")

    def done(self) -> list[SelfTestDone]:
        """Return what is in the journal when nothing waits any more."""
        self.page.wait_for_function(
            "() => !Object.keys(localStorage).some((name) => name.startsWith('unpinch-out:'))"
        )
        return [entry.data for entry in self.store.journal() if isinstance(entry.data, SelfTestDone)]

    def title(self) -> str:
        """Return the headline that is shown."""
        return self.page.locator("main h1:visible").inner_text()


@pytest.fixture
def trier(page: Page) -> Iterator[Trier]:
    made = decision(clearance=clearance("G"))
    with served(somebody(), ticking(), lambda *_: made) as (url, store):
        yield Trier(page, url, store)


def test_the_practice_run_is_not_written_down(trier: Trier) -> None:
    trier.open("T1").page.click("#try")
    assert trier.title() == "Practice. This one is not counted."
    trier.timed()
    assert trier.title() == "This one counts"
    trier.timed(300)
    trier.pain(3)
    trier.page.wait_for_selector("#result:not([hidden])")
    [one] = trier.done()
    assert (one.test, one.side, one.attempt, one.leg_before, one.leg_max) == ("T1", None, 1, 3, 3)
    assert one.value is not None
    assert one.value >= 0.3
    assert one.value == pytest.approx(round(one.value, 1))
    assert trier.page.inner_text("#result .now td") == f"{one.value:g}"


def test_every_try_on_both_sides_is_written_down_the_good_leg_first(trier: Trier) -> None:
    trier.open("T6")
    attempts = load().selftests["T6"].attempts
    for side in ("Left leg", "Right leg"):
        assert trier.page.inner_text("#how-turn") == side
        trier.page.click("#straight")
        for attempt in range(1, attempts + 1):
            assert trier.title() == f"Try {attempt} of {attempts}"
            assert trier.page.inner_text("#leg .name") == side
            assert trier.page.text_content("#leg .letter") == side[0]
            trier.timed()
        trier.pain(3)
    trier.page.wait_for_selector("#result:not([hidden])")
    told = [(one.side, one.attempt, one.leg_max) for one in trier.done()]
    assert told == [
        (side, attempt, 3 if attempt == attempts else None)
        for side in ("left", "right")
        for attempt in range(1, attempts + 1)
    ]
    assert "It does not show the cause" in trier.page.inner_text("#result")
    shown = [float(value) for value in re.findall(r"[\d.]+", trier.page.inner_text('td[data-side="left"]'))]
    assert shown[0] == max(shown[1:])


def test_a_try_can_be_thrown_away(trier: Trier) -> None:
    trier.open("T1").page.click("#straight")
    trier.page.click("#measure")
    trier.page.click("#measure")
    trier.page.click("#again")
    assert trier.page.inner_text("#value") == "0"
    trier.timed()
    trier.pain()
    assert len(trier.done()) == 1


def test_the_clock_ends_by_itself(trier: Trier) -> None:
    """The clock is turned on, not waited for: 45 seconds in one jump."""
    trier.page.clock.install()
    trier.open("T6").page.click("#straight")
    trier.page.click("#measure")
    trier.page.clock.run_for(46_000)
    assert trier.page.inner_text("#value") == "45"
    assert trier.page.is_disabled("#measure")
    trier.page.click("#keep")
    assert trier.done()[0].value == 45


def test_not_possible_is_a_result(trier: Trier) -> None:
    trier.open("T6")
    for _ in range(2):
        trier.page.click("#impossible")
        trier.pain(None)
    trier.page.wait_for_selector("#result:not([hidden])")
    told = [(one.side, one.not_possible, one.value, one.attempt, one.leg_max) for one in trier.done()]
    assert told == [("left", True, None, 1, None), ("right", True, None, 1, None)]
    assert trier.page.inner_text('td[data-side="right"]') == "not possible"


def test_counts_go_up_and_down(trier: Trier) -> None:
    trier.open("T8").page.click("#straight")
    for _ in range(4):
        trier.page.click("#measure")
    trier.page.click("#fewer")
    assert trier.page.inner_text("#value") == "3"
    trier.page.click("#keep")
    trier.pain(3)
    assert [(one.side, one.value) for one in trier.done()] == [("left", 3)]


def test_stands_are_counted_while_the_clock_runs_down(page: Page) -> None:
    made = decision(clearance=clearance("G"))
    old = somebody().append(make("p-9", NOW, Profile(birth_year=1950)))
    with served(old, ticking(), lambda *_: made) as (url, store):
        page.clock.install()
        trier = Trier(page, url, store).open("T2")
        page.click("#straight")
        page.click("#measure")
        for _ in range(6):
            page.click("#measure")
        assert not page.is_visible("#keep")
        page.clock.run_for(31_000)
        assert page.inner_text("#unit") == "The clock has ended."
        page.click("#measure")
        page.click("#keep")
        trier.pain(3)
        assert [(one.test, one.value) for one in trier.done()] == [("T2", 6)]


def test_degrees_are_typed(trier: Trier) -> None:
    trier.open("T13").page.click("#straight")
    assert not trier.page.is_visible("#keep")
    trier.page.fill("#typed", "42")
    trier.page.click("#plus")
    trier.page.click("#keep")
    trier.pain(3)
    assert [(one.side, one.value) for one in trier.done()] == [("left", 43)]


def test_yes_and_no_and_the_question_that_a_weak_foot_asks(trier: Trier) -> None:
    trier.open("T7").page.click("#try")
    assert trier.title() == "Watch the toes of the left foot. Do they stay up all the way?"
    trier.page.click("#yes")
    trier.pain(3)
    trier.page.click("#try")
    assert "right foot" in trier.title()
    trier.page.click("#no")
    trier.pain(3)
    trier.page.wait_for_selector("#result:not([hidden])")
    assert [(one.side, one.passed) for one in trier.done()] == [("left", True), ("right", False)]
    assert trier.page.is_visible("#ask-more")
    assert trier.page.get_attribute("#question", "href") == "/screen"
    assert not trier.page.is_visible("#following")


def test_pain_that_climbs_ends_the_tests(trier: Trier) -> None:
    trier.open("T6").page.click("#impossible")
    trier.pain(5)  # it was 3
    trier.page.wait_for_selector("#result:not([hidden])")
    assert trier.page.is_visible("#enough")
    assert not trier.page.is_visible("#following")
    assert [one.side for one in trier.done()] == ["left"]
    trier.page.goto(f"{trier.url}/selftests")
    assert "Enough tests for today" in trier.page.inner_text("h1")


def test_stopping_goes_back_to_how_it_is_done(trier: Trier) -> None:
    trier.open("T1").page.click("#straight")
    trier.page.click("#measure")
    trier.page.click("#break")
    assert trier.page.is_visible("#how")
    assert trier.done() == []


def test_the_last_try_is_kept_when_the_page_is_closed_before_the_pain_is_told(trier: Trier) -> None:
    trier.open("T1").page.click("#straight")
    trier.timed()
    trier.page.wait_for_selector("#pain:not([hidden])")
    trier.page.goto(f"{trier.url}/selftests/T6")
    assert [(one.test, one.leg_max) for one in trier.done()] == [("T1", None)]


def test_a_result_that_could_not_be_saved_is_not_passed_over(trier: Trier) -> None:
    trier.page.route("**/api/entries", lambda route: route.fulfill(status=422, json={"error": "no"}))
    trier.open("T6")
    for _ in range(2):
        trier.page.click("#impossible")
        trier.pain(None)
    trier.page.wait_for_selector("#result .saved:has-text('could not be saved')")
