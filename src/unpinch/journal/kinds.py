"""The kinds of entry: one frozen, strict model each.

A field that was not answered is ``None``; nothing is guessed. NPRS values are whole points 0-10,
``distal`` is how far down the leg it is felt (`unpinch.knowledge.kinds.Distal`), CR10 effort is
0-10. Unknown fields are refused, so that a slip of the pen is never silently dropped.
"""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta

from unpinch.journal.faults import show
from unpinch.knowledge.kinds import Distal, Response, Side, Sided

Nprs = Annotated[int, Meta(ge=0, le=10, title="NPRS", description="pain, 0 none to 10 worst")]
Cr10 = Annotated[float, Meta(ge=0, le=10, title="CR10", description="effort, Borg CR10")]
# "$" alone would let a line end through in Python's reading of patterns.
Id = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=64,
        pattern=r"^[A-Za-z0-9_.:-]+$(?!\n)",
        description="letters, digits and _ . : - alone",
    ),
]
Text = Annotated[str, Meta(max_length=4000)]
Short = Annotated[str, Meta(max_length=200)]
Minutes = Annotated[float, Meta(ge=0, le=1440)]
Count = Annotated[int, Meta(ge=0, le=10000)]
Country = Annotated[
    str, Meta(pattern=r"^[A-Z]{2}$(?!\n)", description="two capital letters (ISO 3166-1), such as GB")
]
PhoneNumber = Annotated[
    str, Meta(pattern=r"^[0-9+ #*-]{2,20}$(?!\n)", description="2 to 20 digits, spaces and + # * -")
]


EPISODE_YEARS: Final = range(1900, 2200)
"""Years in which an episode of pain may have begun: room for all, and for sums with dates."""


