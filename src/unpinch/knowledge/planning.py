"""Typed shape of what steers the choice of exercises (data file ``planning.yaml``)."""

from __future__ import annotations

from typing import Literal

from unpinch.knowledge.kinds import Tag
from unpinch.knowledge.models import Record


class Weights(Record, frozen=True, kw_only=True):
    """Worth of an exercise for today; one point is worth an easier morning of one NPRS point."""

    believed_point: float  # each point that its family is believed to ease
    keep: float  # its family helps
    advised: float  # a clinician's programme asks for it
    today: float  # its family is on trial, and today is one of its days
    coverage_week: float  # its group (`Goal`) has had nothing for a week; counted once for each group
    finding: float  # a side difference was found in its muscles
    relief_in_pain: float  # relief, while the leg hurts clearly
    relief: float
    walking: float  # and up to a `coverage_week` more when there was no walk for a week
    starter: float  # the gentlest exercise of those never done; falls with its place in the list
    new_family: float  # a new exercise of a family that has none yet
    exercise: float  # of each exercise that is no rest or walk, so that the minutes are used
    stand_in: float  # it stands in for one of the last days that waits now
    same_family: float  # cost of each pair of one family
    place: float  # cost of each position
    minute: float  # cost of each minute


class Goal(Record, frozen=True, kw_only=True):
    """A muscle group of the article, and what is to be done with it once a week."""

    id: str
    groups: tuple[str, ...]  # `Muscle.group`, any of them
    roles: tuple[Literal["works", "lengthens", "moves"], ...]  # any of them
    articles: tuple[str, ...]  # ids of the items of the article that ask for it


class Planning(Record, frozen=True, kw_only=True):
    """How a session is put together: all our own rule."""

    version: str
    minutes_default: float  # when the person has not said how many
    minutes_minimum: float  # the "only a few minutes" session
    sessions_per_week: int  # planned; adherence is measured against it
    relief_leg: int  # leg NPRS from which relief comes first
    free_minutes_share: float  # of the minutes that walking and relief together may take
    gap_slack_h: float  # a bout may come this much early where a whole day or more lies between
    gentle_minutes: float  # most of one walk or rest inside a session with other exercises
    start_set: int  # exercises on trial that may come one a session before the weekly limit counts
    starters: tuple[str, ...]  # exercises never done, gentlest first
    usual_equipment_unless_told: bool
    stand_in_days: int  # an exercise of the sessions of these days is stood in for when it waits
    goals: tuple[Goal, ...]  # of a week; an exercise serves the first that its first target meets
    weights: Weights
    source: str
    tag: Tag
