"""The kinds of entry: one frozen, strict model each.

A field that was not answered is ``None``; nothing is guessed. NPRS values are whole points 0-10,
``distal`` is how far down the leg it is felt (`unpinch.knowledge.kinds.Distal`), CR10 effort is
0-10. Unknown fields are refused, so that a slip of the pen is never silently dropped.
"""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Final, Literal, NamedTuple

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


# gc=False: values that hold only values make no circles, and thousands of them would keep the
# collector busy.
class Data(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True, gc=False
):
    """Base of what an entry says."""


class Profile(Data, frozen=True, kw_only=True):
    """Facts that a person tells once; a later entry overrides only the fields it names."""

    name: Short | None = None  # what to be called
    side: Sided | None = None  # which leg hurts
    since: dt.date | None = None  # first day of this episode
    first_episode: bool | None = None  # the first time in life
    birth_year: Annotated[int, Meta(ge=1900, le=2100)] | None = None  # for norms of other people
    sex: Literal["female", "male", "other"] | None = None  # for norms of other people
    equipment: tuple[Id, ...] | None = None  # everything at hand, floor included
    minutes_a_day: Annotated[int, Meta(ge=3, le=60)] | None = None  # time for a session
    country: Country | None = None  # whom to call
    emergency_number: PhoneNumber | None = None  # where the person's own differs from the country's

    def __post_init__(self) -> None:
        if self.since is not None and self.since.year not in EPISODE_YEARS:
            first, last = EPISODE_YEARS[0], EPISODE_YEARS[-1]
            raise ValueError(f"since: must lie in the years {first} to {last} (was {self.since})")


class Screen(Data, frozen=True, kw_only=True):
    """One answer to one question of the screen; saved at once, so a break loses nothing."""

    question: Id  # id of the question
    answer: Id | Annotated[float, Meta(ge=0, le=200)] | tuple[Id, ...]  # option, number or options
    occasion: Literal["full", "weekly", "session", "new_symptoms"]  # why it was asked
    version: Id  # of the question set


class Pain(Data, frozen=True, kw_only=True):
    """How it is. ``morning`` is the one number that the learning rests on."""

    when: Literal["now", "morning", "evening", "after_session"]  # what it is about
    leg_nprs: Nprs | None = None  # in the leg
    back_nprs: Nprs | None = None  # in the back
    worst_24h_nprs: Nprs | None = None  # the worst of the last 24 hours
    distal: Distal | None = None  # how far down it is felt: 0 nowhere ... 6 foot
    side: Sided | None = None  # on which side
    new_numbness: bool | None = None  # numbness that was not there before
    new_weakness: bool | None = None  # weakness that was not there before
    constant: bool | None = None  # never lets up
    settle_min: Minutes | None = None  # minutes until a stirred-up pain settles
    provoke_min: Minutes | None = None  # minutes of activity that stir it up
    medication: bool | None = None  # pain medicine today
    sleep_h: Annotated[float, Meta(ge=0, le=24)] | None = None  # hours slept
    sitting_h: Annotated[float, Meta(ge=0, le=24)] | None = None  # hours sat


class SelfTestDone(Data, frozen=True, kw_only=True):
    """One attempt at one self-test on one side (``side`` is None where it has none)."""

    test: Id  # id of the self-test
    side: Side | None = None  # which side was tested
    value: Annotated[float, Meta(ge=0, le=3600)] | None = None  # in the unit of the test
    passed: bool | None = None  # for yes/no tests
    attempt: Annotated[int, Meta(ge=1, le=20)] = 1  # 1 for the first
    not_possible: bool = False  # tried in vain, or left out for pain
    leg_before: Nprs | None = None  # leg pain before
    leg_max: Nprs | None = None  # the worst leg pain during it
    note: Short | None = None  # free words


class Questionnaire(Data, frozen=True, kw_only=True):
    """Answers to one questionnaire; an item that was not ticked is simply not there."""

    instrument: Id  # id of the questionnaire
    answers: dict[Id, Annotated[int, Meta(ge=-10, le=100)]]  # points by item
    labels: dict[Id, Short] = {}  # the person's own activities (PSFS)


class Planned(Data, frozen=True, kw_only=True):
    """What a session set out to do with one exercise."""

    exercise: Id  # id
    variant: Id  # id
    rung: Annotated[int, Meta(ge=0, le=100)]  # index into the exercise's ladder
    sets: Annotated[int, Meta(ge=1, le=20)]  # on each side
    reps: Count | None = None  # in each set
    hold_s: Annotated[float, Meta(ge=0, le=3600)] | None = None  # seconds of each hold
    minutes: Minutes | None = None  # of going on
    sides: tuple[Side, ...] = ()  # in order; empty: both at once


class SessionEvent(Data, frozen=True, kw_only=True):
    """A session began, ended or was stopped; ``session`` ties its entries together."""

    session: Id  # id of the session
    event: Literal["started", "finished", "stopped"]  # what happened
    plan: tuple[Planned, ...] = ()  # with ``started``
    decision: Annotated[str, Meta(max_length=64)] | None = None  # digest of the Decision
    at_step: Count | None = None  # step of the script where it was
    reason: Short | None = None  # why it was stopped


