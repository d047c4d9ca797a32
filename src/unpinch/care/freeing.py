"""When nothing fits today: which limit it is, and what would free it.

One limit at a time is taken away, and it is looked at again what could come then.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterator, Sequence

import msgspec

from unpinch.care.access import STRONG_LEG, Facts, locks, spoken_day
from unpinch.care.choice import limits_of
from unpinch.care.decision import Freed, FreedLimit, Lock
from unpinch.care.opened import Scene
from unpinch.care.planning import Candidate, Limits, could_come
from unpinch.knowledge import say

Offer = Callable[[Scene, Limits, bool], Sequence[Candidate]]
"""What may be planned in a scene; with True also of the families whose day it is not."""


def freed(scene: Scene, limits: Limits, offer: Offer) -> tuple[Freed, ...]:
    """Return each limit that keeps everything away by itself.

    Parameters
    ----------
    offer
        Returns the candidates of a scene.

    Returns
    -------
    tuple of Freed
        What the person can change comes first. The one limit ``several`` when no single one would
        be enough.
    """
    found: dict[FreedLimit, Freed] = {}
    for limit, other, wider, every_family in _without_one(scene, limits):
        if limit in found:
            continue
        could = could_come(offer(other, wider, every_family), wider, scene.knowledge)
        if could:
            found[limit] = _freed(limit, could, scene, wider)
    if not found:
        words = say(scene.knowledge.words, "free.several")
        return (Freed(limit="several", exercises=(), words=words),)
    return tuple(found.values())


def _without_one(scene: Scene, limits: Limits) -> Iterator[tuple[FreedLimit, Scene, Limits, bool]]:
    """Yield the scene without each limit; True where families come whose day it is not.

    Minutes are added one by one: the first that are enough are told.
    """
    known, facts, person = scene.knowledge, scene.facts, scene.person
    change = msgspec.structs.replace
    yield "left_out", _without(scene, lambda lock: lock.code == "preference"), limits, False
    equipped = change(facts, equipment=frozenset(known.equipment))
    yield "things", _relocked(scene, equipped), limits, False
    for minutes in range(math.floor(limits.minutes) + 1, known.rules.adherence.session_minutes_max + 1):
        yield "minutes", scene, change(limits, minutes=float(minutes)), False
    wishes = {key: told for key, told in person.preferences.items() if key[0] != "worse_today"}
    well = change(scene, person=change(person, preferences=wishes))
    yield "worse_today", well, limits_of(well), False
    painless = change(facts, leg=0, codes=facts.codes - {STRONG_LEG})
    calm = _relocked(change(scene, person=change(person, pains=())), painless)
    yield "leg", calm, limits_of(calm), False
    standing = {name: change(one, last_at=None) for name, one in scene.standing.items()}
    yield "rest", change(scene, judged=(), standing=standing), limits, False
    yield "waits", _without(scene, lambda lock: lock.until is not None), limits, False
    yield "earned", _without(scene, lambda lock: lock.code == "unlock"), limits, False
    yield "day_off", scene, limits, True
    yield "new", scene, change(limits, new_max=max(1, limits.new_max)), False
    steady = change(scene, notices=tuple(one for one in scene.notices if one.outcome != "flare"))
    yield "flare", steady, limits_of(steady), False
    answers = facts.codes - {STRONG_LEG}
    yield "screen", _without(scene, lambda lock: lock.code in answers), limits, False


def _without(scene: Scene, gone: Callable[[Lock], bool]) -> Scene:
    return msgspec.structs.replace(scene, locks=tuple(lock for lock in scene.locks if not gone(lock)))


def _relocked(scene: Scene, facts: Facts) -> Scene:
    anew = locks(facts, scene.standing, scene.knowledge)
    return msgspec.structs.replace(scene, facts=facts, locks=anew)


def _freed(limit: FreedLimit, could: Sequence[Candidate], scene: Scene, limits: Limits) -> Freed:
    """Say it of one exercise: the one that is freed by the least."""
    at_hand = scene.facts.equipment

    def needs(one: Candidate) -> frozenset[str]:
        return frozenset(one.exercise.variant(one.step.variant).equipment) - at_hand

    def until(one: Candidate) -> dt.datetime:
        own = (lock.until for lock in scene.locks if lock.exercise == one.exercise.id)
        return max((when for when in own if when is not None), default=scene.now)

    one = min(could, key=lambda other: (len(needs(other)), until(other), -other.worth, other.exercise.id))
    things = sorted(scene.knowledge.equipment[thing].name.lower() for thing in needs(one))
    words = say(
        scene.knowledge.words,
        f"free.{limit}",
        name=one.exercise.name,
        things=", ".join(things),
        minutes=limits.minutes,
        until=spoken_day(until(one), scene.now, scene.knowledge),
    )
    return Freed(
        limit=limit,
        exercises=tuple(other.exercise.id for other in could),
        words=words,
        until=until(one) if limit == "waits" else None,
    )
