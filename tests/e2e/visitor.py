"""A person at the browser: reads what is asked, taps an answer, does the session."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, expect

from tests.care.story import clean_answer
from tests.e2e.house import House
from unpinch.knowledge import load
from unpinch.knowledge.clinical import Question

SPEED = 400
"""How much faster than time the session's clock runs."""

Felt = dict[str, Any]
"""How an exercise felt: response, distal, and, when worse, leg."""

FINE: Felt = {"response": "same", "distal": 5}


class Visitor:
    """One person, one browser."""

    def __init__(self, page: Page, house: House) -> None:
        self.page = page
        self.house = house
        self.questions = {question.id: question for question in load().screening.questions}

    def go(self, path: str) -> None:
        """Type an address."""
        self.page.goto(self.house.address + path)

    @property
    def path(self) -> str:
        """Where the browser is."""
        return re.sub(r"^https?://[^/]+", "", self.page.url)

    # --- answering ------------------------------------------------------------------------------

    def answer_all(self, **answers: Any) -> int:
        """Answer questions for as long as one is shown; return how many."""
        for count in range(120):
            found = re.match(r"/(?:screen|new-symptoms)/(\w+)", self.path)
            if found is None:
                return count
            question = self.questions[found[1]]
            self.answer(question, answers.get(question.id, clean_answer(question)))
            self.house.wait(seconds=2)
        raise AssertionError("the questions never end")

    def answer(self, question: Question, said: Any) -> None:
        """Tap one answer."""
        main = self.page.locator("main")
        if question.answer == "choice":
            main.locator(f'button[name="answer"][value="{said}"]').click()
            return
        if question.answer == "several":
            for one in said:
                self.tap(f'input[name="answer"][value="{one}"]')
        elif question.maximum is not None and question.maximum <= 10:
            self.tap(f'input[name="answer"][value="{said:g}"]')
        else:
            main.locator('input[name="answer"]').fill(f"{said:g}")
        main.get_by_role("button", name="Done").click()

    def tap(self, choice: str) -> None:
        """Tap the label of a choice, as a finger does."""
        self.page.locator(f"label:has({choice})").last.click()

    def tell_profile(self) -> None:
        """Go through the facts, each on its own screen."""
        main = self.page.locator("main")
        self.go("/profile/leg?flow=1")
        main.locator('button[name="side"][value="right"]').click()
        since = (self.house.now.date()).replace(day=1)
        main.locator('input[name="since"]').fill(since.isoformat())
        main.get_by_role("button", name="Done").click()
        main.get_by_role("button", name="Skip this").click()  # about you
        for thing in load().equipment:
            if not main.locator(f'input[name="equipment"][value="{thing}"]').is_checked():
                self.tap(f'input[name="equipment"][value="{thing}"]')
        main.get_by_role("button", name="Done").click()
        main.locator('button[name="minutes_a_day"][value="15"]').click()
        main.locator("select#country").select_option("IE")
        main.get_by_role("button", name="Done").click()

    def morning(self, leg: int, distal: int = 5) -> None:
        """Tell the morning's number."""
        self.go("/morning")
        self._pain(leg, distal)

    def pain(self, leg: int, distal: int = 5) -> None:
        """Tell how it is now."""
        self.go("/pain")
        self._pain(leg, distal)

    def _pain(self, leg: int, distal: int) -> None:
        main = self.page.locator("main")
        self.tap(f'input[name="leg_nprs"][value="{leg}"]')
        self.tap(f'input[name="distal"][value="{distal}"]')
        main.get_by_role("button", name="Done").click()
        self.house.wait(seconds=20)

    def get_ready(self, **answers: Any) -> None:
        """Answer whatever keeps today's plan closed."""
        for _ in range(6):
            self.go("/screen")
            self.answer_all(**answers)
            if self.house.decision.session is not None:
                self.go("/today")
                return
        raise AssertionError(f"no plan: {self.house.decision.refusal}")

    # --- doing ----------------------------------------------------------------------------------

    def do_session(self, felt: Callable[[str], Felt] = lambda _: FINE) -> None:
        """Do today's session from the start screen to the end, at many times the speed."""
        plan = self.house.decision.session
        assert plan is not None
        self.go(f"/session?speed={SPEED}")
        page = self.page
        page.locator("#begin").click()
        for stop in plan.exercises:
            after = page.locator("#after")
            expect(after).to_be_visible(timeout=30_000)
            how = FINE | felt(stop.exercise)
            asked = after.locator("#done-of").inner_text()
            self.tap(f'input[name="response"][value="{how["response"]}"]')
            self.tap(f'input[name="distal_post"][value="{how["distal"]}"]')
            self._follow_up(how, asked)
            self.house.wait(minutes=stop.minutes)
        expect(page.locator("#over")).to_be_visible(timeout=30_000)
        expect(page.locator("#over .saved")).not_to_be_empty()

    def _follow_up(self, how: Felt, asked: str) -> None:
        """Answer what the page asks after the two taps, for as long as it asks."""
        page = self.page
        part = self._gone_on(asked)
        if part == "worse":
            self.tap(f'input[name="leg_max"][value="{how.get("leg", 5)}"]')
            self.tap('input[name="news"][value="no"]')
            page.locator("#worse-next").click()
            expect(page.locator("#worse")).to_be_hidden()
            part = page.locator("body").get_attribute("data-part")
        if part == "effort":
            self.tap(f'input[name="effort_cr10"][value="{how.get("effort", 4)}"]')
            page.locator("#effort-next").click()
            expect(page.locator("#effort")).to_be_hidden()

    def _gone_on(self, asked: str) -> str | None:
        """Wait until the page has left a question, and return the part that it shows instead.

        At this speed the next exercise may be over, and its question be shown, before anybody looks.
        """
        page = self.page
        for _ in range(400):
            part = page.locator("body").get_attribute("data-part")
            if part != "after" or page.locator("#done-of").inner_text() != asked:
                return part
            page.wait_for_timeout(50)
        raise AssertionError(f"the page stays at {asked!r}")
