"""A session as a timed script: the one thing that player, sheet, calendar and tests read."""

from __future__ import annotations

from typing import Literal

import msgspec

from unpinch.journal.kinds import Planned
from unpinch.knowledge.kinds import Position, Side

VERSION = 1
"""Version of the script's shape; raised when a field changes its meaning."""

StepKind = Literal["get_ready", "count", "hold", "go", "switch", "rest", "next", "ask", "finish"]

WORK: frozenset[StepKind] = frozenset({"count", "hold", "go"})
"""The kinds of step in which the body works; each is one set on one side."""


class Struct(msgspec.Struct, frozen=True, kw_only=True):
    """Base of the parts of a script."""


class Cue(Struct, frozen=True, kw_only=True):
    """Something said (and shown as a caption) at a moment of a step."""

    at_s: float
    say: str


class ScriptStep(Struct, frozen=True, kw_only=True):
    """One step: it lasts ``seconds``, or (``ask``, ``finish``) until it is answered.

    Attributes
    ----------
    no
        Index of the step in ``Script.steps``.
    kind
        ``get_ready`` countdown, ``count`` repetitions in tempo, ``hold``, ``go`` (minutes, such
        as walking), ``switch`` sides, ``rest`` between sets, ``next`` exercise (change of place),
        ``ask`` how it feels, ``finish``.
    word
        At most six letters, read from 1.5 m.
    side
        The person's own left or right; None when both or neither.
    set_no, sets
        1-based; 0 when it does not apply.
    reps, rep_s
        Repetitions of this step, and the seconds of one; ``out_s`` + ``hold_s`` + ``back_s`` +
        ``rest_s`` = ``rep_s``.
    count_in
        How many seconds before its end the step counts "three, two, one"; 0 when it does not.
    caption
        One sentence under the word.
    cues
        What the voice says, in order of time.
    """

    no: int
    kind: StepKind
    seconds: float
    word: str
    caption: str
    exercise: str | None = None
    stop_no: int = 0  # 1-based place in the plan
    variant: str | None = None
    movement: str | None = None
    side: Side | None = None
    set_no: int = 0
    sets: int = 0
    reps: int | None = None
    rep_s: float | None = None
    out_s: float | None = None
    hold_s: float | None = None
    back_s: float | None = None
    rest_s: float | None = None
    count_in: int = 0
    cues: tuple[Cue, ...] = ()


class Thing(Struct, frozen=True, kw_only=True):
    """Something that is needed, and how to place it."""

    name: str
    safety: str


class Version(Struct, frozen=True, kw_only=True):
    """An easier way to do the same exercise, ready to be taken up in the middle of it."""

    variant: str
    rung: int
    name: str
    movement: str
    how: tuple[str, ...]
    how_by_side: dict[Side, tuple[str, ...]]


class ScriptExercise(Struct, frozen=True, kw_only=True):
    """What the player must know of one exercise."""

    exercise: str
    variant: str
    rung: int
    name: str
    position: Position
    movement: str
    sides: tuple[Side, ...]
    how: tuple[str, ...]  # said for the first side
    how_by_side: dict[Side, tuple[str, ...]]  # empty without sides
    equipment: tuple[Thing, ...]
    cues: tuple[str, ...]
    mistakes: tuple[str, ...]
    stops: tuple[str, ...]  # stop signs in words
    why: str
    first_step: int
    ask_step: int
    ask_effort: bool  # "how hard was it?" belongs to strengthening alone
    ask_two_more: bool  # "could you have done two more?", of counted strengthening
    easier: str | None  # variant id of the easier version, if any
    easier_version: Version | None


class Script(Struct, frozen=True, kw_only=True):
    """A whole guided session."""

    version: int
    decision: str  # digest of the Decision that it guides
    exercises: tuple[ScriptExercise, ...]
    steps: tuple[ScriptStep, ...]
    seconds: float  # sum of the timed steps
    plan: tuple[Planned, ...]  # what the entry of its start says was planned
