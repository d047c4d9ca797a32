"""What each exercise is open for today: locks of the screen, of the rules, of the person.

One place decides; the planner, the pages and the self-tests only read its answer.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

import msgspec

from unpinch.care.decision import Lock
from unpinch.care.dosing import Standing
from unpinch.care.screen import Screened
from unpinch.journal.fold import Person
from unpinch.journal.kinds import Advised
from unpinch.knowledge import Knowledge, say
from unpinch.knowledge.models import Exercise, Unlock, Variant
from unpinch.knowledge.words import Value

STRONG_LEG = "STRONG_LEG"
"""Lock code of a leg that hurts strongly."""

GENTLE = frozenset({"relief", "aerobic"})
"""Kinds of exercise that stay open in strong pain and in a flare."""


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What the locks look at, besides the exercise.

    Attributes
    ----------
    codes
        Lock codes that the screen put up.
    leg
        Leg NPRS now; None when it was not told.
    avoid
        What a clinician's programme says not to do.
    agreed
        A clinician knows and agrees.
    wanted
        Families that the person asked for by name.
    """

    now: dt.datetime
    codes: frozenset[str]
    leg: int | None
    equipment: frozenset[str]
    off: frozenset[str]
    avoid: tuple[Advised, ...]
    agreed: bool
    wanted: frozenset[str]
    rising_min: float | None


def facts_of(
    person: Person, screened: Screened, leg: int | None, now: dt.datetime, knowledge: Knowledge
) -> Facts:
    """Collect what the locks look at."""
    told = person.profile.equipment
    usual = {thing.id for thing in knowledge.equipment.values() if thing.usual}
    rose_at = next((m.at for m in reversed(person.morning_entries) if m.day == now.date()), None)
    return Facts(
        now=now,
        codes=screened.locks,
        leg=leg,
        equipment=frozenset(usual if told is None else told),
        off=wishes(person, "exercise_off"),
        avoid=() if person.programme is None else tuple(one for one in person.programme.advised if one.avoid),
        agreed=screened.agreed_at is not None,
        wanted=wishes(person, "ask_back"),
        rising_min=None if rose_at is None else (now - rose_at).total_seconds() / 60,
    )


def wishes(person: Person, name: str) -> frozenset[str]:
    """Return the targets for which a wish holds."""
    return frozenset(
        target
        for (wish, target), (_, value) in person.preferences.items()
        if wish == name and target is not None and value is True
    )


def locks(facts: Facts, standing: Mapping[str, Standing], knowledge: Knowledge) -> tuple[Lock, ...]:
    """Return every lock that is on, in the order of the exercises; several for one are all named."""
    found: list[Lock] = []
    for exercise in knowledge.exercises.values():
        of_screen = _of_screen(exercise, facts, knowledge)
        found.extend(of_screen)
        # The exercise may name the strong leg itself: it is told once.
        if not any(lock.code == STRONG_LEG and not lock.limit_to for lock in of_screen):
            found.extend(_of_pain(exercise, facts, knowledge))
        found.extend(_of_rules(exercise, standing.get(exercise.id), facts, knowledge))
        found.extend(_of_unlock(exercise, standing, facts, knowledge))
        found.extend(_of_clinician(exercise, facts, knowledge))
        if exercise.id in facts.off:
            found.append(_lock(exercise, "preference", "lock.preference", knowledge))
    open_now = frozenset(name for name, ways in open_ways(found, facts, knowledge).items() if ways)
    return tuple(
        msgspec.structs.replace(lock, stand_in=_stand_in(lock, open_now, knowledge)) for lock in found
    )


def open_ways(found: Sequence[Lock], facts: Facts, knowledge: Knowledge) -> dict[str, tuple[str, ...]]:
    """Return the variants of every exercise that may be planned; of a closed one none."""
    on: dict[str, list[Lock]] = {}
    for lock in found:
        on.setdefault(lock.exercise, []).append(lock)
    return {
        exercise.id: open_variants(exercise, on.get(exercise.id, ()), facts)
        for exercise in knowledge.exercises.values()
    }


def open_variants(exercise: Exercise, found: Sequence[Lock], facts: Facts) -> tuple[str, ...]:
    """Return the variants that may be planned: no lock, and the equipment is at hand."""
    own = [lock for lock in found if lock.exercise == exercise.id]
    if any(not lock.limit_to for lock in own):
        return ()
    return tuple(
        variant.id
        for variant in exercise.variants
        if facts.equipment.issuperset(variant.equipment) and all(variant.id in lock.limit_to for lock in own)
    )


def _of_screen(exercise: Exercise, facts: Facts, knowledge: Knowledge) -> list[Lock]:
    return [
        Lock(
            exercise=exercise.id,
            code=on.code,
            words=say(
                knowledge.words,
                "lock.limited" if on.limit_to else "lock.screen",
                name=exercise.name,
                why=knowledge.locks[on.code].words,
            ),
            limit_to=on.limit_to,
        )
        for on in exercise.locks
        if on.code in facts.codes
    ]


