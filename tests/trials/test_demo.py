"""The demo person: made up, marked as such, and true to what was decided on each day."""

from __future__ import annotations

import datetime as dt
import itertools
import random
import uuid

import msgspec
import pytest

from tests.factories import T0
from unpinch import Decision, Entry, Journal, decide
from unpinch.journal import fold
from unpinch.journal.kinds import ExerciseDone, Note, Pain, Profile, Screen, SessionEvent
from unpinch.knowledge import load
from unpinch.trials import demo as demos
from unpinch.trials.demo import DemoError, Fate, demo

DAYS = 60


@pytest.fixture(scope="module")
def journal() -> Journal:
    return demo(T0, random.Random(1), days=DAYS)


@pytest.fixture(scope="module")
def last(journal: Journal) -> Decision:
    return decide(journal, T0)


def data_of(journal: Journal, kind: str) -> list[Entry]:
    return [entry for entry in journal if entry.kind == kind]


def test_nobody_can_take_it_for_a_person(journal: Journal) -> None:
    profile, note = journal.entries[0].data, journal.entries[1].data
    assert isinstance(profile, Profile)
    assert profile.name == "Demo person"
    assert isinstance(note, Note)
    assert "made up" in note.text


def test_it_lasts_sixty_days_and_ends_when_asked(journal: Journal) -> None:
    days = {entry.day for entry in journal}
    assert min(days) == T0.date() - dt.timedelta(days=DAYS - 1)
    assert max(days) == T0.date()
    assert T0 - dt.timedelta(hours=2) < journal.entries[-1].at <= T0
    assert all(entry.at.utcoffset() == T0.utcoffset() for entry in journal)


def test_the_same_chance_gives_the_same_bytes() -> None:
    one, two, three = (demo(T0, random.Random(seed), days=4).to_jsonl() for seed in (7, 7, 8))
    assert one == two
    assert one != three


def test_ids_are_uuids_of_their_time(journal: Journal) -> None:
    for entry in journal:
        made = uuid.UUID(entry.id)
        assert (made.version, made.variant) == (7, uuid.RFC_4122)
        assert made.int >> 80 == int(entry.at.timestamp() * 1000)


def test_every_plan_is_what_was_decided_then(journal: Journal) -> None:
    started = [
        entry for entry in data_of(journal, "session") if getattr(entry.data, "event", "") == "started"
    ]
    assert len(started) > 25
    for entry in started[:3] + started[-3:]:
        said = entry.data
        assert isinstance(said, SessionEvent)
        before = Journal(one for one in journal if one.at < entry.at)
        # It was decided when the last answer had been given.
        decision = decide(before, before.entries[-1].at)
        assert said.decision == decision.digest
        assert decision.session is not None
        assert [one.exercise for one in said.plan] == [one.exercise for one in decision.session.exercises]


def test_what_was_done_is_what_was_planned(journal: Journal) -> None:
    sessions = fold(journal, T0).sessions
    done: dict[str, list[ExerciseDone]] = {}
    for entry in data_of(journal, "exercise"):
        assert isinstance(entry.data, ExerciseDone)
        assert entry.data.session is not None
        done.setdefault(entry.data.session, []).append(entry.data)
    assert set(done) == set(sessions)
    for name, exercises in done.items():
        plan = [(one.exercise, one.variant, one.rung) for one in sessions[name].plan]
        told = [(one.exercise, one.variant, one.rung) for one in exercises]
        assert told == plan[: len(told)]
        assert (told == plan) == (sessions[name].event_last == "finished") or exercises[-1].stopped


def test_one_exercise_goes_badly_once(journal: Journal) -> None:
    bad = [
        entry.data
        for entry in data_of(journal, "exercise")
        if isinstance(entry.data, ExerciseDone) and entry.data.stopped
    ]
    assert len(bad) == 1
    assert (bad[0].response, bad[0].settle_min) == ("worse", 45.0)
    stopped = [session for session in fold(journal, T0).sessions.values() if session.event_last == "stopped"]
    assert len(stopped) == 1


def test_a_week_is_missed(journal: Journal) -> None:
    days = sorted({entry.day for entry in journal})
    gaps = [(later - day).days for day, later in itertools.pairwise(days)]
    assert max(gaps) >= 8


def test_no_answer_is_a_warning_sign(journal: Journal, last: Decision) -> None:
    tiers = {
        question.id: {option.id: option.tier for option in question.options}
        for question in load().screening.questions
    }
    for entry in data_of(journal, "screen"):
        said = entry.data
        assert isinstance(said, Screen)
        chosen = said.answer if isinstance(said.answer, tuple) else (said.answer,)
        for option in chosen:
            assert isinstance(option, float) or tiers[said.question][option] == "G"
    assert last.clearance.tier in {"G", "A"}


def test_the_last_day_waits_for_its_session(last: Decision) -> None:
    assert last.refusal is None
    assert last.session is not None
    assert len(last.session.exercises) > 0
    assert last.clearance.missing == ()


def test_recovery_shows(journal: Journal) -> None:
    told = [
        entry.data.leg_nprs
        for entry in data_of(journal, "pain")
        if isinstance(entry.data, Pain) and entry.data.when == "morning" and entry.data.leg_nprs is not None
    ]
    assert sum(told[:7]) / 7 - sum(told[-7:]) / 7 > 1.5


def test_it_ends_on_its_last_day_also_just_after_midnight() -> None:
    until = T0.replace(hour=0, minute=10)
    journal = demo(until, random.Random(1), days=2)
    assert journal.entries[-1].day == until.date()
    assert journal.entries[-1].at <= until


def test_a_question_without_a_harmless_answer_is_said() -> None:
    known = load()
    question = next(one for one in known.screening.questions if one.answer == "choice")
    grave = tuple(option for option in question.options if option.tier != "G")
    life = demos._Life(known, random.Random(1), Fate(), decide)
    with pytest.raises(DemoError, match=f"question {question.id}: no answer of it is harmless"):
        life._harmless(msgspec.structs.replace(question, options=grave))
