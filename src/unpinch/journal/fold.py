"""A journal folded to what is known of the person as of a time."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections import defaultdict
from operator import attrgetter
from typing import Any, Final, Literal, cast

import msgspec

from unpinch.journal.entry import Entry
from unpinch.journal.journal import Journal
from unpinch.journal.kinds import (
    ExerciseDone,
    Pain,
    Planned,
    Preference,
    Profile,
    Programme,
    Questionnaire,
    Retraction,
    Screen,
    SelfTestDone,
    SessionEvent,
)
from unpinch.knowledge.kinds import Distal

CLOCK_SLACK: Final = dt.timedelta(minutes=10)
"""Two devices' clocks may differ by this much before an entry counts as being in the future."""


class Folded(msgspec.Struct, frozen=True, kw_only=True):
    """Base of the parts of a Person."""


class Answer(Folded, frozen=True, kw_only=True, gc=False):
    """One answer to one question of the screen."""

    question: str
    answer: str | float | tuple[str, ...]
    at: dt.datetime
    occasion: Literal["full", "weekly", "session", "new_symptoms"]
    version: str  # of the question set
    entry_id: str


class Morning(Folded, frozen=True, kw_only=True):
    """The latest morning number of one day."""

    day: dt.date
    leg: int | None  # NPRS
    distal: Distal | None
    at: dt.datetime
    entry: Entry


class Session(Folded, frozen=True, kw_only=True):
    """One session, put together from its events.

    ``started_at`` is None when only its end reached this journal; ``ended_at`` is None while it
    is open.
    """

    id: str
    event_last: Literal["started", "finished", "stopped"]
    started_at: dt.datetime | None = None
    ended_at: dt.datetime | None = None
    plan: tuple[Planned, ...] = ()
    decision: str | None = None
    at_step: int | None = None
    reason: str | None = None


class Person(Folded, frozen=True, kw_only=True):
    """What a journal says of a person, as of a time.

    Attributes
    ----------
    now
        The time of the fold.
    profile
        Every field by its latest entry that names it.
    answers
        Answers to the screen by question, oldest first.
    pains
        Every pain entry with its time, oldest first.
    mornings
        The latest morning entry of each of the person's own calendar days.
    morning_entries
        The same as `Morning`, by day, with the entry that it comes from.
    sessions
        By id, in the order in which they were first heard of.
    exercises, selftests, questionnaires, notes
        With their times, oldest first.
    programme
        What a clinician set last; None from the day after its last day.
    preferences
        For each name and target the latest value, with its time.
    entries
        Every entry that counted, oldest first.
    future
        Entries more than `CLOCK_SLACK` after ``now``. Nothing after ``now`` counts.
    first_at, last_at
        Times of the first and the last entry that counted.
    """

    now: dt.datetime
    profile: Profile
    answers: dict[str, tuple[Answer, ...]]
    pains: tuple[tuple[dt.datetime, Pain], ...]
    mornings: dict[dt.date, Pain]
    morning_entries: tuple[Morning, ...]
    sessions: dict[str, Session]
    exercises: tuple[tuple[dt.datetime, ExerciseDone], ...]
    selftests: tuple[tuple[dt.datetime, SelfTestDone], ...]
    questionnaires: tuple[tuple[dt.datetime, Questionnaire], ...]
    preferences: dict[tuple[str, str | None], tuple[dt.datetime, bool | float | str]]
    notes: tuple[tuple[dt.datetime, str], ...]
    programme: Programme | None
    entries: tuple[Entry, ...]
    future: tuple[Entry, ...]
    first_at: dt.datetime | None
    last_at: dt.datetime | None


