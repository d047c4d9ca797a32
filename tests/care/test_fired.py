"""What the rules say of what happened of late."""

from __future__ import annotations

import datetime as dt

import msgspec
import pytest

from tests.care.bouts import EXT, KNOWN, bout, follow, red
from tests.factories import at
from unpinch.care.fired import fired
from unpinch.care.refer import Notice

BRIDGE = msgspec.structs.replace(EXT, id="EX09")


@pytest.mark.parametrize(("seconds", "told"), [(-1, True), (0, False), (1, False)])
def test_what_happened_is_told_for_as_long_as_it_can_pause_the_programme(seconds: int, told: bool) -> None:
    _, events = follow(red(0, exercise="EX09"), of=BRIDGE)
    now = at(0, 9) + dt.timedelta(days=KNOWN.rules.deload.pause_within_days, seconds=seconds)
    assert [one.outcome for one in fired(events, (), now, KNOWN)] == (["red"] if told else [])


def test_it_says_which_exercise_rests_and_until_when() -> None:
    _, events = follow(red(0, exercise="EX09"), bout(3, exercise="EX09", leg_max=4), of=BRIDGE)
    rests, stays = fired(events, (), at(3, 10), KNOWN)
    assert (rests.subject, rests.words.values["until"]) == ("EX09", "4 June")
    assert (stays.outcome, stays.words.values["until"]) == ("amber", "")


def test_what_is_said_of_the_course_comes_last() -> None:
    _, events = follow(red(0, exercise="EX09"), of=BRIDGE)
    notice = Notice(rule="R9", outcome="review", at=at(0), saw={"week": 4, "recent": None})
    _, last = fired(events, [notice], at(1), KNOWN)
    assert (last.subject, last.saw, last.words.values) == (None, notice.saw, {"week": 4})
