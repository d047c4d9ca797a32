"""Typed shapes of the screen, the self-tests, the questionnaires and the rules."""

from __future__ import annotations

from typing import Literal

from unpinch.knowledge.kinds import Position, Tag, Tier
from unpinch.knowledge.models import Record

# --- screening ----------------------------------------------------------------------------------

STANDS_ALONE = frozenset({"none", "checked", "not_sure", "prefer_not"})
"""Ids of options that clear the others where several may be chosen."""


class Option(Record, frozen=True, kw_only=True):
    """One answer to a question of the screen.

    ``flags`` feed the combinations; ``locks`` close exercises; ``tier`` is what the answer means
    when it stands alone.
    """

    id: str
    label: str
    tier: Tier = "G"
    flags: tuple[str, ...] = ()
    locks: tuple[str, ...] = ()
    recheck_days: int | None = None
    caution: tuple[str, ...] = ()  # keys of words: "falls" and the like


class Band(Record, frozen=True, kw_only=True):
    """A range of a numeric answer, from ``at_least`` up to the next band."""

    at_least: float
    tier: Tier = "G"
    flags: tuple[str, ...] = ()
    locks: tuple[str, ...] = ()
    final: bool = False  # not lowered by a clinician's agreement
    recheck_days: int | None = None


class Question(Record, frozen=True, kw_only=True, cache_hash=True):
    """One question, one screen."""

    id: str
    text: str
    why: str
    help: str | None = None
    answer: Literal["choice", "several", "number"]
    options: tuple[Option, ...] = ()
    bands: tuple[Band, ...] = ()
    minimum: int | None = None
    maximum: int | None = None
    unit: str | None = None
    sets: tuple[Literal["full", "weekly", "session", "new_symptoms"], ...]
    only_if: tuple[str, ...] = ()  # asked only when one of these flags is up; empty: always
    private: bool = False
    topic: str
    source: str
    tag: Tag


class When(Record, frozen=True, kw_only=True):
    """A condition on the flags that are up: every given part must hold."""

    all: tuple[str, ...] = ()
    any: tuple[str, ...] = ()
    at_least: int | None = None
    of: tuple[str, ...] = ()

    def holds(self, flags: frozenset[str]) -> bool:
        """Tell whether the condition holds; it can only turn true as flags are added."""
        return (
            flags.issuperset(self.all)
            and (not self.any or not flags.isdisjoint(self.any))
            and (self.at_least is None or len(flags.intersection(self.of)) >= self.at_least)
        )


class Combination(Record, frozen=True, kw_only=True):
    """Answers that mean more together than alone."""

    id: str
    when: When
    tier: Tier
    source: str
    tag: Tag


class Screening(Record, frozen=True, kw_only=True):
    """The whole screen: a versioned set of questions with its timing."""

    version: str
    questions: tuple[Question, ...]
    combinations: tuple[Combination, ...]
    weekly_days: int
    full_days: int
    gap_days: int
    session_hours: int  # how long the one-line question before a session stays good
    urgent_flags: tuple[str, ...]  # flags whose "not sure" counts as yes (documentation, tested)
    seen: str  # id of the question "has somebody checked this since?"
    clinician_ok: str  # id of the question "does a clinician agree that you exercise?"
    age: str  # id of the question "how old are you?"
    session_line: str  # id of the one-line question
    session_line_reopens: tuple[str, ...]  # what a "yes" to it makes due at once
    safety_net: str
    limit: str
    source: str
    tag: Tag


class Country(Record, frozen=True, kw_only=True):
    """Whom to call. Where ``emergency`` is no number, there is nothing to dial at a tap."""

    code: str  # ISO 3166-1 alpha-2, "ZZ" for elsewhere
    name: str
    emergency: str
    emergency_place: str  # "A&E", "the emergency room"
    urgent: str | None = None  # e.g. "NHS 111"
    crisis: str | None = None
    note: str | None = None
    source: str
    tag: Tag


class Saying(Record, frozen=True, kw_only=True):
    """A line for the phone that fits some signs: said when one of its flags is up."""

    flags: tuple[str, ...]
    say: str


class Action(Record, frozen=True, kw_only=True):
    """What the person is told at a tier: what to do, never what they have.

    ``text`` holds ``{emergency}``, ``{emergency_place}`` and ``{urgent}``, filled from the
    `Country`, or with the number that the person typed. On the phone the person says the
    ``lines`` whose flags are up and then ``say``; with no line, ``say`` stands alone.
    """

    tier: Tier
    lines: tuple[Saying, ...] = ()
    title: str
    text: str
    say: str | None = None
    reopen: str | None = None


# --- self-tests and measures --------------------------------------------------------------------


class Norm(Record, frozen=True, kw_only=True):
    """Values of other people, for the ages and sex given (None: everybody)."""

    label: str
    low: float | None = None
    high: float | None = None
    age_from: int | None = None
    age_to: int | None = None
    sex: Literal["female", "male"] | None = None
    source: str
    tag: Tag