class Data(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """Base of what an entry says."""


class Profile(Data, frozen=True, kw_only=True):
    """Facts that a person tells once; a later entry overrides only the fields it names."""

    name: Short | None = None
    side: Sided | None = None  # which leg hurts
    since: dt.date | None = None  # first day of this episode
    first_episode: bool | None = None
    birth_year: Annotated[int, Meta(ge=1900, le=2100)] | None = None
    sex: Literal["female", "male", "other"] | None = None
    equipment: tuple[Id, ...] | None = None  # everything at hand, floor included
    minutes_a_day: Annotated[int, Meta(ge=3, le=60)] | None = None
    country: Country | None = None
    emergency_number: PhoneNumber | None = None

    def __post_init__(self) -> None:
        if self.since is not None and self.since.year not in EPISODE_YEARS:
            first, last = EPISODE_YEARS[0], EPISODE_YEARS[-1]
            raise ValueError(f"since: must lie in the years {first} to {last} (was {self.since})")


class Screen(Data, frozen=True, kw_only=True):
    """One answer to one question of the screen; saved at once, so a break loses nothing."""

    question: Id
    answer: Id | Annotated[float, Meta(ge=0, le=200)] | tuple[Id, ...]
    occasion: Literal["full", "weekly", "session", "new_symptoms"]
    version: Id  # of the question set


class Pain(Data, frozen=True, kw_only=True):
    """How it is. ``morning`` is the one number that the learning rests on."""

    when: Literal["now", "morning", "evening", "after_session"]
    leg_nprs: Nprs | None = None
    back_nprs: Nprs | None = None
    worst_24h_nprs: Nprs | None = None
    distal: Distal | None = None
    side: Sided | None = None
    new_numbness: bool | None = None
    new_weakness: bool | None = None
    constant: bool | None = None
    settle_min: Minutes | None = None  # minutes until a stirred-up pain settles
    provoke_min: Minutes | None = None  # minutes of activity that stir it up
    medication: bool | None = None
    sleep_h: Annotated[float, Meta(ge=0, le=24)] | None = None
    sitting_h: Annotated[float, Meta(ge=0, le=24)] | None = None


class SelfTestDone(Data, frozen=True, kw_only=True):
    """One attempt at one self-test on one side (``side`` is None where it has none)."""

    test: Id
    side: Side | None = None
    value: Annotated[float, Meta(ge=0, le=3600)] | None = None  # in the unit of the test
    passed: bool | None = None  # for yes/no tests
    attempt: Annotated[int, Meta(ge=1, le=20)] = 1
    not_possible: bool = False
    leg_before: Nprs | None = None
    leg_max: Nprs | None = None
    note: Short | None = None


class Questionnaire(Data, frozen=True, kw_only=True):
    """Answers to one questionnaire; an item that was not ticked is simply not there."""

    instrument: Id
    answers: dict[Id, Annotated[int, Meta(ge=-10, le=100)]]
    labels: dict[Id, Short] = {}  # the person's own activities (PSFS)


class Planned(Data, frozen=True, kw_only=True):
    """What a session set out to do with one exercise."""

    exercise: Id
    variant: Id
    rung: Annotated[int, Meta(ge=0, le=100)]  # index into the exercise's ladder
    sets: Annotated[int, Meta(ge=1, le=20)]
    reps: Count | None = None
    hold_s: Annotated[float, Meta(ge=0, le=3600)] | None = None
    minutes: Minutes | None = None
    sides: tuple[Side, ...] = ()


class SessionEvent(Data, frozen=True, kw_only=True):
    """A session began, ended or was stopped; ``session`` ties its entries together."""

    session: Id
    event: Literal["started", "finished", "stopped"]
    plan: tuple[Planned, ...] = ()  # with ``started``
    decision: Annotated[str, Meta(max_length=64)] | None = None  # digest of the Decision
    at_step: Count | None = None
    reason: Short | None = None


class SetDone(Data, frozen=True, kw_only=True):
    """One set on one side."""

    side: Side | None = None
    reps: Count | None = None
    hold_s: Annotated[float, Meta(ge=0, le=3600)] | None = None


class ExerciseDone(Data, frozen=True, kw_only=True):
    """What was done of one exercise, and how it felt."""

    exercise: Id
    variant: Id
    rung: Annotated[int, Meta(ge=0, le=100)]
    session: Id | None = None
    sets: tuple[SetDone, ...] = ()
    skipped: bool = False
    response: Response | None = None
    leg_pre: Nprs | None = None
    leg_max: Nprs | None = None
    leg_post: Nprs | None = None  # about ten minutes after
    back_pre: Nprs | None = None
    back_max: Nprs | None = None
    distal_pre: Distal | None = None
    distal_post: Distal | None = None
    settle_min: Minutes | None = None
    effort_cr10: Cr10 | None = None
    two_more: bool | None = None  # "could you have done two more?" (rule R6)
    new_numbness: bool | None = None
    new_weakness: bool | None = None
    stopped: bool = False


class Preference(Data, frozen=True, kw_only=True):
    """A wish or a setting; the latest one for a name and target counts."""

    name: Literal[
        "exercise_off",  # target: exercise id; value: bool
        "ask_back",  # target: family id; value: bool, wanted back although set aside
        "minimum_day",  # value: bool, for the day of the entry
        "worse_today",  # value: bool, for the day of the entry
        "voice",  # value: bool
        "voice_rate",  # value: number
        "tones",  # value: bool
        "vibration",  # value: bool
        "theme",  # value: "light" | "dark" | "auto"
        "contrast",  # value: "usual" | "more"
        "motion",  # value: "usual" | "less"
    ]
    target: Id | None = None
    value: bool | float | Short

    def __post_init__(self) -> None:
        if not self._fits():
            right = WISHES[self.name][1]
            raise ValueError(f"value: must be {right} for {self.name} (was {show(self.value)})")
        if self.name in TARGETED and self.target is None:
            raise ValueError(f"target: is missing for {self.name}")

    def _fits(self) -> bool:
        allowed, _ = WISHES[self.name]
        if isinstance(allowed, tuple):
            return self.value in allowed
        if allowed is float:  # a truth value is a number to Python, but not to a person
            return not isinstance(self.value, bool | str) and 0.1 <= self.value <= 10
        return isinstance(self.value, allowed)


WISHES: Final[dict[str, tuple[type | tuple[str, ...], str]]] = {
    "exercise_off": (bool, "true or false"),
    "ask_back": (bool, "true or false"),
    "minimum_day": (bool, "true or false"),
    "worse_today": (bool, "true or false"),
    "voice": (bool, "true or false"),
    "voice_rate": (float, "a number from 0.1 to 10"),
    "tones": (bool, "true or false"),
    "vibration": (bool, "true or false"),
    "theme": (("light", "dark", "auto"), "light, dark or auto"),
    "contrast": (("usual", "more"), "usual or more"),
    "motion": (("usual", "less"), "usual or less"),
}
"""What the value of each preference may be, and how an error says so."""

TARGETED: Final = frozenset({"exercise_off", "ask_back"})
"""Preferences that mean nothing without their target."""


class Note(Data, frozen=True, kw_only=True):
    """Free words, for the person alone."""

    text: Text


class Retraction(Data, frozen=True, kw_only=True):
    """Takes an entry back. The entry stays in the journal and counts for nothing."""

    entry: Id
    reason: Short | None = None


KINDS: dict[str, type[Data]] = {
    "profile": Profile,
    "screen": Screen,
    "pain": Pain,
    "selftest": SelfTestDone,
    "questionnaire": Questionnaire,
    "session": SessionEvent,
    "exercise": ExerciseDone,
    "preference": Preference,
    "note": Note,
    "retraction": Retraction,
}
"""Every kind of entry by its name in the journal."""
