"""When a session that broke off is taken up again, and when it is not."""

import datetime as dt
from typing import Any

import msgspec
import pytest

from tests.session.small import TIMING, known, lock, plan, planned
from unpinch.care.decision import Plan
from unpinch.journal import Journal, make
from unpinch.journal.fold import Person, fold
from unpinch.journal.kinds import Data, ExerciseDone, Pain, Preference, Screen, SessionEvent, SetDone
from unpinch.session import build
from unpinch.session.resume import broken_off, done_in, first_open_step, plan_again

NOW = dt.datetime(2026, 3, 2, 18, 0, tzinfo=dt.UTC)
TODAY = plan(planned("bridge", reps=8, rung=1), planned("clam", "plain", ("left", "right"), reps=8, rung=1))


def person(*told: tuple[float, Data]) -> Person:
    """Return a person; each entry comes with how many minutes ago it was written."""
    entries = [
        make(f"e{number}", NOW - dt.timedelta(minutes=minutes), data)
        for number, (minutes, data) in enumerate(told)
    ]
    return fold(Journal(entries), NOW)


def started(name: str = "s1", of: Plan = TODAY) -> SessionEvent:
    return SessionEvent(session=name, event="started", plan=build(of, known()).plan, decision="d")


def did(name: str, session: str = "s1") -> ExerciseDone:
    return ExerciseDone(exercise=name, variant="plain", rung=1, session=session, sets=(SetDone(reps=8),))


def test_a_session_that_was_begun_and_not_ended_is_open() -> None:
    found = broken_off(person((20, started())), known())
    assert found is not None
    assert found.id == "s1"


@pytest.mark.parametrize("event", ["finished", "stopped"])
def test_a_session_that_was_ended_is_not(event: Any) -> None:
    assert broken_off(person((20, started()), (5, SessionEvent(session="s1", event=event))), known()) is None


def test_an_old_session_is_not_taken_up() -> None:
    limit = TIMING.resume_h * 60
    assert broken_off(person((limit - 1, started())), known()) is not None
    assert broken_off(person((limit + 1, started())), known()) is None


@pytest.mark.parametrize(
    ("news", "open_still"),
    [
        (Pain(when="now", leg_nprs=7), False),
        (Screen(question="CE1", answer="no", occasion="session", version="1"), False),
        (Preference(name="voice", value=False), True),
        (did("bridge"), True),
    ],
)
def test_what_a_plan_rests_on_must_not_have_changed(news: Data, open_still: bool) -> None:
    found = broken_off(person((30, Pain(when="now", leg_nprs=3)), (20, started()), (10, news)), known())
    assert (found is not None) is open_still


def test_only_the_last_session_counts() -> None:
    ended = SessionEvent(session="s2", event="stopped")
    assert broken_off(person((60, started()), (20, started("s2")), (5, ended)), known()) is None
    assert broken_off(person(), known()) is None


def test_the_plan_comes_back_as_it_was_begun() -> None:
    who = person((20, started()))
    found = broken_off(who, known())
    assert found is not None
    again = plan_again(found, who, known())
    assert again is not None
    assert [(stop.exercise, stop.variant, stop.sides) for stop in again.exercises] == [
        ("bridge", "plain", ()),
        ("clam", "plain", ("left", "right")),
    ]
    assert build(again, known()).plan == build(TODAY, known()).plan
    script = build(again, known())
    assert again.minutes * 60 == pytest.approx(script.seconds + 2 * TIMING.ask_s)


def test_it_goes_on_with_the_first_exercise_that_was_not_written_down() -> None:
    who = person((20, started()), (10, did("bridge")), (9, did("clam", "another")))
    found = broken_off(who, known())
    assert found is not None
    assert [done.exercise for done in done_in(found, who)] == ["bridge"]
    script = build(TODAY, known())
    assert first_open_step(script, found, who) == script.exercises[1].first_step
    both = person((20, started()), (10, did("bridge")), (9, did("clam")))
    assert script.steps[first_open_step(script, found, both)].kind == "finish"


def test_what_was_locked_meanwhile_is_not_done_after_all() -> None:
    who = person((20, started()), (10, did("bridge")))
    found = broken_off(who, known())
    assert found is not None
    assert plan_again(found, who, known(), [lock("clam")]) is None
    assert plan_again(found, who, known(), [lock("clam", "small")]) is None
    assert plan_again(found, who, known(), [lock("clam", "plain")]) is not None
    assert plan_again(found, who, known(), [lock("bridge")]) is not None  # done already


def test_a_plan_of_another_version_is_not_taken_up() -> None:
    strange = msgspec.structs.replace(
        started(), plan=(msgspec.structs.replace(started().plan[0], variant="gone"),)
    )
    who = person((20, strange))
    found = broken_off(who, known())
    assert found is not None
    assert plan_again(found, who, known()) is None
