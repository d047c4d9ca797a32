"""Made-up people whose journals show every state of the pages."""

from __future__ import annotations

import datetime as dt
import functools
from typing import Any, Final

from unpinch import decide
from unpinch.care.decision import Plan
from unpinch.journal import Entry, Journal, make
from unpinch.journal.kinds import (
    Data,
    ExerciseDone,
    Pain,
    Planned,
    Profile,
    Questionnaire,
    Screen,
    SelfTestDone,
    SessionEvent,
    SetDone,
)
from unpinch.knowledge import load
from unpinch.knowledge.clinical import Question
from unpinch.knowledge.kinds import Distal

ZONE: Final = dt.timezone(dt.timedelta(hours=0))
NOW: Final = dt.datetime(2026, 11, 22, 8, 30, tzinfo=ZONE)
"""A Sunday morning in November."""

LEARN: Final = ("/learn", *(f"/learn/{page.id}" for page in load().shelf))
"""The pages that tell what is known."""

NUMBERS: Final = {"AG1": 46.0, "SV1": 4.0}
CHOICES: Final = {"DU1": "wk_6_12", "DU3": "better"}


class Diary:
    """Writes entries with ids in order."""

    def __init__(self, prefix: str) -> None:
        self.prefix = prefix
        self.entries: list[Entry] = []

    def write(self, at: dt.datetime, data: Data) -> Entry:
        """Add an entry."""
        entry = make(f"{self.prefix}-{len(self.entries):05d}", at, data)
        self.entries.append(entry)
        return entry

    @property
    def journal(self) -> Journal:
        """What was written."""
        return Journal(self.entries)


def mild(question: Question) -> Any:
    """Return the answer to a question that worries least."""
    if question.answer == "number":
        return NUMBERS.get(question.id, float(question.minimum or 0))
    first = CHOICES.get(question.id, question.options[0].id)
    return (first,) if question.answer == "several" else first


def answer(diary: Diary, at: dt.datetime, question_id: str, said: Any, occasion: Any = "full") -> None:
    """Answer one question."""
    version = load().screening.version
    diary.write(at, Screen(question=question_id, answer=said, occasion=occasion, version=version))


def screen(diary: Diary, at: dt.datetime, said: dict[str, Any] | None = None) -> None:
    """Answer every question of the full screen, mildly but for ``said``."""
    answers = said or {}
    for place, question in enumerate(load().screening.questions):
        if "full" in question.sets and (not question.only_if or question.id in answers):
            answer(
                diary, at + dt.timedelta(seconds=place), question.id, answers.get(question.id, mild(question))
            )


def settle(diary: Diary, at: dt.datetime) -> None:
    """Answer whatever the answers so far have made due."""
    for _ in range(12):
        missing = decide(diary.journal, at).clearance.missing
        if not missing:
            return
        questions = {question.id: question for question in load().screening.questions}
        for name in missing:
            answer(diary, at, name, mild(questions[name]))


def told(diary: Diary, at: dt.datetime) -> None:
    """Tell the facts about the person."""
    things = tuple(load().equipment)
    diary.write(
        at,
        Profile(
            side="right",
            since=at.date() - dt.timedelta(days=45),
            first_episode=False,
            birth_year=1980,
            sex="female",
            equipment=things,
            minutes_a_day=15,
            country="GB",
        ),
    )


@functools.cache
def nobody() -> Journal:
    """Return an empty journal."""
    return Journal()


@functools.cache
def half_screened() -> Journal:
    """Return the journal of someone who stopped in the middle of the questions."""
    diary = Diary("half")
    for question in load().screening.questions[:9]:
        answer(diary, NOW - dt.timedelta(minutes=9), question.id, mild(question))
    return diary.journal


def _ready(said: dict[str, Any] | None = None, leg: int = 4) -> Diary:
    diary = Diary("ready")
    start = NOW - dt.timedelta(hours=1)
    told(diary, start)
    screen(diary, start, said)
    diary.write(NOW - dt.timedelta(minutes=20), Pain(when="morning", leg_nprs=leg, distal=5, side="right"))
    diary.write(NOW - dt.timedelta(minutes=10), Pain(when="now", leg_nprs=leg, distal=5, side="right"))
    return diary


@functools.cache
def ready() -> Journal:
    """Return the journal of a first morning with everything answered."""
    diary = _ready()
    settle(diary, NOW - dt.timedelta(minutes=30))
    return diary.journal


@functools.cache
def emergency() -> Journal:
    """Return the journal of someone with new trouble peeing and numbness."""
    return _ready({"CE1": "yes_new", "CE2": "not_sure"}).journal


