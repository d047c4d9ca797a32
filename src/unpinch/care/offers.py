"""Which self-tests are open now, and why the others wait."""

from __future__ import annotations

import datetime as dt
import math

import msgspec

from unpinch.care.decision import Clearance
from unpinch.care.norms import age_of
from unpinch.care.reopen import reopened
from unpinch.care.screen import screen
from unpinch.journal.fold import Person
from unpinch.journal.kinds import SelfTestDone
from unpinch.knowledge import Knowledge, say
from unpinch.knowledge.clinical import SelfTest
from unpinch.knowledge.kinds import Side
from unpinch.knowledge.words import Value, Words


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """One self-test, open or closed.

    Attributes
    ----------
    test
        Its id.
    closed
        Why it waits; None when it is open.
    minutes
        About how long it takes.
    last
        The person's day on which it was last done.
    """

    test: str
    closed: Words | None
    minutes: int
    last: dt.date | None


def offers(person: Person, clearance: Clearance, now: dt.datetime, knowledge: Knowledge) -> tuple[Offer, ...]:
    """Return every self-test in the order of the data: from safe to harder.

    Parameters
    ----------
    person
        The journal, folded.
    clearance
        That of the Decision: its tier opens or closes a test.
    now
        The time, with its UTC offset.
    knowledge
        What is known.
    """
    codes = screen(person, now, knowledge.screening, reopened=reopened(person, knowledge)).locks
    leg = leg_now(person, now, knowledge)
    stirred = stirred_up(person, now, knowledge)
    found = []
    for test in knowledge.selftests.values():
        days = [at.date() for at, done in person.selftests if done.test == test.id]
        closed = (
            _say("stirred", knowledge)
            if stirred
            else _closed(test, codes, leg, clearance, person, now, knowledge)
        )
        found.append(
            Offer(
                test=test.id, closed=closed, minutes=minutes_of(test, knowledge), last=max(days, default=None)
            )
        )
    return tuple(found)


def leg_now(person: Person, now: dt.datetime, knowledge: Knowledge) -> int | None:
    """Return the newest leg NPRS that is fresh enough, None when there is none."""
    oldest = now - dt.timedelta(hours=knowledge.rules.stale.pain_now_h)
    told = [pain.leg_nprs for at, pain in person.pains if at >= oldest and pain.leg_nprs is not None]
    return told[-1] if told else None


def pain_limit(leg_before: int, knowledge: Knowledge) -> int:
    """Return the leg NPRS from which on the tests end for the day: the cap of rule R1, or a rise."""
    light, sides = knowledge.rules.light, knowledge.rules.sides
    cap = max(light.cap_floor, leg_before + light.cap_over_pre)
    return min(cap + 1, leg_before + sides.pain_rise)


def stirred_up(person: Person, now: dt.datetime, knowledge: Knowledge) -> bool:
    """Tell whether a test of today brought on so much pain that it is enough for the day."""
    return any(_too_much(done, knowledge) for at, done in person.selftests if at.date() == now.date())


def order_of_sides(person: Person) -> tuple[Side, Side]:
    """Return both sides, the one that does not hurt first."""
    return ("right", "left") if person.profile.side == "left" else ("left", "right")


def minutes_of(test: SelfTest, knowledge: Knowledge) -> int:
    """Return about how many minutes a test takes."""
    timing = knowledge.timing
    tries = (2 if test.sided else 1) * (test.attempts + test.practice)
    return math.ceil((timing.test_read_s + tries * timing.test_try_s) / 60)


def _too_much(done: SelfTestDone, knowledge: Knowledge) -> bool:
    if done.leg_max is None:
        return False
    return done.leg_max >= pain_limit(done.leg_before or 0, knowledge)


def _closed(
    test: SelfTest,
    codes: frozenset[str],
    leg: int | None,
    clearance: Clearance,
    person: Person,
    now: dt.datetime,
    knowledge: Knowledge,
) -> Words | None:
    if clearance.tier not in test.tiers:
        return _say("tier", knowledge)
    if leg is None:
        return _say("untold", knowledge)
    if leg > test.leg_nprs_max:
        return _say("leg", knowledge, leg=test.leg_nprs_max)
    for code in test.needs:
        if code in codes:
            return _say("lock", knowledge, why=knowledge.locks[code].words)
    age = age_of(person, now, knowledge)
    if test.age_from is not None and (age is None or age < test.age_from):
        return _say("age", knowledge, age=test.age_from)
    if test.after is not None and not _went_well(test, person):
        return _say("after", knowledge, name=knowledge.selftests[test.after].name)
    at_hand = person.profile.equipment
    usual = {thing.id for thing in knowledge.equipment.values() if thing.usual}
    for thing in test.equipment:
        if thing not in (usual if at_hand is None else at_hand):
            return _say("equipment", knowledge, thing=knowledge.equipment[thing].name)
    return None


def _went_well(test: SelfTest, person: Person) -> bool:
    """Tell whether the last try at the test that comes first was good enough."""
    tried = [done for _, done in person.selftests if done.test == test.after]
    if not tried or tried[-1].not_possible or tried[-1].value is None:
        return False
    return test.after_max is None or tried[-1].value <= test.after_max


def _say(reason: str, knowledge: Knowledge, **values: Value) -> Words:
    return say(knowledge.words, f"session.test.closed_{reason}", **values)
