"""The Decision as a whole: its refusals in order, its clocks, its bytes."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Sequence
from typing import Any
from unittest import mock

import msgspec
import pytest

from tests.care.story import Story, ready
from tests.care.test_planning import _scene, limits, trying
from tests.factories import Diary, at
from unpinch import Decision, Journal, decide
from unpinch.care.decision import VERSION
from unpinch.care.opened import Scene
from unpinch.care.planning import Candidate
from unpinch.journal import make
from unpinch.journal.kinds import Note, Pain, Retraction, Screen
from unpinch.knowledge import load
from unpinch.learning import learn
from unpinch.learning.policy import choose

KNOWN = load()
MINUTE = dt.timedelta(minutes=1)


def refusal(story: Story) -> str | None:
    decision = story.decide()
    assert (decision.session is None) == (decision.refusal is not None)
    return None if decision.refusal is None else decision.refusal.name


# --- refusals -----------------------------------------------------------------------------------


def test_each_refusal_by_name_and_words() -> None:
    story = Story()
    assert refusal(story) == "ScreenMissing"
    assert story.decide().clearance.tier is None
    story.screen()
    assert refusal(story) == "PainMissing"
    story.pain(3)
    assert refusal(story) is None
    story.on(1).pain(3)
    assert refusal(story) == "StaleAnswers"
    missing = story.decide().refusal
    assert missing is not None
    assert missing.missing == ("SL1",)
    story.answer("SL1", "no", "session")
    assert refusal(story) is None
    story.answer("OKD", "no")
    story.answer("CE1", "yes_checked")
    assert refusal(story) == "SeeClinicianFirst"
    story.answer("MO1", "yes_new")
    assert refusal(story) == "UrgentSigns"
    story.answer("CE2", "yes_new")
    assert refusal(story) == "EmergencySigns"


def test_the_gravest_refusal_comes_first() -> None:
    story = ready(Story(), CE1="yes_checked")
    for day, exercise in enumerate(["EX09", "EX16", "EX09"]):
        story.on(day).do(exercise, leg_pre=3, leg_max=9)
    assert refusal(story) == "StaleAnswers"
    story.screen(CE1="yes_checked")
    assert refusal(story) == "SeeClinicianFirst"
    story.screen(CE1="no").answer("CE1", "no")
    assert refusal(story) == "ProgrammePaused"
    paused = story.decide().refusal
    assert paused is not None
    assert paused.until is not None
    assert paused.until.date() == at(14).date()


@pytest.mark.parametrize(("hours", "fresh"), [(11.99, True), (12, True), (12.01, False)])
def test_the_pain_of_now_is_at_most_twelve_hours_old(hours: float, fresh: bool) -> None:
    story = ready(Story())
    told = story.now
    story.now = told + dt.timedelta(hours=hours)
    story.answer("SL1", "no", "session")
    story.now = told + dt.timedelta(hours=hours)
    assert refusal(story) == (None if fresh else "PainMissing")


def test_a_pain_entry_without_a_leg_number_hides_no_older_one() -> None:
    story = ready(Story(), 8)
    story.pain(None)
    decision = story.decide()
    assert decision.session is not None
    assert decision.session.kind == "easy"


def test_severe_pain_is_refused_as_urgent_although_the_answers_are_not() -> None:
    story = ready(Story(), 8, SV1=8.0, SV2="no").on(2, 9)
    story.screen(SV1=8.0, SV2="no").pain(9)
    assert refusal(story) == "UrgentSigns"
    assert story.decide().clearance.tier == "A"


def test_a_family_that_rests_today_stays_among_those_that_are_compared() -> None:
    story = ready(Story(), 2)
    for name in KNOWN.exercises.keys() - {"EX09", "EX16"}:
        story.wish("exercise_off", True, name)
    story.do("EX09")
    story.do("EX16")
    story.on(1).screen().morning(2)
    heart = sys.modules["unpinch.care.decide"]
    with mock.patch.object(heart, "choose", wraps=choose) as asked:
        story.decide()
    rests, goes_on = KNOWN.exercises["EX09"].family, KNOWN.exercises["EX16"].family
    assert asked.call_args.args[2] == (goes_on,)
    assert set(asked.call_args.kwargs["trial_families"]) == {rests, goes_on}


def test_what_makes_it_worse_is_never_what_another_day_would_free() -> None:
    scene = _scene(ready(Story(), 2))
    worse = KNOWN.exercises["EX09"].family
    heart = sys.modules["unpinch.care.decide"]
    dropped = trying(on_trial=("sliders",), dropped=(worse,))
    with mock.patch.object(heart, "choose", return_value=dropped):
        found = _offered(heart, scene)
    families = {one.exercise.family for one in found}
    assert worse not in families
    assert {"sliders", KNOWN.exercises["EX16"].family} <= families


def _offered(heart: Any, scene: Scene) -> Sequence[Candidate]:
    beliefs = learn((), families={}, priors=KNOWN.priors, rules=KNOWN.rules.learning, since_days=None)
    found: Sequence[Candidate] = heart._offer(beliefs, (), scene, limits(), True)
    return found


def test_the_shape_of_a_decision_has_a_version() -> None:
    assert Story().decide().version == VERSION == 1


# --- clocks -------------------------------------------------------------------------------------


def test_a_time_without_offset_is_refused() -> None:
    with pytest.raises(ValueError, match="now: must have a UTC offset"):
        decide(Journal(), dt.datetime(2025, 1, 1), KNOWN)


@pytest.mark.parametrize("edge", [dt.datetime.min, dt.datetime(1970, 1, 1), dt.datetime(2199, 12, 31)])
def test_any_time_will_do(edge: dt.datetime) -> None:
    decision = decide(ready(Story()).journal, edge.replace(tzinfo=dt.UTC), KNOWN)
    assert decision.refusal is not None


@pytest.mark.parametrize(("ahead", "counts"), [(9.9, True), (10, True), (10.1, False)])
def test_a_clock_a_little_ahead(ahead: float, counts: bool) -> None:
    story = ready(Story())
    told = story.now
    story.now = told + ahead * MINUTE
    entry = make("x", story.now, Pain(when="now", leg_nprs=8))
    journal = story.journal.append(entry)
    decision = decide(journal, told, KNOWN)
    if counts:
        assert decision.session is not None
        assert decision.session.kind == "easy"
    else:
        assert decision.refusal is not None
        assert decision.refusal.name == "ClockWentBack"


def test_many_entries_far_ahead_hide_none_within_the_slack() -> None:
    story = ready(Story())
    told = story.now
    sign = make(
        "sign", told + 5 * MINUTE, Screen(question="CE1", answer="yes_new", occasion="full", version="1")
    )
    far = [
        make(f"far{number}", told + dt.timedelta(days=number + 1), Note(text="x")) for number in range(100)
    ]
    decision = decide(story.journal.append(sign, *far), told, KNOWN)
    assert decision.clearance.tier == "E"


@pytest.mark.parametrize(("answer", "name"), [("yes_new", "EmergencySigns"), ("yes_old", "UrgentSigns")])
def test_a_warning_sign_from_a_clock_far_ahead_counts_at_once(answer: str, name: str) -> None:
    story = ready(Story())
    told = story.now
    sign = make(
        "sign",
        told + dt.timedelta(days=400),
        Screen(question="CE1", answer=answer, occasion="full", version="1"),
    )
    decision = decide(story.journal.append(sign), told, KNOWN)
    assert decision.refusal is not None
    assert decision.refusal.name == name
    assert "neurology" in decision.clearance.flags
    taken_back = make("back", told + dt.timedelta(days=401), Retraction(entry="sign"))
    decision = decide(story.journal.append(sign, taken_back), told, KNOWN)
    assert decision.session is not None


def test_what_lies_far_ahead_lowers_nothing() -> None:
    story = Story()
    story.answer("CE1", "yes_new")
    later = [
        make(
            "a",
            story.now + dt.timedelta(days=1),
            Screen(question="SEEN", answer="yes", occasion="full", version="1"),
        ),
        make(
            "b",
            story.now + dt.timedelta(days=2),
            Screen(question="MO1", answer="yes_new", occasion="full", version="1"),
        ),
    ]
    decision = decide(story.journal.append(*later), story.now, KNOWN)
    assert (decision.clearance.tier, decision.refusal and decision.refusal.name) == ("E", "EmergencySigns")


def test_what_lies_far_ahead_and_is_no_graver_changes_no_reason() -> None:
    story = Story()
    story.answer("CE1", "yes_new")
    here = decide(story.journal, story.now, KNOWN).clearance
    second = Screen(question="CE2", answer="yes_new", occasion="full", version="1")
    ahead = make("a", story.now + dt.timedelta(days=1), second)
    there = decide(story.journal.append(ahead), story.now, KNOWN).clearance
    assert (there.tier, there.because, there.flags) == (here.tier, here.because, here.flags)


def test_a_wrong_date_that_was_taken_back_stops_nothing() -> None:
    story = ready(Story())
    wrong = make("wrong", story.now + dt.timedelta(days=2000), Pain(when="now", leg_nprs=3))
    journal = story.journal.append(wrong)
    stopped = decide(journal, story.now, KNOWN)
    assert stopped.refusal is not None
    assert stopped.refusal.name == "ClockWentBack"
    assert stopped.clearance.tier == "G"
    back = make("back", story.now, Retraction(entry="wrong"))
    after = decide(journal.append(back), story.now, KNOWN)
    assert after.to_json() == story.decide().to_json()


@pytest.mark.parametrize("hours", [-11, -3, 0, 5.5, 13])
def test_the_same_moment_elsewhere_is_as_safe(hours: float) -> None:
    story = ready(Story())
    here = story.decide()
    elsewhere = story.now.astimezone(dt.timezone(dt.timedelta(hours=hours)))
    there = decide(story.journal, elsewhere, KNOWN)
    assert there.clearance.tier == here.clearance.tier
    assert (there.refusal is None) == (here.refusal is None)


# --- bytes --------------------------------------------------------------------------------------


def worked() -> Story:
    story = ready(Story(), 4, MV1=("sitting",))
    for day in range(5):
        story.on(day, 9, day).screen().morning(4)
        if story.decide().session is not None:
            story.session({"EX25": {"leg_pre": 4, "leg_max": 8 if day == 2 else 4}})
    return story


def test_there_and_back_as_json() -> None:
    decision = worked().decide()
    raw = decision.to_json()
    assert Decision.from_json(raw) == decision
    assert Decision.from_json(raw).to_json() == raw
    assert Decision.from_json(raw).digest == decision.digest
    assert decision.to_dict()["version"] == decision.version
    with pytest.raises(msgspec.DecodeError):
        Decision.from_json(b"{}")


def test_without_knowledge_it_takes_what_ships() -> None:
    story = ready(Story())
    assert decide(story.journal, story.now).to_json() == story.decide().to_json()
    assert story.decide().knowledge == KNOWN.version


def test_the_digest_is_of_what_counted() -> None:
    story = ready(Story())
    before = story.decide().journal
    story.take_back(story.write(Note(text="a slip")))
    assert story.decide().journal == before
    story.write(Note(text="more"))
    assert story.decide().journal != before


def test_a_note_changes_the_digest_and_nothing_else() -> None:
    story = worked()
    one = story.decide().to_dict()
    story.diary.write(Note(text="more"), story.now)
    two = story.decide().to_dict()
    assert {name for name in one if one[name] != two[name]} == {"journal"}


def test_chance_is_the_persons_own_and_stays_through_the_day() -> None:
    """Another first entry is another person; an answer more is the same one."""
    plans = set()
    for prefix in "abcdefgh":
        story = ready(_as(prefix), 2)
        for day in range(5):
            story.on(day, 9, day).screen().morning(2)
        first = story.decide()
        assert first.session is not None
        story.write(Note(text="later"))
        second = story.decide()
        assert second.session == first.session
        plans.add(tuple(stop.exercise for stop in first.session.exercises))
    assert len(plans) > 1


def _as(prefix: str) -> Story:
    story = Story()
    story.diary = Diary(prefix)
    return story


def test_nothing_is_said_with_a_gap_in_it() -> None:
    text = worked().decide().to_json().decode()
    assert "{" not in _texts(msgspec.json.decode(text))


def _texts(value: Any) -> str:
    if isinstance(value, dict):
        return " ".join(_texts(part) if key != "text" else str(part) for key, part in value.items())
    if isinstance(value, list):
        return " ".join(_texts(part) for part in value)
    return ""


def test_what_a_person_asks_back_may_be_tried_again() -> None:
    story = ready(Story(), 2).wish("ask_back", True, "sliders").wish("ask_back", False, "back_bend")
    assert refusal(story) is None
