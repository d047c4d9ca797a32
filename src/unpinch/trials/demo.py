"""The demo person: a made-up journal, written by playing `decide` day after day.

Nothing about it is real. It shows what a journal of two months looks like, with a week that was
missed, an exercise that went badly, and one family of exercises after which mornings are easier.
The same time and the same chance give the same bytes.
"""

from __future__ import annotations

import datetime as dt
import math
import random
import uuid
from collections.abc import Callable
from typing import Any, Final

import msgspec

from unpinch.care import decide
from unpinch.care.decision import Ask, Decision, PlannedExercise
from unpinch.journal import Entry, Journal, make
from unpinch.journal.kinds import (
    Data,
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
    SetDone,
)
from unpinch.knowledge import Knowledge, load
from unpinch.knowledge.clinical import Question, SelfTest
from unpinch.knowledge.kinds import Distal, Response

NAME: Final = "Demo person"
NOTE: Final = (
    "This journal is made up. A program wrote it, to show what a journal looks like; nobody felt any of it."
)

_FURTHER: Final[dict[Distal, Distal]] = {0: 2, 1: 3, 2: 4, 3: 5, 4: 6, 5: 6, 6: 6}
"""Where pain goes when an exercise sends it further down the leg."""

Decider = Callable[[Journal, dt.datetime, Knowledge], Decision]


class Fate(msgspec.Struct, frozen=True, kw_only=True):
    """What happens to the demo person; NPRS points, and days from the first one on.

    Attributes
    ----------
    start, plateau, tau_days
        The pain falls from start to plateau by itself.
    noise_sd, carry_over
        What is new in each morning, and how much of the last morning's noise stays.
    helps, effect
        The family after which the next morning is easier, and by how much.
    missed_mornings, missed_sessions
        Shares that are left out.
    away
        First and last day of the week without a word.
    red_day
        From this day on, the first exercise on trial goes badly, once.
    test_days
        Days on which there is time for self-tests.
    sick_days
        Length of the episode on the first day.
    """

    start: float = 6.0
    plateau: float = 2.2
    tau_days: float = 26.0
    noise_sd: float = 0.7
    carry_over: float = 0.35
    helps: str = "sliders"
    effect: float = -1.1
    missed_mornings: float = 0.06
    missed_sessions: float = 0.15
    away: tuple[int, int] = (31, 37)
    red_day: int = 18
    test_days: tuple[int, ...] = (1, 3)
    sick_days: int = 50


class DemoError(Exception):
    """The demo person does not know how to answer what the knowledge asks."""


def demo(
    until: dt.datetime,
    chance: random.Random,
    *,
    days: int = 60,
    knowledge: Knowledge | None = None,
    fate: Fate | None = None,
    decider: Decider = decide,
) -> Journal:
    """Return the journal of the demo person.

    Parameters
    ----------
    until
        The time at which the last day stands: its morning is told, its session is still to come.
    chance
        The only source of chance.
    days
        How many days, the last one included.
    knowledge
        What is known; what ships with this version when left out.
    fate
        What happens.
    decider
        Makes the Decisions.

    Raises
    ------
    DemoError
        When the knowledge asks something that no answer fits.
    """
    life = _Life(knowledge or load(), chance, fate or Fate(), decider)
    first = until.date() - dt.timedelta(days=days - 1)
    for number in range(days):
        midnight = dt.datetime.combine(first + dt.timedelta(days=number), dt.time(), tzinfo=until.tzinfo)
        life.live(number, midnight, until if number == days - 1 else None)
    return Journal(life.entries)