def fold(journal: Journal, now: dt.datetime) -> Person:
    """Fold a journal to the person as of ``now``.

    Whatever happened after ``now`` is left out, retractions too, so that a fold of a past time
    stays what it was when the journal grows on.

    Raises
    ------
    ValueError
        When ``now`` has no UTC offset.
    """
    if now.utcoffset() is None:
        raise ValueError("now: must have a UTC offset")
    past = journal.entries[: bisect_right(journal.entries, now, key=_AT)]
    future = journal.entries[bisect_right(journal.entries, now, key=_surely_after) :]

    gone = {cast(Retraction, entry.data).entry for entry in past if entry.kind == "retraction"}
    kept = tuple(entry for entry in past if entry.kind != "retraction" and entry.id not in gone)
    of: defaultdict[str, list[Entry]] = defaultdict(list)
    for entry in kept:
        of[entry.kind].append(entry)

    mornings = _mornings(of["pain"])
    return Person(
        now=now,
        profile=_profile(of["profile"]),
        answers=_answers(of["screen"]),
        pains=_timed(of["pain"]),
        mornings={morning.day: cast(Pain, morning.entry.data) for morning in mornings},
        morning_entries=mornings,
        sessions=_sessions(of["session"]),
        exercises=_timed(of["exercise"]),
        selftests=_timed(of["selftest"]),
        questionnaires=_timed(of["questionnaire"]),
        preferences=_preferences(of["preference"]),
        notes=tuple((at, note.text) for at, note in _timed(of["note"])),
        programme=_programme(of["programme"], now.date()),
        entries=kept,
        future=future,
        first_at=kept[0].at if kept else None,
        last_at=kept[-1].at if kept else None,
    )


_AT: Final = attrgetter("at")


def _surely_after(entry: Entry) -> dt.datetime:
    return entry.at - CLOCK_SLACK


def _timed(entries: list[Entry]) -> tuple[tuple[dt.datetime, Any], ...]:
    return tuple([(entry.at, entry.data) for entry in entries])


def _profile(entries: list[Entry]) -> Profile:
    told: dict[str, Any] = {}
    for entry in entries:
        fields = msgspec.structs.asdict(entry.data)
        told.update((name, value) for name, value in fields.items() if value is not None)
    return Profile(**told)


def _answers(entries: list[Entry]) -> dict[str, tuple[Answer, ...]]:
    answers: dict[str, list[Answer]] = {}
    for entry in entries:
        said = cast(Screen, entry.data)
        answer = Answer(
            question=said.question,
            answer=said.answer,
            at=entry.at,
            occasion=said.occasion,
            version=said.version,
            entry_id=entry.id,
        )
        answers.setdefault(said.question, []).append(answer)
    return {question: tuple(said) for question, said in answers.items()}


def _programme(entries: list[Entry], today: dt.date) -> Programme | None:
    if not entries:
        return None
    latest = cast(Programme, entries[-1].data)
    return None if latest.until is not None and latest.until < today else latest


def _mornings(entries: list[Entry]) -> tuple[Morning, ...]:
    by_day: dict[dt.date, Morning] = {}
    for entry in entries:
        pain = cast(Pain, entry.data)
        if pain.when == "morning":
            day = entry.at.date()
            by_day[day] = Morning(day=day, leg=pain.leg_nprs, distal=pain.distal, at=entry.at, entry=entry)
    # A journey over time zones can bring a later instant with an earlier calendar day.
    return tuple(by_day[day] for day in sorted(by_day))


def _sessions(entries: list[Entry]) -> dict[str, Session]:
    sessions: dict[str, Session] = {}
    for entry in entries:
        said = cast(SessionEvent, entry.data)
        known = sessions.get(said.session) or Session(id=said.session, event_last=said.event)
        started = said.event == "started"
        sessions[said.session] = Session(
            id=said.session,
            started_at=entry.at if started else known.started_at,
            ended_at=known.ended_at if started else entry.at,
            event_last=said.event,
            plan=said.plan or known.plan,
            decision=said.decision or known.decision,
            at_step=known.at_step if said.at_step is None else said.at_step,
            reason=said.reason or known.reason,
        )
    return sessions


def _preferences(
    entries: list[Entry],
) -> dict[tuple[str, str | None], tuple[dt.datetime, bool | float | str]]:
    wishes: dict[tuple[str, str | None], tuple[dt.datetime, bool | float | str]] = {}
    for entry in entries:
        wish = cast(Preference, entry.data)
        wishes[(wish.name, wish.target)] = (entry.at, wish.value)
    return wishes
