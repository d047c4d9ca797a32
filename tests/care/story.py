"""Tells a person's days as a journal, with the shortest words that a test can be read in."""

from __future__ import annotations

import datetime as dt
from typing import Any

from tests.factories import Diary, at
from unpinch import Decision, Journal, decide
from unpinch.care.decision import PlannedDose, PlannedExercise
from unpinch.journal.entry import Entry
from unpinch.journal.kinds import (
    ExerciseDone,
    Pain,
    Planned,
    Preference,
    Profile,
    Retraction,
    Screen,
    SessionEvent,
    SetDone,
)
from unpinch.knowledge import Knowledge, load
from unpinch.knowledge.clinical import Question
from unpinch.knowledge.models import Dose

AGE = 45.0
LEG = 4.0


def clean_answer(question: Question) -> str | float | tuple[str, ...]:
    """Return the answer that raises nothing."""
    if question.answer == "number":
        return {"AG1": AGE, "SV1": LEG}[question.id]
    calm = next(option for option in question.options if option.tier == "G" and not option.locks)
    return (calm.id,) if question.answer == "several" else calm.id


class Story:
    """A person's journal that grows from one `at` to the next."""

    def __init__(self, knowledge: Knowledge | None = None, *, side: str = "right") -> None:
        self.known = knowledge or load()
        self.diary = Diary()
        self.now = at(0, 8)
        self.side = side

    # --- time -----------------------------------------------------------------------------------

    def on(self, day: int, hour: int = 8, minute: int = 0) -> Story:
        """Move to a time."""
        self.now = at(day, hour, minute)
        return self

    def _tick(self) -> dt.datetime:
        self.now += dt.timedelta(seconds=1)
        return self.now

    # --- saying ---------------------------------------------------------------------------------

    def write(self, data: Any) -> Entry:
        """Write any entry now."""
        return self.diary.write(data, self._tick())

    def answer(self, question: str, answer: Any, occasion: Any = "full") -> Entry:
        """Answer one question of the screen."""
        version = self.known.screening.version
        return self.write(Screen(question=question, answer=answer, occasion=occasion, version=version))

    def screen(self, **answers: Any) -> Story:
        """Answer everything that is due, with nothing wrong but what is named."""
        for _ in range(20):
            decision = self.decide()
            due = decision.clearance.missing
            if decision.refusal is not None and decision.refusal.missing:
                due = decision.refusal.missing
            if not due or decision.clearance.tier in {"E", "U"}:
                return self
            for name in due:
                self.answer(name, answers.get(name, clean_answer(self.question(name))))
        raise AssertionError("the screen never ends")

    def question(self, name: str) -> Question:
        """Return a question by its id."""
        return next(question for question in self.known.screening.questions if question.id == name)

    def profile(self, **fields: Any) -> Story:
        """Tell the usual profile, but for what is named."""
        usual: dict[str, Any] = {
            "side": self.side,
            "since": at(-20).date(),
            "minutes_a_day": 15,
            "country": "GB",
            "equipment": tuple(self.known.equipment),
        }
        self.write(Profile(**(usual | fields)))
        return self

    def pain(self, leg: int | None, distal: Any = 5, **fields: Any) -> Story:
        """Tell how it is now."""
        self.write(Pain(when="now", leg_nprs=leg, distal=distal, **fields))
        return self

    def morning(self, leg: int | None, distal: Any = 5, **fields: Any) -> Story:
        """Tell the morning's number."""
        self.write(Pain(when="morning", leg_nprs=leg, distal=distal, **fields))
        return self

    def wish(self, name: Any, value: Any = True, target: str | None = None) -> Story:
        """State a preference."""
        self.write(Preference(name=name, target=target, value=value))
        return self

    def take_back(self, entry: Entry) -> Entry:
        """Retract an entry now."""
        return self.write(Retraction(entry=entry.id))

    def do(self, exercise: str, **fields: Any) -> Entry:
        """Do one exercise as it stands, and find it the same, unless told otherwise."""
        known = self.known.exercises[exercise]
        rung = fields.pop("rung", known.start)
        step = known.ladder[rung]
        sides = ("left", "right") if known.sided else (None,)
        usual: dict[str, Any] = {
            "variant": step.variant,
            "rung": rung,
            "response": "same",
            "sets": tuple(set_of(step.dose, side) for side in sides for _ in range(step.dose.sets)),
        }
        return self.write(ExerciseDone(exercise=exercise, **(usual | fields)))

    def session(self, answers: dict[str, dict[str, Any]] | None = None) -> Decision:
        """Do today's session as it is planned; ``answers`` gives fields by exercise."""
        decision = self.decide()
        assert decision.session is not None, decision.refusal
        name = f"s-{self.now:%Y%m%d%H%M%S}"
        plan = tuple(_planned(stop) for stop in decision.session.exercises)
        self.write(SessionEvent(session=name, event="started", plan=plan, decision=decision.digest))
        for stop in decision.session.exercises:
            fields = dict((answers or {}).get(stop.exercise, {}))
            sets = tuple(
                set_of(stop.dose, side) for side in (stop.sides or (None,)) for _ in range(stop.dose.sets)
            )
            self.do(
                stop.exercise,
                **({"session": name, "rung": stop.rung, "variant": stop.variant, "sets": sets} | fields),
            )
        self.write(SessionEvent(session=name, event="finished"))
        return decision

    # --- asking ---------------------------------------------------------------------------------

    @property
    def journal(self) -> Journal:
        """What was written so far."""
        return self.diary.journal

    def decide(self) -> Decision:
        """Decide now."""
        return decide(self.journal, self.now, self.known)


def set_of(dose: Dose | PlannedDose, side: Any) -> SetDone:
    """Return one set done in full, as the player writes it: a walk in seconds."""
    seconds = dose.hold_s if dose.minutes is None else 60 * dose.minutes
    return SetDone(side=side, reps=dose.reps, hold_s=seconds if dose.reps is None else None)


def _planned(stop: PlannedExercise) -> Planned:
    return Planned(
        exercise=stop.exercise,
        variant=stop.variant,
        rung=stop.rung,
        sets=stop.dose.sets,
        reps=stop.dose.reps,
        hold_s=stop.dose.hold_s,
        minutes=stop.dose.minutes,
        sides=stop.sides,
    )


def ready(story: Story, leg: int = 4, **answers: Any) -> Story:
    """Bring a new person to the point where a session can be planned."""
    return story.screen(**answers).profile().morning(leg)