class _Life:
    """Writes the days of one person, one after another."""

    def __init__(self, knowledge: Knowledge, chance: random.Random, fate: Fate, decider: Decider) -> None:
        self.known = knowledge
        self.chance = chance
        self.fate = fate
        self.decider = decider
        self.entries: list[Entry] = []
        self.journal = Journal()
        self.now = dt.datetime.min
        self.end: dt.datetime | None = None  # nothing is written after it
        self.leg = fate.start
        self.day = 0
        self.noise = 0.0
        self.done: set[str] = set()  # families of yesterday
        self.red = False  # whether the bad one has happened
        self.questions = {question.id: question for question in knowledge.screening.questions}

    def live(self, number: int, midnight: dt.datetime, until: dt.datetime | None) -> None:
        """Live one day; ``until`` ends it before its session."""
        self.day = number
        self._wake()
        away = self.fate.away[0] <= number <= self.fate.away[1]
        if away and until is None:
            return
        # The last day is written backwards from its end, so that everything is fresh by then.
        rise = until - dt.timedelta(minutes=40) if until else self._clock(midnight, 6.8, 8.3)
        self.now = max(rise, midnight)
        self.end = until
        if number == 0:
            self._begin()
        if until or number < 2 or self.chance.random() >= self.fate.missed_mornings:
            self._say(
                Pain(
                    when="morning",
                    leg_nprs=self._felt(),
                    back_nprs=max(0, self._felt() - 2),
                    distal=self._distal(),
                    sleep_h=round(self.chance.uniform(5.5, 8.0) * 2) / 2,
                ),
                20,
            )
        if until is None:
            if number and self.chance.random() < self.fate.missed_sessions:
                return
            self.now = self._clock(midnight, 17.0, 19.5)
        decision = self._answer_all(tests=until is None and number in self.fate.test_days)
        if until is None and decision.session is not None:
            self._train(decision)

    # --- how it is ------------------------------------------------------------------------------

    def _wake(self) -> None:
        """Work out how the leg is this morning."""
        fate = self.fate
        course = fate.plateau + (fate.start - fate.plateau) * math.exp(-self.day / fate.tau_days)
        self.noise = fate.carry_over * self.noise + self.chance.gauss(0.0, fate.noise_sd)
        helped = fate.effect if fate.helps in self.done else 0.0
        self.leg = min(10.0, max(0.0, course + self.noise + helped))
        self.done = set()

    def _felt(self) -> int:
        return round(self.leg)

    def _distal(self) -> Distal:
        """The less it hurts, the less far down it is felt."""
        far: tuple[Distal, ...] = (0, 2, 3, 3, 4, 5, 5, 6, 6, 6, 6)
        return far[self._felt()]

    # --- what is asked --------------------------------------------------------------------------

    def _begin(self) -> None:
        self._say(
            Profile(
                name=NAME,
                side="left",
                since=self.now.date() - dt.timedelta(days=self.fate.sick_days),
                first_episode=False,
                equipment=tuple(self.known.equipment),
                minutes_a_day=12,
                country="GB" if "GB" in self.known.countries else next(iter(self.known.countries)),
            ),
            30,
        )
        self._say(Note(text=NOTE), 30)
        self._say(Preference(name="voice", value=True), 10)

    def _answer_all(self, *, tests: bool) -> Decision:
        """Answer what is asked until nothing is left that keeps from exercising."""
        asked: set[tuple[str, str | None]] = set()
        while True:
            decision = self.decider(self.journal, self.now, self.known)
            due = [ask for ask in decision.asks if (ask.name, ask.target) not in asked]
            due = [ask for ask in due if tests or ask.name != "selftest"]
            if not due:
                return decision
            asked.update((ask.name, ask.target) for ask in due)
            missing = decision.clearance.missing
            if missing:
                for question in missing:
                    self._answer(self.questions[question])
            else:
                for ask in due:
                    self._do(ask)

    def _do(self, ask: Ask) -> None:
        if ask.name in {"session_line", "weekly_screen", "screen"} and ask.target:
            self._answer(self.questions[ask.target])
        elif ask.name == "pain_now":
            self._say(Pain(when="now", leg_nprs=self._felt(), distal=self._distal()), 15)
        elif ask.name == "selftest" and ask.target:
            self._measure(self.known.selftests[ask.target])
        elif ask.name == "questionnaire" and ask.target:
            self._fill_in(ask.target)

    def _answer(self, question: Question) -> None:
        occasion = "full" if "full" in question.sets else question.sets[0]
        last = [entry.data for entry in self.entries if isinstance(entry.data, Screen)]
        if any(said.question == question.id for said in last) and "weekly" in question.sets:
            occasion = "weekly"
        version = self.known.screening.version
        answer = self._harmless(question)
        self._say(Screen(question=question.id, answer=answer, occasion=occasion, version=version), 9)

    def _harmless(self, question: Question) -> str | float | tuple[str, ...]:
        """Return an answer that a person with plain sciatica may well give."""
        if question.answer == "number":
            return 46.0 if question.unit == "years" else float(self._felt())
        weeks = (self.fate.sick_days + self.day) / 7
        for option in question.options:
            waits = {"under_2wk": weeks < 2, "wk_2_4": weeks < 4, "wk_4_6": weeks < 6, "wk_6_12": weeks < 12}
            fits = waits.get(option.id, True)
            plain = option.tier == "G" and not option.locks
            if fits and plain:
                return (option.id,) if question.answer == "several" else option.id
        raise DemoError(f"question {question.id}: no answer of it is harmless")

    def _measure(self, test: SelfTest) -> None:
        best = {"yes_no": 1.0, "degrees": 68.0, "count": 15.0}.get(test.timing, 0.5 * (test.cap_s or 50.0))
        for side in ("right", "left") if test.sided else (None,):
            for attempt in range(1, test.attempts + 1):
                share = self.chance.uniform(0.92, 1.0) * (0.74 if side == "left" else 1.0)
                yes_no = test.timing == "yes_no"
                self._say(
                    SelfTestDone(
                        test=test.id,
                        side=side,
                        value=None if yes_no else round(best * share, 1 if test.unit == "s" else 0),
                        passed=True if yes_no else None,
                        attempt=attempt,
                        leg_before=self._felt(),
                        leg_max=self._felt(),
                    ),
                    75,
                )

    def _fill_in(self, instrument_id: str) -> None:
        instrument = self.known.questionnaires[instrument_id]
        items, span = instrument.items, instrument.maximum - instrument.minimum
        share = self.leg / 10.0 if instrument.better == "less" else 1.0 - self.leg / 10.0
        labels: dict[str, str] = {}
        if instrument.kind == "tick":
            answers = {item.id: 1 for item in items[: round(share * len(items))]}
        else:
            answers = {item.id: instrument.minimum + round(share * span) for item in items}
        if instrument.kind == "own_activities":
            wanted = ("Sitting through a film", "Driving to work", "Tying my shoes")
            labels = {item.id: name for item, name in zip(items, wanted, strict=False)}
            answers = {name: value for name, value in answers.items() if name in labels}
        self._say(Questionnaire(instrument=instrument_id, answers=answers, labels=labels), 90)

    # --- what is done ---------------------------------------------------------------------------

    def _train(self, decision: Decision) -> None:
        if decision.session is None:
            return
        stops = decision.session.exercises
        session = f"s{self.day:03d}"
        self._say(
            SessionEvent(
                session=session,
                event="started",
                plan=tuple(_planned(stop) for stop in stops),
                decision=decision.digest,
            ),
            10,
        )
        for number, stop in enumerate(stops):
            if self._exercise(stop, session):
                self._say(SessionEvent(session=session, event="stopped", at_step=number), 10)
                return
        self._say(SessionEvent(session=session, event="finished"), 10)

    def _exercise(self, stop: PlannedExercise, session: str) -> bool:
        """Do one exercise; tell whether it went so badly that the session ended."""
        before, far = self._felt(), self._distal()
        family = self.known.exercises[stop.exercise].family
        bad = not self.red and self.day >= self.fate.red_day and stop.on_trial and family != self.fate.helps
        eased = family == self.fate.helps and before > 0 and self.chance.random() < 0.7
        after = min(10, before + 3) if bad else before - eased
        response: Response = "worse" if bad else "easier" if eased else "same"
        further = _FURTHER[far] if bad else far
        rounds = 1 if bad else stop.dose.sets
        one = SetDone(reps=stop.dose.reps, hold_s=stop.dose.hold_s)
        sides = stop.sides or (None,)
        self._say(
            ExerciseDone(
                exercise=stop.exercise,
                variant=stop.variant,
                rung=stop.rung,
                session=session,
                sets=tuple(msgspec.structs.replace(one, side=side) for _ in range(rounds) for side in sides),
                response=response,
                leg_pre=before,
                leg_max=min(10, before + 4) if bad else before,
                leg_post=after,
                distal_pre=far,
                distal_post=further,
                settle_min=45.0 if bad else None,
                effort_cr10=float(self.chance.choice((3, 4, 4, 5))) if stop.dose.effort_cr10 else None,
                two_more=self.chance.random() < 0.8 if stop.dose.reps and not bad else None,
                stopped=bad,
            ),
            stop.minutes * 60,
        )
        if not bad:
            self.done.add(family)
        self.red = self.red or bad
        return bad

    # --- writing --------------------------------------------------------------------------------

    def _say(self, data: Data, takes_s: float) -> None:
        self.now += dt.timedelta(seconds=round(takes_s * self.chance.uniform(0.8, 1.2)))
        self.now = min(self.now, self.end or self.now)
        entry = make(_uuid7(self.now, self.chance), self.now, data)
        self.entries.append(entry)
        self.journal = self.journal.append(entry)

    def _clock(self, midnight: dt.datetime, earliest_h: float, latest_h: float) -> dt.datetime:
        minutes = round(60 * self.chance.uniform(earliest_h, latest_h))
        return midnight + dt.timedelta(minutes=minutes)


def _planned(stop: PlannedExercise) -> Planned:
    dose = stop.dose
    told: dict[str, Any] = {"reps": dose.reps, "hold_s": dose.hold_s, "minutes": dose.minutes}
    return Planned(
        exercise=stop.exercise,
        variant=stop.variant,
        rung=stop.rung,
        sets=dose.sets,
        sides=stop.sides,
        **told,
    )


def _uuid7(at: dt.datetime, chance: random.Random) -> str:
    """Return a UUIDv7 (RFC 9562) whose chance is the caller's."""
    bits = int(at.timestamp() * 1000) << 80 | 0x7 << 76 | chance.getrandbits(12) << 64
    bits |= 0b10 << 62 | chance.getrandbits(62)
    return str(uuid.UUID(int=bits))
