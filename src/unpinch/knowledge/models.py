"""Typed shapes of the exercises and of what they refer to.

Every number of these shapes comes from a data file; see `unpinch.knowledge.loader` for where
each file lies and `unpinch.knowledge.checks` for the references that must resolve.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from unpinch.knowledge.kinds import Position, Tag


class Record(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Base of everything that is known: immutable, and strict about its fields."""


# --- where a statement comes from ---------------------------------------------------------------


class Source(Record, frozen=True, kw_only=True):
    """A publication, or our own rule, that a statement rests on."""

    id: str
    cite: str  # short form for a page: "Staartjes 2018"
    full: str  # authors, title or subject, journal, year, pages
    tag: Tag
    checked: str  # ISO date of the last look at it
    doi: str | None = None
    url: str | None = None
    note: str | None = None


class Figure(Record, frozen=True, kw_only=True):
    """A number that a sentence says, with where it was read and how far that was checked."""

    said: str  # as it stands in the sentence: "74 in 100"
    source: str
    tag: Tag
    read: str | None = None  # as it stands in the source, where that differs: "74.2 %"


# --- the body -----------------------------------------------------------------------------------


class Muscle(Record, frozen=True, kw_only=True):
    """A muscle, or a group that is trained as one."""

    id: str
    name: str  # plain: "back of the thigh"
    latin: str
    does: str  # one plain sentence
    in_article: bool
    group: str  # coverage group: quadriceps, hamstrings, gluteus_maximus, gluteus_medius, ...


class PositionInfo(Record, frozen=True, kw_only=True):
    """A starting position, with its place in a session so that nobody gets up and down twice."""

    id: Position
    name: str
    order: int
    on_floor: bool


class Equipment(Record, frozen=True, kw_only=True):
    """A thing that a person may have at home."""

    id: str
    name: str
    usual: bool  # assumed to be there until the person says otherwise
    safety: str  # one plain sentence: how to place it


class Family(Record, frozen=True, kw_only=True):
    """Exercises that are tried, and judged, together."""

    id: str
    name: str  # for a page: "Nerve sliders"
    about: str
    on_trial: bool  # False: relief and walking stay free of the three-on-trial limit


class StopSign(Record, frozen=True, kw_only=True):
    """A reason to stop at once, said in every exercise."""

    id: str
    text: str
    then: Literal["stop_exercise", "stop_session", "screen"]


# --- exercises ----------------------------------------------------------------------------------


class Tempo(Record, frozen=True, kw_only=True):
    """Seconds of one repetition: out, pause at the end, back, pause at the start."""

    out_s: float
    hold_s: float = 0.0
    back_s: float
    rest_s: float = 0.0

    @property
    def rep_s(self) -> float:
        """Seconds that one repetition takes."""
        return self.out_s + self.hold_s + self.back_s + self.rest_s


class Dose(Record, frozen=True, kw_only=True):
    """How much: sets of repetitions with a tempo, sets of holds, or minutes.

    Exactly one of ``reps`` (counted), ``hold_s`` without ``reps`` (held) or ``minutes`` is the
    measure; a counted dose may hold each repetition through ``tempo.hold_s``.
    """

    sets: int = 1
    reps: int | None = None
    hold_s: float | None = None
    minutes: float | None = None
    rest_s: float = 30.0  # between sets of one side
    effort_cr10: float | None = None  # aimed effort, Borg CR10


class Step(Record, frozen=True, kw_only=True):
    """One rung of an exercise's ladder of doses: a variant and how much of it."""

    variant: str
    dose: Dose


class Target(Record, frozen=True, kw_only=True):
    """What an exercise does to a muscle."""

    muscle: str
    role: Literal["works", "lengthens", "moves"]


class Unlock(Record, frozen=True, kw_only=True):
    """What must be true before an exercise (or one variant) is first offered."""

    green_of: tuple[str, ...] = ()  # each of these exercises...
    green_times: int = 0  # ...green this many times
    green_days: int = 0  # ...or on this many days
    leg_nprs_max: int | None = None
    after_rising_min: int | None = None
    clinician: bool = False  # only when a clinician advised it
    helps: str | None = None  # an exercise that must have moved the pain up the leg or eased it


