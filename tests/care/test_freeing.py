"""When nothing fits: the limit is named, and taking it away does free something."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any, get_args

import msgspec
import pytest

from tests.care.bouts import KNOWN
from tests.care.story import Story, ready
from tests.care.test_planning import _scene, candidate, limits, some
from tests.factories import at
from unpinch.care import freeing
from unpinch.care.decision import Decision, Freed, FreedLimit, Lock
from unpinch.care.opened import Scene
from unpinch.care.planning import Candidate, Limits, could_come, plan
from unpinch.care.refer import Notice
from unpinch.knowledge import say

GENTLE = ("EX25", "EX29")


def only(story: Story, *names: str) -> Story:
    for name in KNOWN.exercises:
        if name not in names:
            story.wish("exercise_off", True, name)
    return story


def freed(decision: Decision) -> dict[str, Freed]:
    assert decision.refusal is not None, decision.session
    assert decision.refusal.name == "NothingFits"
    found = {one.limit: one for one in decision.refusal.freed}
    assert len(found) == len(decision.refusal.freed) > 0
    return {str(limit): one for limit, one in found.items()}


def test_every_limit_has_words() -> None:
    for limit in get_args(FreedLimit):
        assert f"free.{limit}" in KNOWN.words


def test_things_that_are_not_at_hand() -> None:
    story = Story().screen().profile(equipment=()).morning(8)
    found = freed(story.decide())
    assert set(found) == {"things"}  # a calmer leg alone would not do: that needs things, too
    assert set(found["things"].exercises) == set(GENTLE)
    assert found["things"].words.text == "With what Walking needs at hand, it fits today: shoes to walk in."
    story.profile(equipment=("shoes",))
    assert story.decide().session is not None


def test_what_was_left_out() -> None:
    story = only(ready(Story(), 2))
    found = freed(story.decide())
    assert set(found) == {"left_out"}
    assert len(found["left_out"].exercises) > 10
    back = found["left_out"].exercises[0]
    story.wish("exercise_off", False, back)
    session = story.decide().session
    assert session is not None
    assert [stop.exercise for stop in session.exercises] == [back]


def test_too_few_minutes() -> None:
    story = only(Story().screen().profile(minutes_a_day=3).morning(2), "EX29")
    found = freed(story.decide())
    assert found["minutes"].exercises == ("EX29",)
    minutes = int(found["minutes"].words.text.split()[1])
    story.profile(minutes_a_day=minutes - 1)
    assert story.decide().session is None
    story.profile(minutes_a_day=minutes)
    assert story.decide().session is not None


def test_a_worse_day_and_a_sore_leg() -> None:
    story = only(ready(Story(), 2), "EX16").wish("worse_today")
    found = freed(story.decide())
    assert "worse_today" in found
    assert found["worse_today"].exercises == ("EX16",)
    sore = freed(only(ready(Story(), 8), "EX16").decide())
    assert sore["leg"].exercises == ("EX16",)
    assert "worse_today" not in sore


def test_a_rest_between_bouts() -> None:
    story = only(ready(Story(), 2), "EX16")
    story.do("EX16")
    found = freed(story.on(0, 18).decide())
    assert found["rest"].exercises == ("EX16",)


def test_an_exercise_that_waits_says_until_when() -> None:
    story = only(ready(Story(), 2), "EX16")
    story.do("EX16", leg_max=9, response="worse")
    story.on(1).screen().morning(2)
    found = freed(story.decide())
    assert found["waits"].exercises == ("EX16",)
    until = found["waits"].until
    assert until is not None
    assert until > story.now
    assert f"{until.day} {until:%B}" in found["waits"].words.text


def test_several_at_once() -> None:
    story = only(Story().screen().profile(equipment=()).morning(2))
    found = freed(story.decide())
    assert set(found) == {"several"}
    assert found["several"].exercises == ()


def test_a_plan_has_nothing_to_free() -> None:
    decision = ready(Story(), 2).decide()
    assert decision.refusal is None
    refused = Story().decide().refusal
    assert refused is not None
    assert refused.freed == ()
    assert msgspec.json.decode(Story().decide().to_json())["refusal"]["freed"] == []


@pytest.mark.parametrize(
    "fields",
    [{}, {"minutes": 0.1}, {"new_max": 0}, {"exercises_max": 1}, {"minutes": 2.0, "free_minutes": 0.1}],
)
@pytest.mark.parametrize("new", [False, True])
def test_what_could_come_is_there_just_when_there_is_a_plan(fields: dict[str, Any], new: bool) -> None:
    offered: Sequence[Any] = [
        candidate(some(1), new=new),
        candidate(KNOWN.exercises["EX25"], rung=2, new=new),
    ]
    could = could_come(offered, limits(**fields), KNOWN)
    assert bool(could) == (plan(offered, limits(**fields), KNOWN) is not None)


# --- one limit at a time -------------------------------------------------------------------------------

FLARE = Notice(rule="R8", outcome="flare", at=at(0), saw={"days": 2})
REFER = Notice(rule="R9", outcome="refer", at=at(0), saw={})


def freed_by(holds: Callable[[Scene, Limits, bool], bool], day: Limits, **fields: Any) -> dict[str, Freed]:
    """Say what frees an exercise that may come only where something holds."""
    scene = msgspec.structs.replace(_scene(ready(Story(), 2).profile(minutes_a_day=10)), **fields)

    def offer(other: Scene, wider: Limits, every: bool) -> Sequence[Candidate]:
        return [candidate(KNOWN.exercises["EX09"])] if holds(other, wider, every) else []

    return {str(one.limit): one for one in freeing.freed(scene, day, offer)}


def test_only_a_day_off_looks_at_what_has_its_turn_on_another_day() -> None:
    assert set(freed_by(lambda _scene, _limits, every: every, limits(minutes=10))) == {"day_off"}


@pytest.mark.parametrize(
    ("minutes", "enough"), [(11, False), (12, False), (13, True), (14, True), (15, True), (16, False)]
)
def test_whole_minutes_more_up_to_the_most_there_are(minutes: int, enough: bool) -> None:
    found = freed_by(lambda _scene, wider, _every: wider.minutes == minutes, limits(minutes=12.5))
    assert set(found) == ({"minutes"} if enough else {"several"})
    if enough:
        assert found["minutes"].words.text.startswith(f"With {minutes} minutes")


def test_never_more_than_one_new_exercise_is_held_out() -> None:
    day = limits(new_max=0)
    assert set(freed_by(lambda _scene, wider, _every: wider.new_max > 1, day)) == {"several"}
    assert "new" in freed_by(lambda _scene, wider, _every: wider.new_max == 1, day)


@pytest.mark.parametrize(
    ("code", "until", "limit"),
    [
        ("preference", None, "left_out"),
        ("R7", at(3), "waits"),
        ("unlock", None, "earned"),
        ("FLEX", None, "screen"),
        ("STRONG_LEG", None, "several"),  # not an answer to take up with a clinician: the leg as it is
        ("EXT", None, "several"),  # nobody answered so
    ],
)
def test_each_lock_has_its_own_key(code: str, until: dt.datetime | None, limit: str) -> None:
    words = say(KNOWN.words, "free.several")
    kept = Lock(exercise="EX09", code="EXT", words=words)
    lock = Lock(exercise="EX09", code=code, words=words, until=until)
    facts = msgspec.structs.replace(_scene(Story().pain(2)).facts, codes=frozenset({"FLEX", "STRONG_LEG"}))
    found = freed_by(lambda other, *_: other.locks == (kept,), limits(), facts=facts, locks=(kept, lock))
    assert set(found) == {limit}
    assert found[limit].until == until


def test_a_calm_leg_does_not_hurt_at_all() -> None:
    found = freed_by(lambda other, *_: other.facts.leg == 0 and not other.person.pains, limits())
    assert set(found) == {"leg"}


def test_without_the_flare_everything_else_that_was_noticed_stays() -> None:
    found = freed_by(lambda other, *_: other.notices == (REFER,), limits(), notices=(FLARE, REFER))
    assert set(found) == {"flare"}
