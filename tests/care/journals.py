"""Makes up people's journals: plausible ones, careless ones and hostile ones.

A journal follows from one number, so that a hundred thousand of them are made quickly and each can
be made again. `smallest` takes entries away from one that fails for as long as it still fails.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable
from typing import Any, Final, NamedTuple

from hypothesis import strategies as st

from tests.care.story import clean_answer, set_of
from unpinch.journal import Entry, Journal, make
from unpinch.journal.kinds import (
    Advised,
    Data,
    ExerciseDone,
    Note,
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
    SetDone,
)
from unpinch.knowledge import load
from unpinch.knowledge.clinical import Question

KNOWN: Final = load()
QUESTIONS: Final = KNOWN.screening.questions
EXERCISES: Final = tuple(KNOWN.exercises.values())
ZONES: Final = (0, 60, 120, 330, 345, -210, -480, 765, 840, -720)
HOUR: Final = dt.timedelta(hours=1)
DAY: Final = dt.timedelta(days=1)
STRANGE: Final[tuple[Any, ...]] = (
    "no_such_answer",
    "yes",
    7.0,
    200.0,
    (),
    ("none", "no_such_answer"),
    ("yes",),
)


class Made(NamedTuple):
    """A journal, and the time to look at it."""

    journal: Journal
    now: dt.datetime
    seed: int


class Person:
    """Writes one journal; every choice comes from one source of chance."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.seed = seed
        self.entries: list[Entry] = []
        pick = self.chance.choice
        self.zone = pick(ZONES)
        self.now = dt.datetime(2025, 1, 1, 8, tzinfo=dt.UTC) + pick(range(700)) * DAY + pick(range(12)) * HOUR
        self.careless = pick([0.0, 0.0, 0.0, 0.0, 0.003, 0.01, 0.1])  # share of answers picked blindly
        self.burdened = pick([0.0, 0.0, 0.2])  # share of answers that close exercises and stop nothing
        self.hostile = pick([0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.005, 0.1])  # share of answers that make no sense
        self.level = pick([0, 1, 2, 2, 3, 3, 4, 4, 5, 6, 7, 8])  # of the leg
        self.favourites = self.chance.sample(EXERCISES, pick([1, 2, 4, 6]))
        self.skew = pick([0.0, 0.0, 0.0, 0.0, 0.0, 0.01])
        self.diligent = self.maybe(0.3)  # does all of it, tells all of it, and has more to spare
        self.calm = pick([0.5, 0.8, 0.95, 0.98])  # share of bouts that stir nothing up
        self.answers: dict[str, Any] = {}

    def maybe(self, share: float) -> bool:
        return self.chance.random() < share

    def write(self, data: Data) -> Entry:
        """Write an entry now, or at a time that a wrong clock takes for now."""
        self.now += dt.timedelta(seconds=self.chance.choice([0, 1, 1, 5, 60]))
        when = self.now
        if self.maybe(self.skew):
            when += self.chance.choice([-1, 1]) * self.chance.choice([HOUR / 20, HOUR, 7 * DAY, 900 * DAY])
        local = when.astimezone(dt.timezone(dt.timedelta(minutes=self.zone)))
        entry = make(f"e{self.chance.randrange(16**8):08x}-{len(self.entries)}", local, data)
        self.entries.append(entry)
        return entry

    # --- what a person does -----------------------------------------------------------------------

    def answer(self, question: Question, said: Any = None, occasion: Any = "full") -> None:
        if said is None:
            said = self.answers.get(question.id, clean_answer(question))
            if self.maybe(self.hostile):
                said = self.chance.choice(STRANGE)
            elif self.maybe(self.careless):
                said = self.blindly(question)
            elif self.maybe(self.burdened):
                said = self.mildly(question)
            self.answers[question.id] = said
        self.write(Screen(question=question.id, answer=said, occasion=occasion, version="1"))

    def blindly(self, question: Question) -> Any:
        if question.answer == "number":
            return float(self.chance.choice([0, 5, 7, 8, 10, 15, 16, 40, 66, 71]))
        ids = [option.id for option in question.options]
        if question.answer == "several":
            return tuple(self.chance.sample(ids, min(len(ids), self.chance.choice([1, 1, 2, 3]))))
        return self.chance.choice(ids)

    def mildly(self, question: Question) -> Any:
        """Pick an answer that may close exercises, or lead to other questions, and stops nothing."""
        mild = [option.id for option in question.options if option.tier in {"G", "A"}]
        if question.answer == "number" or not mild:
            return clean_answer(question)
        return (self.chance.choice(mild),) if question.answer == "several" else self.chance.choice(mild)

    def screen(self, share: float = 1.0) -> None:
        for question in QUESTIONS:
            if "full" in question.sets and self.maybe(share):
                self.answer(question)

    def profile(self) -> None:
        pick = self.chance.choice
        things = tuple(KNOWN.equipment)
        self.write(
            Profile(
                side=pick(["left", "right", "both", None]),
                since=pick([None, (self.now - pick([3, 30, 300]) * DAY).date()]),
                minutes_a_day=pick([None, 3, 5, 10, 15, 15, 60]),
                equipment=pick(
                    [
                        None,
                        things,
                        things,
                        (),
                        tuple(self.chance.sample(things, self.chance.randrange(len(things)))),
                    ]
                ),
            )
        )

    def leg(self) -> int:
        return min(10, max(0, self.level + self.chance.choice([-2, -1, 0, 0, 0, 1, 2])))

    def pain(self, when: Any, **fields: Any) -> None:
        pick = self.chance.choice
        usual: dict[str, Any] = {
            "leg_nprs": self.leg() if self.maybe(0.95) else None,
            "distal": pick([None, 0, 2, 3, 5, 6]),
            "back_nprs": pick([None, 2, 5]),
        }
        if self.maybe(0.03):
            usual |= {
                "new_numbness": pick([None, True, False]),
                "side": pick([None, "left", "both"]),
                "settle_min": pick([None, 1, 30, 90]),
                "provoke_min": pick([None, 0, 5, 60]),
            }
        self.write(Pain(when=when, **(usual | fields)))

    def exercise(self, session: str | None = None) -> None:
        pick = self.chance.choice
        known = pick(self.favourites) if self.maybe(0.8) else pick(EXERCISES)
        rung = known.start if self.maybe(0.7) else pick(range(len(known.ladder) + 1))
        step = known.ladder[min(rung, len(known.ladder) - 1)]
        calm = self.maybe(0.98 if self.diligent else self.calm)
        if self.diligent:
            rung, step = known.start, known.ladder[known.start]
        pre = self.leg()
        sides: tuple[Any, ...] = ("left", "right") if known.sided else (None,)
        times = step.dose.sets if self.diligent else pick([0, 1, step.dose.sets, step.dose.sets])
        over = pick([-1, 0, 2])
        full = set_of(step.dose, None)
        sets = tuple(
            SetDone(side=side, reps=None if full.reps is None else full.reps + over, hold_s=full.hold_s)
            for side in sides
            for _ in range(times)
        )
        self.write(
            ExerciseDone(
                exercise=known.id if self.maybe(0.97) else "EX99",
                variant=step.variant,
                rung=rung,
                session=session,
                sets=sets,
                skipped=self.maybe(0.05),
                response="same" if calm else pick([None, "easier", "worse"]),
                leg_pre=pick([None, pre]),
                leg_max=pick([None, pre if calm else min(10, pre + pick([0, 1, 2, 3, 5]))]),
                leg_post=pick([None, pre]),
                back_max=pick([None, None, 3, 3 if calm else 8]),
                distal_pre=pick([None, 3]),
                distal_post=pick([None, 3 if calm else pick([2, 3, 4])]),
                settle_min=pick([None, None, 5 if calm else 61]),
                effort_cr10=3.0 if self.diligent else pick([None, 3.0, 6.0, 9.0]),
                two_more=True if self.diligent else pick([None, True, True, False]),
                new_weakness=True if self.maybe(0.005) else None,
                stopped=self.maybe(0.02),
            )
        )

    def session(self) -> None:
        name = f"s{len(self.entries)}"
        plan = tuple(
            Planned(exercise=one.id, variant=one.ladder[one.start].variant, rung=one.start, sets=1)
            for one in self.favourites
        )
        self.write(SessionEvent(session=name, event="started", plan=plan))
        for _ in range(self.chance.choice([1, 1, 2, 3])):
            self.exercise(name if self.maybe(0.9) else None)
        if self.maybe(0.9):
            self.write(SessionEvent(session=name, event=self.chance.choice(["finished", "stopped"])))

    def something(self) -> None:
        """Do one of the rarer things."""
        pick = self.chance.choice
        screening = KNOWN.screening
        what = pick(
            "note wish wish wish test test sheet line seen agree sign back back profile other advice".split()
        )
        if what == "note":
            self.write(Note(text="a note"))
        elif what == "wish":
            name: Any = pick(["exercise_off", "ask_back", "minimum_day", "worse_today"])
            target = {"exercise_off": pick(EXERCISES).id, "ask_back": pick(list(KNOWN.families))}.get(name)
            self.write(Preference(name=name, target=target, value=pick([True, True, False])))
        elif what == "test":
            side: Any = pick(["left", "right", "left", "right", None])
            value = pick([None, 0.0, 4.0, 10.0, 20.0, 60.0])
            test = pick([*KNOWN.selftests, "T99"])
            self.write(
                SelfTestDone(
                    test=test,
                    side=side,
                    value=value,
                    passed=pick([None, True, False]),
                    leg_max=pick([None, 2, 5]),
                )
            )
        elif what == "sheet":
            self.write(
                Questionnaire(
                    instrument=pick([*KNOWN.questionnaires, "XX"]),
                    answers={"a": pick([0, 1]), "b": pick([0, 1])},
                )
            )
        elif what == "line":
            line = next(question for question in QUESTIONS if question.id == screening.session_line)
            self.answer(line, pick(["no", "no", "no", "yes", "not_sure"]), "session")
        elif what in {"seen", "agree"}:
            asked = screening.seen if what == "seen" else screening.clinician_ok
            said = pick(["yes", "no", "maybe"])
            self.write(Screen(question=asked, answer=said, occasion="full", version="1"))
        elif what == "sign" and self.maybe(0.1):
            question = pick(QUESTIONS)
            self.answer(question, self.blindly(question), pick(["full", "weekly", "new_symptoms"]))
        elif what == "back" and self.entries:
            self.write(Retraction(entry=pick(self.entries).id))
        elif what == "profile":
            self.profile()
        elif what == "advice":
            self.write(self.programme())
        elif what == "other" and self.maybe(0.1):
            self.write(Screen(question="XX", answer="yes", occasion="full", version="0"))

    def programme(self) -> Programme:
        """Return what a clinician might set, sensible or not."""
        pick = self.chance.choice
        lines = []
        for _ in range(pick([1, 2, 5])):
            exercise = pick(EXERCISES)
            lines.append(
                Advised(
                    words="as shown",
                    avoid=self.maybe(0.3),
                    exercise=pick([exercise.id, exercise.id, exercise.id, None, "EX99"]),
                    variant=pick([None, None, pick(exercise.variants).id, "EX99z"]),
                    sets=pick([None, 1, 3, 20]),
                    reps=pick([None, 0, 5, 30]),
                    days_a_week=pick([None, 1, 7]),
                )
            )
        until = None if self.maybe(0.7) else self.now.date() + dt.timedelta(days=pick([-1, 0, 3]))
        return Programme(advised=tuple(lines), until=until)

    # --- the whole --------------------------------------------------------------------------------

    def live(self) -> None:
        """Live some days, and end more often than not where a session could be planned."""
        pick = self.chance.choice
        if self.maybe(0.9):
            self.screen(pick([1.0, 1.0, 1.0, 0.95]))
        if self.maybe(0.8):
            self.profile()
        for _ in range(pick([0, 1, 3, 6, 10, 16, 30])):
            self.now += DAY * pick([1, 1, 1, 1, 1, 1, 2, 3, 15 if self.maybe(0.1) else 1])
            if self.maybe(0.03):
                self.zone = pick(ZONES)
            if self.maybe(0.05):
                self.level = min(10, max(0, self.level + pick([-1, 1, 2])))
            if self.maybe(0.98 if self.diligent else 0.8):
                self.pain("morning")
            if self.maybe(0.2):
                self.something()
            if self.maybe(0.7):
                self.session()
            self.now += self.chance.randrange(6) * HOUR
        if self.maybe(0.8):
            self.hostile = 0.0
            self.screen()
            if self.maybe(0.3):
                self.write(Screen(question="OKD", answer="yes", occasion="full", version="1"))
            self.pain("now", leg_nprs=self.leg())
        for _ in range(pick([0, 0, 0, 1, 4])):
            self.something()
        self.now += dt.timedelta(minutes=pick([0, 0, 1, 30, 700]))


def made(seed: int) -> Made:
    """Return the journal that follows from a number."""
    person = Person(seed)
    person.live()
    zone = dt.timezone(dt.timedelta(minutes=person.zone))
    return Made(Journal(person.entries), person.now.astimezone(zone), seed)


journals = st.integers(0, 2**48).map(made)
"""Journals of one person each; any number of them."""


def smallest(found: Made, fails: Callable[[Made], bool]) -> Made:
    """Take entries away for as long as the journal still fails."""
    entries = list(found.journal.entries)
    size = max(1, len(entries) // 2)
    while size:
        place = 0
        while place < len(entries):
            fewer = entries[:place] + entries[place + size :]
            if fails(found._replace(journal=Journal(fewer))):
                entries = fewer
            else:
                place += size
        size //= 2
    return found._replace(journal=Journal(entries))