@functools.cache
def urgent() -> Journal:
    """Return the journal of someone whose foot began to drag."""
    return _ready({"MO1": "yes_new"}).journal


@functools.cache
def clinician_first() -> Journal:
    """Return the journal of someone who should be seen before starting."""
    diary = _ready({"BG1": ("back_operation",), "OP1": "under_12wk"})
    settle(diary, NOW - dt.timedelta(minutes=30))
    return diary.journal


@functools.cache
def too_young() -> Journal:
    """Return the journal of someone of fifteen."""
    diary = _ready({"AG1": 15.0})
    settle(diary, NOW - dt.timedelta(minutes=30))
    return diary.journal


@functools.cache
def month() -> Journal:
    """Return 38 days of someone whose mornings ease, with a gap and a few entries of each kind."""
    diary = Diary("month")
    first = NOW - dt.timedelta(days=37)
    told(diary, first)
    levels = [6, 7, 6, 6, 5, 6, 6, 7, 6, 6, 6, 4, 6, 5, 6, 5, 5, 5, 4, 5]
    levels += [-1, -1, -1, -1, -1]
    levels += [5, 5, 4, 5, 4, 4, 5, 4, 3, 4, 3, 4]
    for day, level in enumerate([*levels, 3][:38]):
        at = first + dt.timedelta(days=day)
        if level < 0:
            continue
        if day % 7 == 0:
            screen(diary, at - dt.timedelta(minutes=30))
        settle(diary, at - dt.timedelta(minutes=20))
        low: Distal = 6 if day < 9 else 5 if day < 28 else 4
        diary.write(
            at - dt.timedelta(minutes=10), Pain(when="morning", leg_nprs=level, distal=low, side="right")
        )
        answer(diary, at - dt.timedelta(minutes=9), load().screening.session_line, "no", "session")
        diary.write(at - dt.timedelta(minutes=8), Pain(when="now", leg_nprs=level, distal=low, side="right"))
        if day in (2, 8):
            side_tests(diary, at)
        if day in (5, 14, 37) or day % 6 == 4:
            continue
        plan = decide(diary.journal, at).session
        if plan is not None:
            session(diary, at, plan, level, low, worse=day == 35)
    diary.write(
        NOW - dt.timedelta(days=30),
        Questionnaire(instrument="RMDQ24", answers={"r01": 1, "r09": 1, "r12": 1}),
    )
    return diary.journal


def side_tests(diary: Diary, at: dt.datetime) -> None:
    """Try each test of the first battery, the right side with a little less."""
    for test in load().selftests.values():
        if not test.first_battery or test.unit == "yes_no":
            continue
        for side, value in (("left", 14.0), ("right", 9.0)) if test.sided else ((None, 12.0),):
            diary.write(
                at - dt.timedelta(minutes=5),
                SelfTestDone(test=test.id, side=side, value=value, leg_before=2, leg_max=2),  # type: ignore[arg-type]
            )


def session(diary: Diary, at: dt.datetime, plan: Plan, leg: int, low: Any, *, worse: bool = False) -> None:
    """Go through a planned session."""
    name = f"s-{at:%Y%m%d}"
    planned = tuple(
        Planned(
            exercise=one.exercise,
            variant=one.variant,
            rung=one.rung,
            sets=one.dose.sets,
            reps=one.dose.reps,
            hold_s=one.dose.hold_s,
            minutes=one.dose.minutes,
            sides=one.sides,
        )
        for one in plan.exercises
    )
    diary.write(at, SessionEvent(session=name, event="started", plan=planned))
    for place, one in enumerate(plan.exercises):
        bad = worse and place == len(plan.exercises) - 1
        sets = tuple(
            SetDone(side=side, reps=one.dose.reps, hold_s=one.dose.hold_s)
            for side in (one.sides or (None,))
            for _ in range(one.dose.sets)
        )
        diary.write(
            at + dt.timedelta(minutes=2 * place + 2),
            ExerciseDone(
                exercise=one.exercise,
                variant=one.variant,
                rung=one.rung,
                session=name,
                sets=sets,
                response="worse" if bad else "easier" if place == 0 else "same",
                leg_pre=leg,
                leg_max=min(10, leg + 3) if bad else leg,
                leg_post=leg,
                distal_pre=low,
                distal_post=low,
                effort_cr10=4,
            ),
        )
    diary.write(at + dt.timedelta(minutes=12), SessionEvent(session=name, event="finished"))
