"""What is open today: of each exercise the rung, and whose day it is.

Worked out once for a scene and its limits; the policy and the planner both look at it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence

import msgspec

from unpinch.care.access import Facts, open_ways
from unpinch.care.advised import advised, start_of, week_max
from unpinch.care.decision import Finding, Lock
from unpinch.care.dosing import Standing
from unpinch.care.light import Judged
from unpinch.care.planning import Limits, open_rungs, pick_rung, rested
from unpinch.care.refer import Notice
from unpinch.journal.fold import Person
from unpinch.journal.kinds import Advised
from unpinch.knowledge import Knowledge
from unpinch.knowledge.models import Exercise

WEEK = dt.timedelta(days=7)


class Scene(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that the choice looks at."""

    person: Person
    now: dt.datetime
    facts: Facts
    locks: tuple[Lock, ...]
    standing: Mapping[str, Standing]
    judged: tuple[Judged, ...]
    findings: tuple[Finding, ...]
    notices: tuple[Notice, ...]
    knowledge: Knowledge


class Opened(msgspec.Struct, frozen=True, kw_only=True):
    """What may be done in a scene.

    Attributes
    ----------
    told
        What a clinician's programme asks for, by exercise.
    ways
        The variants of each exercise that no lock closes and for which everything is at hand.
    rung
        Where each open exercise would be done; one that is closed today is not in it.
    due
        Exercises whose pause is over and whose week has room, open or not.
    """

    scene: Scene
    limits: Limits
    told: Mapping[str, Advised]
    ways: Mapping[str, tuple[str, ...]]
    rung: Mapping[str, int]
    due: frozenset[str]

    def rungs(self, exercise: Exercise) -> Iterator[int]:
        """Yield every rung of an exercise that is open today, highest first."""
        standing = self.scene.standing.get(exercise.id)
        start = start_of(exercise, self.told)
        ways = self.ways[exercise.id]
        return open_rungs(exercise, standing, ways, self.limits, self.scene.knowledge, start)


def opened(scene: Scene, limits: Limits) -> Opened:
    """Work out what may be done in a scene."""
    known = scene.knowledge
    ways = open_ways(scene.locks, scene.facts, known)
    told = advised(scene.person)
    rungs = {
        name: pick_rung(
            exercise, scene.standing.get(name), ways[name], limits, known, start_of(exercise, told)
        )
        for name, exercise in known.exercises.items()
    }
    return Opened(
        scene=scene,
        limits=limits,
        told=told,
        ways=ways,
        rung={name: rung for name, rung in rungs.items() if rung is not None},
        due=_due(scene, told),
    )


def families_on_trial(today: Opened, *, due: bool) -> tuple[str, ...]:
    """Return the families on trial that no lock closes.

    Parameters
    ----------
    due
        Only those of which something may be done today: rested, and not new where today's limit of
        new exercises is reached.
    """
    known, standing = today.scene.knowledge, today.scene.standing
    found = {
        known.exercises[name].family
        for name in today.rung
        if not due or (name in today.due and (name in standing or today.limits.new_max > 0))
    }
    return tuple(name for name, family in known.families.items() if family.on_trial and name in found)


def groups_of(exercise: Exercise, knowledge: Knowledge) -> tuple[str, ...]:
    """Return the groups of the muscles that the exercise is for: its first target."""
    main = [target for target in exercise.targets if target.role == "works"][:1]
    return tuple(knowledge.muscles[target.muscle].group for target in main)


def _due(scene: Scene, told: Mapping[str, Advised]) -> frozenset[str]:
    """Return the exercises that are rested, and that this week and this day still have room for."""
    known = scene.knowledge
    days: dict[str, list[dt.date]] = {}
    for one in scene.judged:
        days.setdefault(one.done.exercise, []).append(one.at.date())
    group_last = _group_last(scene)
    return frozenset(
        exercise.id
        for exercise in known.exercises.values()
        if _has_room(exercise, days.get(exercise.id, ()), scene.now.date(), week_max(exercise, told))
        and rested(
            exercise,
            group_last,
            groups_of(exercise, known) if exercise.kind == "strengthen" else (),
            scene.standing.get(exercise.id),
            scene.now,
            known.planning.gap_slack_h,
        )
    )


def _has_room(exercise: Exercise, days: Sequence[dt.date], today: dt.date, most: int) -> bool:
    """Tell whether an exercise done on these days may be done once more today."""
    week = {day for day in days if dt.timedelta() < today - day < WEEK}
    return len(week) < most and days.count(today) < exercise.per_day_max


def _group_last(scene: Scene) -> dict[str, dt.datetime]:
    """Return when each muscle group last worked in a strengthening exercise."""
    last: dict[str, dt.datetime] = {}
    for one in scene.judged:
        exercise = scene.knowledge.exercises.get(one.done.exercise)
        if exercise is not None and exercise.kind == "strengthen":
            for group in groups_of(exercise, scene.knowledge):
                last[group] = one.at
    return last
