"""What is asked, what is asked again, and what an answer stands for, at the very edge."""

from __future__ import annotations

import datetime as dt

import msgspec
import pytest

from tests.care.test_screen import KNOWN, NERVES, QUESTIONS, judged, low, told
from unpinch.care.meaning import Meaning, meaning
from unpinch.care.reopen import reopened
from unpinch.journal.fold import fold


@pytest.mark.parametrize(("seconds", "asked"), [(-1, NERVES), (0, ()), (1, ())])
def test_answers_of_the_same_moment_as_a_sign_are_about_it(seconds: int, asked: tuple[str, ...]) -> None:
    """One form may tell both at once: nobody is asked again what was answered with it."""
    story = told().on(1)
    sign = story.answer("SL1", "yes", "session")
    for name in NERVES:
        story.now = sign.at + dt.timedelta(seconds=seconds - 1)
        story.answer(name, "no", "session")
    story.now = sign.at + dt.timedelta(seconds=2)
    assert judged(story).stale == asked


def test_an_answer_with_nothing_in_it_stands_for_nothing() -> None:
    assert meaning(QUESTIONS["CE1"], "no") == Meaning()
    assert meaning(QUESTIONS["AG1"], 30.0) == Meaning()


def test_a_number_below_all_others_is_the_lowest() -> None:
    below, lowest = meaning(QUESTIONS["AG1"], -1.0), meaning(QUESTIONS["AG1"], 0.0)
    assert below == lowest
    assert below.flags == {"age_under_16"}
    assert meaning(QUESTIONS["SV1"], -1.0) == Meaning()


@pytest.mark.parametrize(("seconds", "agreed"), [(-1, False), (0, True), (1, True)])
def test_who_looked_at_the_signs_may_agree_in_the_same_breath(seconds: int, agreed: bool) -> None:
    story = told(CE1="yes_new").on(1)
    check = story.answer("SEEN", "yes")
    story.now = check.at + dt.timedelta(seconds=seconds - 1)
    story.answer("OKD", "yes")
    story.now = check.at + dt.timedelta(seconds=2)
    assert (judged(story).agreed_at is not None) == agreed


@pytest.mark.parametrize(("seconds", "tier"), [(-1, "A"), (0, "R"), (1, "R")])
def test_agreement_comes_after_what_means_something_together(seconds: int, tier: str) -> None:
    """What is told with the agreement was not there to be agreed to: alone and beside another."""
    story = told(AG1=66.0, DU1="under_2wk", DU2="no", AG2="no").on(1)
    agreed = story.answer("OKD", "yes")
    story.now = agreed.at + dt.timedelta(seconds=seconds - 1)
    story.answer("DU2", "yes")
    story.now = agreed.at + dt.timedelta(seconds=2)
    found = judged(story)
    assert [one.source for one in found.because] == ["first_time_at_65"]
    assert found.tier == tier


def test_a_self_test_that_calls_nothing_low_asks_nothing() -> None:
    story = told().on(1)
    low(story, "T6", value=0.0)
    person = fold(story.journal, story.now)
    asking = msgspec.structs.replace(KNOWN.selftests["T6"], low_asks=("MO1",))
    for test, asked in ((asking, set()), (msgspec.structs.replace(asking, low=1.0), {"MO1"})):
        known = msgspec.structs.replace(KNOWN, selftests=KNOWN.selftests | {"T6": test})
        assert set(reopened(person, known)) == asked


@pytest.mark.parametrize("other", ["CE1", "AG2"])
def test_only_what_led_to_a_question_asks_it_again(other: str) -> None:
    story = told(BG1=("hip_replacement",), OP2="older").on(1)
    story.answer("BG1", ("none",))
    assert judged(story).stale == ("OP2",)
    story.answer("OP2", "older")
    story.answer(other, "no")
    assert judged(story).stale == ()


def test_when_what_led_to_a_question_was_taken_back_it_is_left_alone() -> None:
    story = told(OP2="older")
    story.answer("OP2", "older")
    led = story.answer("BG1", ("hip_replacement",))
    story.take_back(led)
    assert judged(story).stale == ()
