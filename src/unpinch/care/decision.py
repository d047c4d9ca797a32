"""The Decision: everything that Unpinch concludes from a journal at one time."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Any, Literal

import msgspec

from unpinch.knowledge.kinds import Light, Position, Side, Tier
from unpinch.knowledge.words import Value, Words
from unpinch.learning.beliefs import Belief, Trend

VERSION = 1
"""Version of the Decision's shape; raised when a field changes its meaning."""

RefusalName = Literal[
    "ScreenMissing",  # the screen is not complete
    "StaleAnswers",  # the screen, or today's one-line question, has to be asked again
    "EmergencySigns",  # tier E
    "UrgentSigns",  # tier U
    "SeeClinicianFirst",  # tier R
    "ProgrammePaused",  # R7: red days in several exercises
    "PainMissing",  # no fresh answer to "how is it now"
    "NothingFits",  # no exercise satisfies all limits
    "ClockWentBack",  # entries lie in the future of the given time
]


class Struct(msgspec.Struct, frozen=True, kw_only=True):
    """Base of the parts of a Decision."""


class Because(Struct, frozen=True, kw_only=True):
    """A reason for a tier: the question and the answer, or the combination."""

    source: str  # question id or combination id
    answer: str | None
    tier: Tier
    at: dt.datetime


class Lock(Struct, frozen=True, kw_only=True):
    """An exercise that must not be planned, or only in the variants named."""

    exercise: str
    code: str  # lock code, "R4", "R7", "unlock" or "preference"
    words: Words
    limit_to: tuple[str, ...] = ()  # empty: closed
    until: dt.datetime | None = None
    stand_in: str | None = None


class Clearance(Struct, frozen=True, kw_only=True):
    """Whether, and with what care, exercise is open."""

    tier: Tier | None  # None: cannot be told, answers are missing
    because: tuple[Because, ...]
    locks: tuple[Lock, ...]
    cautions: tuple[Words, ...]
    missing: tuple[str, ...]  # question ids that must be answered before any exercise
    flags: tuple[str, ...]
    screened_at: dt.datetime | None
    next_full: dt.date | None
    next_weekly: dt.date | None


class Finding(Struct, frozen=True, kw_only=True):
    """A self-test beside its other side, or beside other people."""

    test: str
    at: dt.datetime
    left: float | None
    right: float | None
    value: float | None  # of tests without sides
    unit: str
    label: Literal["none", "no_clear", "possible", "clear", "limited_by_pain", "one_day", "not_rated"]
    weaker: Side | None
    days: int
    words: Words


class Fired(Struct, frozen=True, kw_only=True):
    """A rule that had something to say, with the values that it saw."""

    rule: str
    outcome: str  # "red", "amber", "lock", "step_up", "step_down", "refer", ...
    subject: str | None  # exercise id
    at: dt.datetime
    saw: dict[str, Value | None]
    words: Words


class Change(Struct, frozen=True, kw_only=True):
    """How today's plan differs from the last one, and why."""

    exercise: str
    what: Literal["added", "dropped", "more", "less", "easier", "harder", "waits", "same_less_added"]
    before: str | None  # dose in words
    after: str | None
    rule: str | None
    words: Words


class PlannedDose(Struct, frozen=True, kw_only=True):
    """Today's amount of one exercise."""

    sets: int
    reps: int | None
    hold_s: float | None
    minutes: float | None
    rest_s: float
    effort_cr10: float | None


class PlannedExercise(Struct, frozen=True, kw_only=True):
    """One stop of today's session."""

    exercise: str
    variant: str
    rung: int
    position: Position
    sides: tuple[Side, ...]  # in the order to be done; empty: both legs at once
    dose: PlannedDose
    minutes: float
    light: Light | None  # of the last time
    new: bool
    on_trial: bool
    why: Words


class Plan(Struct, frozen=True, kw_only=True):
    """Today's session."""

    exercises: tuple[PlannedExercise, ...]
    minutes: float
    kind: Literal["full", "minimum", "easy"]


FreedLimit = Literal[
    "left_out",  # the person left exercises out
    "things",  # what they need is not at hand
    "minutes",
    "worse_today",  # the person said so
    "leg",  # it hurts, or is easily stirred up
    "rest",  # the pause since the last time, and how often in a week and a day
    "waits",  # R4, R7
    "earned",  # what has to be done before
    "day_off",  # of what is being compared
    "new",  # no new exercise today
    "flare",
    "screen",  # answers to the safety questions
    "several",  # more than one at once
]


class Freed(Struct, frozen=True, kw_only=True):
    """A limit that keeps everything away, and what would free it."""

    limit: FreedLimit
    exercises: tuple[str, ...]  # what could be planned without it
    words: Words
    until: dt.datetime | None = None  # when it ends by itself


class Refusal(Struct, frozen=True, kw_only=True):
    """Why there is no session, by name."""

    name: RefusalName
    words: Words
    until: dt.datetime | None = None
    missing: tuple[str, ...] = ()
    freed: tuple[Freed, ...] = ()  # of ``NothingFits``: each of these alone would do


AskName = Literal[
    "screen",
    "weekly_screen",
    "session_line",
    "seen",
    "clinician_ok",
    "profile",
    "pain_now",
    "morning",
    "selftest",
    "questionnaire",
]


class Ask(Struct, frozen=True, kw_only=True):
    """What to ask next, most pressing first."""

    name: AskName
    target: str | None = None  # question, profile field, test or instrument
    words: Words


class Decision(Struct, frozen=True, kw_only=True):
    """What Unpinch concludes. Made by `unpinch.decide`; JSON in and out without loss."""

    version: int
    now: dt.datetime
    journal: str  # digest of what counted
    knowledge: str  # version of the data files
    clearance: Clearance
    findings: tuple[Finding, ...]
    rules: tuple[Fired, ...]
    trend: Trend
    beliefs: tuple[Belief, ...]
    baseline_days_left: int
    session: Plan | None
    refusal: Refusal | None
    changes: tuple[Change, ...]
    asks: tuple[Ask, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return plain dicts, lists, strings and numbers."""
        plain: dict[str, Any] = msgspec.json.decode(self.to_json())
        return plain

    def to_json(self) -> bytes:
        """Return canonical JSON: the same Decision always gives the same bytes."""
        return msgspec.json.encode(self, order="deterministic")

    @classmethod
    def from_json(cls, raw: str | bytes) -> Decision:
        """Read what `to_json` wrote.

        Raises
        ------
        msgspec.DecodeError
            When it is no Decision.
        """
        return msgspec.json.decode(raw, type=cls)

    @property
    def digest(self) -> str:
        """SHA-256 of the canonical JSON."""
        return hashlib.sha256(self.to_json()).hexdigest()