class SetDone(Data, frozen=True, kw_only=True):
    """One set on one side."""

    side: Side | None = None  # none: both at once
    reps: Count | None = None  # repetitions done
    hold_s: Annotated[float, Meta(ge=0, le=3600)] | None = None  # seconds held


class ExerciseDone(Data, frozen=True, kw_only=True):
    """What was done of one exercise, and how it felt."""

    exercise: Id  # id
    variant: Id  # id
    rung: Annotated[int, Meta(ge=0, le=100)]  # index into the exercise's ladder
    session: Id | None = None  # id of the session that it was part of
    sets: tuple[SetDone, ...] = ()  # what was done
    skipped: bool = False  # not done at all
    response: Response | None = None  # the one tap after it
    leg_pre: Nprs | None = None  # leg pain before
    leg_max: Nprs | None = None  # the worst leg pain during it
    leg_post: Nprs | None = None  # about ten minutes after
    back_pre: Nprs | None = None  # back pain before
    back_max: Nprs | None = None  # the worst back pain during it
    distal_pre: Distal | None = None  # how far down it was felt before
    distal_post: Distal | None = None  # how far down after
    settle_min: Minutes | None = None  # minutes until it settled
    effort_cr10: Cr10 | None = None  # how hard it was
    two_more: bool | None = None  # "could you have done two more?" (rule R6)
    new_numbness: bool | None = None  # numbness that was not there before
    new_weakness: bool | None = None  # weakness that was not there before
    stopped: bool = False  # broken off


class Preference(Data, frozen=True, kw_only=True):
    """A wish or a setting; the latest one for a name and target counts."""

    name: Literal[
        "exercise_off",
        "ask_back",
        "minimum_day",
        "worse_today",
        "voice",
        "voice_rate",
        "tones",
        "vibration",
        "theme",
        "contrast",
        "motion",
    ]  # see below
    target: Id | None = None  # what it is about
    value: bool | float | Short  # what is wished

    def __post_init__(self) -> None:
        wish = WISHES[self.name]
        if not self._fits(wish.allowed):
            raise ValueError(f"value: must be {wish.words} for {self.name} (was {show(self.value)})")
        if wish.target and self.target is None:
            raise ValueError(f"target: is missing for {self.name}")

    def _fits(self, allowed: type | tuple[str, ...]) -> bool:
        if isinstance(allowed, tuple):
            return self.value in allowed
        if allowed is float:  # a truth value is a number to Python, but not to a person
            return not isinstance(self.value, bool | str) and 0.1 <= self.value <= 10
        return isinstance(self.value, allowed)


class Wish(NamedTuple):
    """What a preference may be: its values, how an error says so, and what it means."""

    allowed: type | tuple[str, ...]
    words: str
    about: str
    target: str | None = None


_YES_NO: Final = "true or false"
WISHES: Final[dict[str, Wish]] = {
    "exercise_off": Wish(bool, _YES_NO, "leave this exercise out", "an exercise"),
    "ask_back": Wish(bool, _YES_NO, "have it back although it was set aside", "a family"),
    "minimum_day": Wish(bool, _YES_NO, "little today, for the day of the entry"),
    "worse_today": Wish(bool, _YES_NO, "a bad day, for the day of the entry"),
    "voice": Wish(bool, _YES_NO, "a voice guides the session"),
    "voice_rate": Wish(float, "a number from 0.1 to 10", "how fast it speaks, 1 as usual"),
    "tones": Wish(bool, _YES_NO, "tones mark the time"),
    "vibration": Wish(bool, _YES_NO, "the phone buzzes as well"),
    "theme": Wish(("light", "dark", "auto"), "light, dark or auto", "colours of the pages"),
    "contrast": Wish(("usual", "more"), "usual or more", "contrast of the pages"),
    "motion": Wish(("usual", "less"), "usual or less", "movement on the pages"),
}
"""Every preference by its name."""


class Note(Data, frozen=True, kw_only=True):
    """Free words, for the person alone."""

    text: Text  # the words


class Advised(Data, frozen=True, kw_only=True):
    """One line of a clinician's programme: in the clinician's words, and which exercise that is here."""

    words: Text  # as the clinician wrote it
    avoid: bool = False  # not to be done
    exercise: Id | None = None  # id; none when it is nothing that is known here
    variant: Id | None = None  # id
    sets: Annotated[int, Meta(ge=1, le=20)] | None = None  # on each side
    reps: Count | None = None  # in each set
    hold_s: Annotated[float, Meta(ge=0, le=3600)] | None = None  # seconds of each hold
    minutes: Minutes | None = None  # of going on
    days_a_week: Annotated[int, Meta(ge=1, le=7)] | None = None  # on how many
    sides: tuple[Side, ...] = ()  # in order; empty: both at once, or not said


class Programme(Data, frozen=True, kw_only=True):
    """What a clinician set as a starting point; the latest one counts, below every safety rule."""

    advised: tuple[Advised, ...]  # line by line
    by: Short | None = None  # who set it
    title: Short | None = None  # what it is called
    until: dt.date | None = None  # its last day


class Retraction(Data, frozen=True, kw_only=True):
    """Takes an entry back. The entry stays in the journal and counts for nothing."""

    entry: Id  # id of the entry that is taken back
    reason: Short | None = None  # why


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
    "programme": Programme,
    "retraction": Retraction,
}
"""Every kind of entry by its name in the journal."""
