"""A year of somebody who tells a lot: about 4,000 entries, always the same."""

from __future__ import annotations

import datetime as dt
import random
from typing import Final

from unpinch.journal import Entry, Journal, make
from unpinch.journal.kinds import (
    Data,
    ExerciseDone,
    Note,
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
from unpinch.knowledge.models import Exercise

FIRST: Final = dt.datetime(2025, 1, 6, 0, 0, tzinfo=dt.timezone(dt.timedelta(hours=1)))
DAYS: Final = 365
NOW: Final = FIRST + dt.timedelta(days=DAYS - 1, hours=18)
"""The evening of the last day, with everything told that a plan needs."""


def year() -> Journal:
    """Return the year's journal; its entries end just before `NOW`."""
    return Journal(_Year().entries)


class _Year:
    def __init__(self) -> None:
        self.known = load()
        self.chance = random.Random(20250106)
        self.entries: list[Entry] = []
        self.now = FIRST
        exercises = list(self.known.exercises.values())
        self.exercises = [one for one in exercises if one.unlock is None and not one.locks] or exercises
        weekly = [question for question in self.known.screening.questions if "weekly" in question.sets]
        full = [question for question in self.known.screening.questions if "full" in question.sets]
        for day in range(DAYS):
            self.now = FIRST + dt.timedelta(days=day, hours=7)
            if day == 0:
                self.say(Profile(name="Year", side="left", since=FIRST.date() - dt.timedelta(days=60)))
            self.pain("morning", day)
            if day % 28 == 0:
                self.screen(full, "full")
                self.tests()
            elif day % 7 == 0:
                self.screen(weekly, "weekly")
            if day % 7 == 3:
                self.say(Questionnaire(instrument="PSFS", answers={"a1": 4, "a2": 5, "a3": 6}))
                self.say(Note(text="A week of " + "words " * self.chance.randint(3, 60)))
            self.now = FIRST + dt.timedelta(days=day, hours=17)
            self.say(self.answer(self.known.screening.session_line, "no"))
            self.pain("now", day)
            if day < DAYS - 1 and self.chance.random() < 0.92:
                self.session(f"s{day}")

    def say(self, data: Data) -> None:
        self.now += dt.timedelta(seconds=20)
        self.entries.append(
            make(f"y{len(self.entries):05d}-{self.chance.getrandbits(64):016x}", self.now, data)
        )

    def pain(self, when: str, day: int) -> None:
        level = 2.0 + 4.0 * 0.985**day + self.chance.gauss(0.0, 1.0)
        leg = min(10, max(0, round(level)))
        self.say(Pain(when=when, leg_nprs=leg, back_nprs=leg // 2, distal=3))  # type: ignore[arg-type]

    def answer(self, question: str, said: str) -> Screen:
        version = self.known.screening.version
        return Screen(question=question, answer=said, occasion="session", version=version)

    def screen(self, questions: list[Question], occasion: str) -> None:
        for question in questions:
            plain = next((one.id for one in question.options if one.tier == "G" and not one.locks), "no")
            answer = 44.0 if question.unit == "years" else 3.0 if question.answer == "number" else plain
            self.say(
                Screen(
                    question=question.id,
                    answer=(plain,) if question.answer == "several" else answer,
                    occasion=occasion,  # type: ignore[arg-type]
                    version=self.known.screening.version,
                )
            )

    def tests(self) -> None:
        for test in self.known.selftests.values():
            if test.sided and test.timing == "stopwatch":
                for side in ("left", "right"):
                    value = round(self.chance.uniform(15, 30), 1)
                    self.say(SelfTestDone(test=test.id, side=side, value=value))

    def session(self, name: str) -> None:
        stops = self.chance.sample(self.exercises, min(4, len(self.exercises)))
        self.say(SessionEvent(session=name, event="started", plan=tuple(map(_planned, stops))))
        for stop in stops:
            self.now += dt.timedelta(minutes=2)
            pre = self.chance.randint(1, 4)
            one = SetDone(reps=8)
            self.say(
                ExerciseDone(
                    exercise=stop.id,
                    variant=stop.ladder[stop.start].variant,
                    rung=stop.start,
                    session=name,
                    sets=(one, one),
                    response=self.chance.choice(("easier", "same", "same", "same")),
                    leg_pre=pre,
                    leg_max=pre,
                    leg_post=max(0, pre - self.chance.randint(0, 1)),
                    effort_cr10=4.0,
                )
            )
        self.say(SessionEvent(session=name, event="finished"))


def _planned(stop: Exercise) -> Planned:
    rung = stop.ladder[stop.start]
    return Planned(exercise=stop.id, variant=rung.variant, rung=stop.start, sets=rung.dose.sets)