class SelfTest(Record, frozen=True, kw_only=True):
    """Something that a person can measure alone."""

    id: str
    name: str
    measures: str
    position: Position
    equipment: tuple[str, ...]
    sided: bool
    timing: Literal["stopwatch", "count", "countdown", "degrees", "yes_no"]
    unit: Literal["s", "reps", "deg", "yes_no", "steps", "cm"]
    better: Literal["more", "less"]
    attempts: int
    practice: int
    cap_s: float | None = None
    needs: tuple[str, ...] = ()  # lock codes that forbid it
    leg_nprs_max: int
    tiers: tuple[Tier, ...]
    age_from: int | None = None  # offered from this age on
    after: str | None = None  # a test that must be good first
    after_max: float | None = None
    how: tuple[str, ...]
    caution: str
    label_sides: bool  # may a side difference be named?
    mdc: float | None = None
    mdc_source: str | None = None
    mdc_tag: Tag | None = None
    norms: tuple[Norm, ...] = ()
    first_battery: bool  # part of the short battery that everybody is offered
    groups: tuple[str, ...] = ()  # coverage groups of the muscles that it is about
    low: float | None = None  # a result below this, on either side...
    low_asks: tuple[str, ...] = ()  # ...makes these questions of the screen due
    source: str
    tag: Tag


class Item(Record, frozen=True, kw_only=True):
    """One item of a questionnaire."""

    id: str
    text: str


class Questionnaire(Record, frozen=True, kw_only=True):
    """An instrument with its scoring facts."""

    id: str
    name: str
    intro: str
    kind: Literal["tick", "rate", "own_activities", "change"]
    items: tuple[Item, ...] = ()
    minimum: int
    maximum: int
    low_anchor: str | None = None
    high_anchor: str | None = None
    better: Literal["more", "less"]
    due_days: tuple[int, ...] = ()
    every_days: int | None = None
    mic: float | None = None
    mic_pct: float | None = None
    mic_tag: Tag | None = None
    wording_source: str
    source: str
    tag: Tag


# --- rules --------------------------------------------------------------------------------------


class RuleInfo(Record, frozen=True, kw_only=True):
    """What a rule is called, and on what it rests."""

    id: str
    name: str
    about: str
    source: str | None
    tag: Tag


class LightRule(Record, frozen=True, kw_only=True):
    """R1, R2: the traffic light of an exercise. All NPRS points and minutes."""

    cap_floor: int
    cap_over_pre: int
    red_rise: int
    red_back: int
    red_back_over_pre: int
    red_settle_min: int
    red_morning_over_base: float
    amber_leg: int
    amber_rise: int
    amber_settle_min: int
    amber_morning_over_base: float
    worse_without_number: Literal["amber", "red"]


class LockRule(Record, frozen=True, kw_only=True):
    """R4: what sends the pain further down the leg waits."""

    distal_rise: int
    times: int
    within_days: int
    lock_days: int


class IrritabilityRule(Record, frozen=True, kw_only=True):
    """R5: how easily the pain is stirred up."""

    high_settle_min: int
    high_provoke_min: int
    high_ratio: float
    high_leg: int
    moderate_ratio: float
    moderate_leg: int
    high_exercises_max: int
    moderate_exercises_max: int
    moderate_effort_max: float


class ProgressRule(Record, frozen=True, kw_only=True):
    """R6: two for two."""

    extra_reps: int
    sessions: int
    rpe_max: float
    adherence_min: float
    adherence_days: int
    step_gap_days: int
    new_per_session: int
    new_per_week: int


class DeloadRule(Record, frozen=True, kw_only=True):
    """R7: less after a red day."""

    sets_factor: float
    off_h: int
    lock_times: int
    lock_within_days: int
    lock_days: int
    pause_exercises: int
    pause_days: int
    pause_within_days: int
    green_back: int


class FlareRule(Record, frozen=True, kw_only=True):
    """R8: a flare without a flag."""

    mean_over_base: float
    mean_days: int
    easy_days: int
    dose_factor: float


class ReferRule(Record, frozen=True, kw_only=True):
    """R9: when to show a clinician."""

    worse_by: float
    worse_days: int
    severe_leg: int
    severe_h: int
    review_day: int
    review_fall: float
    refer_day: int
    refer_pct: float
    refer_points: float
    late_day: int
    late_leg: float
    late_rmdq: int
    rmdq_drop: int  # improved: at least this fall...
    rmdq_start_min: int  # ...from at least this score
    idle_days: int
    leg_no_strength: int  # at and above: relief and walking only


class AdherenceRule(Record, frozen=True, kw_only=True):
    """R11: little, and no shame."""

    session_minutes_max: int
    exercises_max: int
    done_share: float
    reminders_ignored: int


class SideRule(Record, frozen=True, kw_only=True):
    """4.4: when a side difference may be named."""

    possible_pct: float
    clear_pct: float
    days: int
    pain_max: int
    pain_rise: int


class StaleRule(Record, frozen=True, kw_only=True):
    """How old an answer may be before it is asked again."""

    pain_now_h: int
    morning_h: int
    base_days: int
    base_min_days: int


class LearningRule(Record, frozen=True, kw_only=True):
    """When words follow from a chance: thresholds, all our own rule; `note` says what was measured."""

    helps_p: float
    leaning_p: float
    min_days: int
    families_on_trial: int
    baseline_days: int
    hardly_notice: float
    little_odds: float  # how many times the days must raise the odds of "hardly to be noticed"
    block_days: int  # what is on trial is done on half of the days of each block, drawn by lot
    dots: int
    source: str
    tag: Tag
    note: str


class Rules(Record, frozen=True, kw_only=True):
    """All thresholds of the rules, versioned."""

    version: str
    info: tuple[RuleInfo, ...]
    light: LightRule
    lock: LockRule
    irritability: IrritabilityRule
    progress: ProgressRule
    deload: DeloadRule
    flare: FlareRule
    refer: ReferRule
    adherence: AdherenceRule
    sides: SideRule
    stale: StaleRule
    learning: LearningRule