class Variant(Record, frozen=True, kw_only=True):
    """One way to do an exercise, from the easiest to the hardest.

    ``{side}`` in its words is the working side, the one that is trained, stretched or moved;
    ``{other}`` is the side across from it.
    """

    id: str
    name: str
    how: tuple[str, ...]  # short steps, in order; "{side}" stands for left or right
    ready: str | None = None  # said while getting ready: the starting position in a few words
    movement: str  # id of the movement that shows it
    equipment: tuple[str, ...] = ()
    position: Position | None = None  # where it differs from the exercise's own
    unlock: Unlock | None = None  # beyond what unlocks the exercise
    cues: tuple[str, ...] = ()  # its own, said before those of the exercise, which fit every variant


class LockOn(Record, frozen=True, kw_only=True):
    """A state that closes an exercise, or limits it to some variants."""

    code: str  # id of a `LockCode`
    limit_to: tuple[str, ...] = ()  # empty: closed altogether; else these variants stay open
    note: str | None = None  # plain: what to mind


class EmgFigure(Record, frozen=True, kw_only=True):
    """Measured muscle activity, in per cent of a maximal voluntary contraction."""

    muscle: str
    mvic_pct: float
    sd: float | None = None
    condition: str | None = None
    source: str
    tag: Tag


class Exercise(Record, frozen=True, kw_only=True):
    """An exercise of the article, of its empty headings, or of the guidelines."""

    id: str
    origin: Literal["article", "article_corrected", "fills_heading", "guideline"]
    name: str
    synonyms: tuple[str, ...]
    family: str
    position: Position
    kind: Literal["strengthen", "stretch", "nerve", "directional", "mobility", "aerobic", "relief"]
    sided: bool  # done on one side, then on the other
    targets: tuple[Target, ...]
    purpose: str  # one plain sentence: what it is for, promising nothing
    variants: tuple[Variant, ...]  # easiest first
    ladder: tuple[Step, ...]  # smallest dose first
    start: int  # index into the ladder
    tempo: Tempo
    per_week_max: int  # days a week
    min_gap_h: int = 0  # hours between two bouts (48 for strengthening)
    per_day_max: int = 1  # bouts a day
    locks: tuple[LockOn, ...] = ()
    unlock: Unlock | None = None
    easier: tuple[str, ...] = ()  # exercise ids
    harder: tuple[str, ...] = ()
    stand_ins: tuple[str, ...] = ()  # same target, when this one is locked; best first
    cues: tuple[str, ...]
    mistakes: tuple[str, ...]
    stops: tuple[str, ...] = ("universal",)
    emg: tuple[EmgFigure, ...] = ()
    claims: tuple[str, ...] = ()  # claim ids whose badge belongs to it
    note: str | None = None
    sources: tuple[str, ...] = ()  # what the note rests on

    def variant(self, variant_id: str) -> Variant:
        """Return one of the variants; `KeyError` names the one that is not there."""
        for variant in self.variants:
            if variant.id == variant_id:
                return variant
        raise KeyError(f"{self.id} has no variant {variant_id!r}")

    def cues_of(self, variant_id: str) -> tuple[str, ...]:
        """Return what to say during a variant: its own cues first, then those of the exercise."""
        return (*self.variant(variant_id).cues, *self.cues)


class LockCode(Record, frozen=True, kw_only=True):
    """A state of the person that closes exercises: ``FLEX``, ``THR``, ``OST``..."""

    id: str
    name: str
    words: str  # why it is closed, for the person
    tag: Tag
    source: str | None = None


class ArticleItem(Record, frozen=True, kw_only=True):
    """One exercise item or empty heading of the article, traced to what became of it."""

    id: str
    heading: str
    says: str  # paraphrase
    exercises: tuple[str, ...]
    difference: str | None = None  # where we do it otherwise, and why


class Claim(Record, frozen=True, kw_only=True):
    """A statement of the article beside what research says."""

    id: str
    quote: str  # a few words of the article, or a paraphrase for an omission
    is_quote: bool
    verdict: Literal["supported", "partly", "contradicted", "unproven", "caution", "gap"]
    research: str  # plain words, shown tags only
    so: str  # what it means in Unpinch
    sources: tuple[str, ...]
    topic: str
    figures: tuple[Figure, ...] = ()  # every number of ``research``
