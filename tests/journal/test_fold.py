"""A fold tells what was known at a time, and nothing that came later."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import factories as make_up
from tests.factories import T0, Diary, at
from unpinch.journal import Entry, Journal, fold
from unpinch.journal.fold import CLOCK_SLACK
from unpinch.journal.kinds import (
    ExerciseDone,
    Note,
    Pain,
    Planned,
    Preference,
    Profile,
    Questionnaire,
    Screen,
    SelfTestDone,
    SessionEvent,
)

PLAN = (Planned(exercise="bridge", variant="both", rung=1, sets=2),)
LATER = dt.datetime(2199, 12, 31, tzinfo=dt.UTC)


def test_a_later_profile_overrides_only_the_fields_it_names() -> None:
    diary = Diary()
    diary.write(Profile(name="Ann", side="left", first_episode=True), at(0))
    diary.write(Profile(side="right", first_episode=False), at(1))
    assert fold(diary.journal, at(2)).profile == Profile(name="Ann", side="right", first_episode=False)
    assert fold(diary.journal, at(0)).profile == Profile(name="Ann", side="left", first_episode=True)
    assert fold(Journal(), at(2)).profile == Profile()


def test_answers_by_question_oldest_first() -> None:
    diary = Diary()
    late = diary.write(Screen(question="bladder", answer="yes", occasion="weekly", version="2"), at(7))
    early = diary.write(Screen(question="bladder", answer="no", occasion="full", version="1"), at(0))
    diary.write(Screen(question="age", answer=44, occasion="full", version="1"), at(0, 9))
    person = fold(diary.journal, at(8))
    assert list(person.answers) == ["bladder", "age"]
    assert [(one.answer, one.at, one.entry_id) for one in person.answers["bladder"]] == [
        ("no", at(0), early.id),
        ("yes", at(7), late.id),
    ]
    last = person.answers["bladder"][-1]
    assert (last.question, last.occasion, last.version) == ("bladder", "weekly", "2")


def test_the_latest_morning_of_each_of_the_persons_own_days() -> None:
    diary = Diary()
    diary.write(Pain(when="morning", leg_nprs=5), at(0, 7))
    second = diary.write(Pain(when="morning", leg_nprs=4, distal=3), at(0, 8))
    diary.write(Pain(when="evening", leg_nprs=9), at(0, 21))
    # 23:30 in Los Angeles is already the next day in London, but not for the person.
    west = dt.timezone(dt.timedelta(hours=-7))
    diary.write(Pain(when="morning", leg_nprs=2), at(1, 23, 30, tz=west))
    person = fold(diary.journal, at(5))
    assert {day: pain.leg_nprs for day, pain in person.mornings.items()} == {
        T0.date(): 4,
        T0.date() + dt.timedelta(days=1): 2,
    }
    first = person.morning_entries[0]
    assert (first.day, first.leg, first.distal, first.at, first.entry) == (T0.date(), 4, 3, at(0, 8), second)
    assert [pain.leg_nprs for _, pain in person.pains] == [5, 4, 9, 2]


def test_mornings_go_by_day_even_after_a_flight_west() -> None:
    east, west = dt.timezone(dt.timedelta(hours=14)), dt.timezone(dt.timedelta(hours=-11))
    diary = Diary()
    diary.write(Pain(when="morning", leg_nprs=3), at(2, 6, tz=east))
    diary.write(Pain(when="morning", leg_nprs=4), at(1, 7, tz=west))
    assert diary.journal.entries[0].day > diary.journal.entries[1].day
    assert [morning.leg for morning in fold(diary.journal, at(5)).morning_entries] == [4, 3]


def test_a_session_is_put_together_from_its_events() -> None:
    diary = Diary()
    diary.write(SessionEvent(session="s1", event="started", plan=PLAN, decision="d1"), at(0, 9))
    diary.write(SessionEvent(session="s2", event="started", plan=PLAN), at(1, 9))
    diary.write(SessionEvent(session="s1", event="stopped", at_step=4, reason="new_symptoms"), at(0, 9, 5))
    diary.write(SessionEvent(session="s3", event="finished", at_step=0), at(2, 9))
    sessions = fold(diary.journal, at(3)).sessions
    assert list(sessions) == ["s1", "s2", "s3"]
    one, two, three = sessions.values()
    assert (one.started_at, one.ended_at, one.event_last) == (at(0, 9), at(0, 9, 5), "stopped")
    assert (one.plan, one.decision, one.at_step, one.reason) == (PLAN, "d1", 4, "new_symptoms")
    assert (two.started_at, two.ended_at, two.event_last, two.at_step) == (at(1, 9), None, "started", None)
    assert (three.started_at, three.ended_at, three.at_step) == (None, at(2, 9), 0)
    assert fold(diary.journal, at(0, 9, 1)).sessions["s1"].ended_at is None


def test_the_latest_preference_counts_for_each_name_and_target() -> None:
    diary = Diary()
    diary.write(Preference(name="exercise_off", target="bridge", value=True), at(0))
    diary.write(Preference(name="exercise_off", target="walking", value=True), at(0))
    diary.write(Preference(name="exercise_off", target="bridge", value=False), at(1))
    diary.write(Preference(name="theme", value="dark"), at(1))
    assert fold(diary.journal, at(2)).preferences == {
        ("exercise_off", "bridge"): (at(1), False),
        ("exercise_off", "walking"): (at(0), True),
        ("theme", None): (at(1), "dark"),
    }


def test_lists_are_oldest_first_with_their_times() -> None:
    diary = Diary()
    for day in (3, 1):
        diary.write(ExerciseDone(exercise=f"e{day}", variant="v", rung=0), at(day))
        diary.write(SelfTestDone(test=f"t{day}"), at(day))
        diary.write(Questionnaire(instrument=f"q{day}", answers={}), at(day))
        diary.write(Note(text=f"n{day}"), at(day))
    person = fold(diary.journal, at(4))
    assert [(when, done.exercise) for when, done in person.exercises] == [(at(1), "e1"), (at(3), "e3")]
    assert [(when, done.test) for when, done in person.selftests] == [(at(1), "t1"), (at(3), "t3")]
    assert [(when, done.instrument) for when, done in person.questionnaires] == [(at(1), "q1"), (at(3), "q3")]
    assert person.notes == ((at(1), "n1"), (at(3), "n3"))
    assert (person.first_at, person.last_at) == (at(1), at(3))


def test_what_lies_in_the_future_is_reported_and_left_out() -> None:
    diary = Diary()
    now = at(0, 12)
    diary.write(Pain(when="now", leg_nprs=1), now)
    diary.write(Pain(when="now", leg_nprs=2), now + dt.timedelta(seconds=1))
    diary.write(Pain(when="now", leg_nprs=3), now + CLOCK_SLACK)
    far = diary.write(Pain(when="now", leg_nprs=4), now + CLOCK_SLACK + dt.timedelta(seconds=1))
    person = fold(diary.journal, now)
    assert [pain.leg_nprs for _, pain in person.pains] == [1]
    assert person.future == (far,)
    assert person.last_at == now


def test_a_retraction_counts_from_its_own_time_on() -> None:
    diary = Diary()
    slip = diary.write(Pain(when="now", leg_nprs=9), at(0))
    diary.take_back(slip, at(1))
    assert len(fold(diary.journal, at(0, 23)).pains) == 1
    assert fold(diary.journal, at(1)).pains == ()
    assert fold(diary.journal, at(1)).first_at is None


def test_a_time_without_offset_is_refused() -> None:
    with pytest.raises(ValueError, match="now: must have a UTC offset"):
        fold(Journal(), dt.datetime(2025, 1, 1))


@pytest.mark.parametrize("edge", [dt.datetime.max, dt.datetime.min])
def test_the_ends_of_time_are_times_too(edge: dt.datetime) -> None:
    journal = make_up.mornings([3, 4])
    person = fold(journal, edge.replace(tzinfo=dt.UTC))
    assert len(person.entries) == (2 if edge is dt.datetime.max else 0)


@given(make_up.journals())
def test_at_the_end_everything_live_counts(journal: Journal) -> None:
    person = fold(journal, LATER)
    assert person.entries == journal.live
    assert person.future == ()


@given(make_up.journals(), make_up.journals(), make_up.moments)
def test_what_comes_later_changes_nothing_before(journal: Journal, more: Journal, now: dt.datetime) -> None:
    known = {entry.id for entry in journal}
    later = [entry for entry in more if entry.at > now and entry.id not in known]
    before, after = fold(journal, now), fold(journal.append(*later), now)
    assert before.entries == after.entries
    assert before.profile == after.profile
    assert before.answers == after.answers
    assert before.sessions == after.sessions
    assert before.preferences == after.preferences
    assert all(entry.at > now + CLOCK_SLACK for entry in after.future)


@given(make_up.journals(), st.lists(make_up.entries(), max_size=2))
def test_every_live_entry_is_somewhere(journal: Journal, more: list[Entry]) -> None:
    person = fold(journal, LATER)
    counted = (
        len(person.pains)
        + len(person.exercises)
        + len(person.selftests)
        + len(person.questionnaires)
        + len(person.notes)
        + sum(len(answers) for answers in person.answers.values())
        + sum(entry.kind in {"profile", "session", "preference", "programme"} for entry in person.entries)
    )
    assert counted == len(journal.live)