def _of_pain(exercise: Exercise, facts: Facts, knowledge: Knowledge) -> list[Lock]:
    """While the leg hurts strongly, only relief and walking stay open."""
    limit = knowledge.rules.refer.leg_no_strength
    strong = STRONG_LEG in facts.codes or (facts.leg is not None and facts.leg >= limit)
    if not strong or exercise.kind in GENTLE:
        return []
    words = say(knowledge.words, "lock.strong_leg", name=exercise.name, leg=limit)
    return [Lock(exercise=exercise.id, code=STRONG_LEG, words=words)]


def _of_rules(
    exercise: Exercise, standing: Standing | None, facts: Facts, knowledge: Knowledge
) -> list[Lock]:
    until = None if standing is None else standing.waits(facts.now)
    if standing is None or until is None:
        return []
    long = standing.locked_until is not None and standing.locked_until > facts.now
    code = standing.waits_by if long and standing.waits_by is not None else "R7"
    key = f"lock.{code}" if long else "lock.off"
    words = say(knowledge.words, key, name=exercise.name, until=spoken_day(until, facts.now, knowledge))
    return [Lock(exercise=exercise.id, code=code, words=words, until=until)]


def _of_unlock(
    exercise: Exercise, standing: Mapping[str, Standing], facts: Facts, knowledge: Knowledge
) -> list[Lock]:
    """Locks of what has to be earned first; of single variants as a limit to the others."""
    found = []
    if exercise.unlock is not None:
        key = _not_yet(exercise, exercise.unlock, standing, facts)
        if key is not None:
            found.append(_unlock(exercise, exercise.unlock, key, knowledge))
    for variant in exercise.variants:
        needs = variant.unlock
        key = None if needs is None else _not_yet(exercise, needs, standing, facts)
        if needs is not None and key is not None:
            found.append(_unlock(exercise, needs, key, knowledge, way=variant))
    return found


def _not_yet(exercise: Exercise, needs: Unlock, standing: Mapping[str, Standing], facts: Facts) -> str | None:
    """Return the key of what is not yet so, None when everything is.

    That a clinician agrees to gentle exercise is no advice to do this one: the person must have
    asked for its family as well.
    """
    if needs.clinician and not (facts.agreed and exercise.family in facts.wanted):
        return "unlock.clinician"
    if needs.leg_nprs_max is not None and (facts.leg is None or facts.leg > needs.leg_nprs_max):
        return "unlock.leg"
    for name in needs.green_of:
        done = standing.get(name)
        if done is None or done.greens < needs.green_times or len(done.green_days) < needs.green_days:
            return "unlock.green"
    if needs.helps is not None and not (needs.helps in standing and standing[needs.helps].helped):
        return "unlock.helps"
    if needs.after_rising_min is not None and (
        facts.rising_min is None or facts.rising_min < needs.after_rising_min
    ):
        return "unlock.rising"
    return None


def _unlock(
    exercise: Exercise, needs: Unlock, key: str, knowledge: Knowledge, *, way: Variant | None = None
) -> Lock:
    """Lock an exercise, or only one way of it: then the words name that way, the others stay open."""
    name = exercise.name
    open_ways: tuple[str, ...] = ()
    if way is not None:
        name = say(knowledge.words, "unlock.way", name=exercise.name, way=way.name).text
        open_ways = tuple(other.id for other in exercise.variants if other is not way)
    names = [knowledge.exercises[name].name for name in (*needs.green_of, *filter(None, [needs.helps]))]
    values: dict[str, Value] = {
        "name": name,
        "others": " and ".join(names),
        "times": max(needs.green_times, needs.green_days),
        "leg": needs.leg_nprs_max or 0,
        "minutes": needs.after_rising_min or 0,
    }
    words = say(knowledge.words, key, **values)
    return Lock(exercise=exercise.id, code="unlock", words=words, limit_to=open_ways)


def _of_clinician(exercise: Exercise, facts: Facts, knowledge: Knowledge) -> list[Lock]:
    """Close what a clinician's programme says not to do: an exercise, or some ways of it."""
    against = [line for line in facts.avoid if line.exercise == exercise.id]
    if not against:
        return []
    ways = {variant.id for variant in exercise.variants}
    shut = {line.variant for line in against}
    # A way that is not known here may be any of them.
    left = () if not shut <= ways else tuple(v.id for v in exercise.variants if v.id not in shut)
    words = say(knowledge.words, "lock.clinician", name=exercise.name)
    return [Lock(exercise=exercise.id, code="clinician", words=words, limit_to=left)]


def _lock(exercise: Exercise, code: str, key: str, knowledge: Knowledge) -> Lock:
    return Lock(exercise=exercise.id, code=code, words=say(knowledge.words, key, name=exercise.name))


def _stand_in(lock: Lock, open_now: frozenset[str], knowledge: Knowledge) -> str | None:
    """Return the best open exercise for the same muscles; None when this one is open itself."""
    if lock.exercise in open_now:
        return None
    choices = knowledge.exercises[lock.exercise].stand_ins
    return next((other for other in choices if other in open_now), None)


def spoken_day(when: dt.datetime, now: dt.datetime, knowledge: Knowledge) -> str:
    """Return until when something waits, as it is said: ``29 November``, or ``later today``."""
    here = when.astimezone(now.tzinfo)
    key = "lock.day.today" if here.date() == now.date() else "lock.day"
    return say(knowledge.words, key, day=f"{here.day} {here:%B}").text
