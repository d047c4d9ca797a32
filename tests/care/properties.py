"""What holds for every journal, whatever a person did or a program wrote.

Each property is a check of one made-up journal. `tests/care/test_properties.py` tries a few hundred,
`python -m tools.prove` as many as one likes.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable
from typing import Any, Final

import msgspec

from tests.care.journals import DAY, KNOWN, QUESTIONS, Made, smallest
from tests.care.referee import GENTLE, Opinion
from unpinch import Decision, Journal, decide
from unpinch.care.days import adherence_by_day
from unpinch.care.decision import PlannedDose, PlannedExercise
from unpinch.care.dosing import Standing, standings
from unpinch.care.light import base_of, judge_all
from unpinch.journal import Entry, make
from unpinch.journal.fold import fold
from unpinch.journal.kinds import ExerciseDone, Pain, Retraction, Screen
from unpinch.knowledge.kinds import TIERS, Tier

RESTS: Final = frozenset(name for name, one in KNOWN.exercises.items() if one.kind == "relief")
Check = Callable[[Made], bool]
"""Raises when it does not hold; False when the journal gave it nothing to try."""

_last: list[tuple[Made, Decision]] = []


def concluded(one: Made) -> Decision:
    """Decide; the same journal is asked for by one property after another, and decided once."""
    if not _last or _last[0][0] is not one:
        _last[:] = [(one, decide(one.journal, one.now, KNOWN))]
    return _last[0][1]


def anew(one: Made, journal: Journal) -> Decision:
    """Decide at the same time over another journal."""
    return decide(journal, one.now, KNOWN)


class Broken(AssertionError):
    """A property does not hold; ``least`` is the smallest journal found that breaks it."""

    def __init__(self, one: Made, least: Made, why: Exception) -> None:
        told = least.journal.to_jsonl()
        super().__init__(f"seed {one.seed}, at {one.now.isoformat()}: {why}\n{told}")
        self.least = least


def holds(check: Check, one: Made) -> bool:
    """Run a check, and tell whether there was anything to try; say which smallest journal fails it.

    Raises
    ------
    Broken
        When the check fails, or the program does.
    """
    try:
        return check(one)
    except Exception as error:
        raise Broken(one, smallest(one, lambda other: _fails(check, other)), error) from error


def _fails(check: Check, one: Made) -> bool:
    try:
        check(one)
    except Exception:
        return True
    return False


# --- one decision -------------------------------------------------------------------------------


def is_refused_when_it_must_be(one: Made) -> bool:
    """Under E, U or R, or with answers missing, there is no plan; a second opinion agrees."""
    decision = concluded(one)
    opinion = Opinion(one.journal, one.now)
    assert (decision.session is None) != (decision.refusal is None)
    tier = decision.clearance.tier
    if opinion.blocking != "G":
        assert tier is not None
        assert TIERS.index(tier) >= TIERS.index(opinion.blocking)
    if decision.refusal is not None:
        assert decision.refusal.words.text
        if tier in {"E", "U"}:
            assert decision.refusal.name == {"E": "EmergencySigns", "U": "UrgentSigns"}[tier]
            assert {ask.name for ask in decision.asks} == {"seen"}
        return True
    assert tier in {"G", "A"}
    assert opinion.blocking == "G"
    assert not opinion.missing
    assert not opinion.needs_clinician
    assert opinion.leg is not None
    return True


def plans_only_what_is_open(one: Made) -> bool:
    """Nothing that is locked is planned, nothing above its rung, and no more than a day may hold."""
    decision = concluded(one)
    opinion = Opinion(one.journal, one.now)
    _closes_all_that_is_locked(decision, opinion)
    if decision.session is None:
        return False
    for stop in decision.session.exercises:
        assert opinion.may(stop.exercise, stop.variant), (stop.exercise, stop.variant)
        _keeps_to_its_locks(stop, decision)
        _keeps_to_its_ladder(stop)
    _keeps_to_the_day(decision, one)
    return True


def _closes_all_that_is_locked(decision: Decision, opinion: Opinion) -> None:
    """What a second opinion closes is closed, whether it would be planned today or not."""
    for name, exercise in KNOWN.exercises.items():
        locks = [lock for lock in decision.clearance.locks if lock.exercise == name]
        for variant in exercise.variants:
            if opinion.locked(name, variant.id):
                assert any(variant.id not in lock.limit_to for lock in locks), (name, variant.id)


def _keeps_to_its_locks(stop: PlannedExercise, decision: Decision) -> None:
    for lock in decision.clearance.locks:
        if lock.exercise == stop.exercise:
            assert lock.limit_to, lock
            assert stop.variant in lock.limit_to, lock
            assert lock.until is None or lock.until <= decision.now


def _keeps_to_its_ladder(stop: PlannedExercise) -> None:
    exercise = KNOWN.exercises[stop.exercise]
    step = exercise.ladder[stop.rung]
    assert step.variant == stop.variant
    assert not rises(stop.dose, step.dose)
    assert set(stop.sides) == ({"left", "right"} if exercise.sided else set())
    assert len(stop.sides) == (2 if exercise.sided else 0)
    assert stop.position == (exercise.variant(stop.variant).position or exercise.position)
    assert stop.why.text


def rises(dose: PlannedDose | Any, other: PlannedDose | Any) -> bool:
    """Tell whether any part of a dose is more than in another."""
    names = ("sets", "reps", "hold_s", "minutes", "effort_cr10")
    return any((getattr(dose, name) or 0) > (getattr(other, name) or 0) for name in names)


def _keeps_to_the_day(decision: Decision, one: Made) -> None:
    assert decision.session is not None
    person = fold(one.journal, one.now)
    plan = decision.session
    told = person.profile.minutes_a_day
    most = min(15.0, KNOWN.planning.minutes_default if told is None else told)
    assert plan.minutes <= most + 0.05
    names = [stop.exercise for stop in plan.exercises]
    assert len(set(names)) == len(names) <= 5
    orders = [KNOWN.positions[stop.position].order for stop in plan.exercises]
    assert orders == sorted(orders)
    assert sum(stop.new for stop in plan.exercises) <= 1
    leg = Opinion(one.journal, one.now).leg or 0
    efforts = [stop.dose.effort_cr10 or 0 for stop in plan.exercises]
    if leg >= 4:
        assert max(efforts) <= 4
        assert len(names) <= 4
    if leg >= 7 or plan.kind == "easy":
        assert {KNOWN.exercises[name].kind for name in names} <= GENTLE
    if leg >= 7:
        assert len(names) <= 2
    if plan.kind == "minimum":
        assert len(names) == 1
        assert plan.minutes <= 4.05
    for name in names:
        done = sorted(at for at, bout in person.exercises if bout.exercise == name and not bout.skipped)
        exercise = KNOWN.exercises[name]
        today = decision.now.date()
        week = {at.date() for at in done if dt.timedelta() < today - at.date() < 7 * DAY}
        assert len(week) < exercise.per_week_max
        assert [at.date() for at in done].count(today) < exercise.per_day_max
        if done and exercise.min_gap_h >= 24:
            assert decision.now - done[-1] >= dt.timedelta(hours=exercise.min_gap_h - 6)


# --- the same journal in other words ------------------------------------------------------------


def is_the_same_in_any_order(one: Made) -> bool:
    """A journal is a set: order, file and devices change nothing; a decision goes there and back."""
    decision = concluded(one)
    raw = decision.to_json()
    assert Decision.from_json(raw).to_json() == raw
    assert Decision.from_json(raw) == decision
    chance = random.Random(one.seed)
    entries = list(one.journal.entries)
    chance.shuffle(entries)
    shuffled = Journal(entries)
    assert anew(one, Journal.from_jsonl(shuffled.to_jsonl())).to_json() == raw
    hands = [[entry for entry in entries if chance.random() < 0.7] for _ in range(2)]
    rest = [entry for entry in entries if all(entry not in hand for hand in hands)]
    phone, laptop = Journal(hands[0]), Journal([*hands[1], *rest])
    assert phone.merge(laptop).to_jsonl() == laptop.merge(phone).to_jsonl() == one.journal.to_jsonl()
    assert anew(one, laptop.merge(phone)).to_json() == raw
    return True


def is_as_if_never_written(one: Made) -> bool:
    """An entry that was taken back leaves nothing behind."""
    chance = random.Random(one.seed)
    entries = [entry for entry in one.journal.entries if entry.kind != "retraction"]
    if not entries:
        return False
    slip = chance.choice(entries)
    others = [entry for entry in one.journal.entries if entry.id != slip.id]
    back = make("back", max(min(slip.at, one.now), one.now), Retraction(entry=slip.id))
    without = anew(one, Journal(others))
    taken_back = anew(one, one.journal.append(back))
    assert taken_back.to_json() == without.to_json(), slip
    return True


SWAP: Final = {"left": "right", "right": "left"}


def swapped(value: Any) -> Any:
    """Swap left and right in plain data."""
    if isinstance(value, dict):
        other = {key: swapped(part) for key, part in value.items()}
        return other | {SWAP[key]: other[key] for key in other if key in SWAP}
    if isinstance(value, list | tuple):
        return [swapped(part) for part in value]
    return SWAP.get(value, value) if isinstance(value, str) else value


def mirrored(entry: Entry) -> Entry:
    data = msgspec.convert(swapped(msgspec.to_builtins(entry.data)), type(entry.data), strict=False)
    return make(entry.id, entry.at, data, entry.recorded)


def is_a_mirror_image(one: Made) -> bool:
    """Left and right are told apart by what is told, and by nothing else."""
    person = fold(one.journal, one.now)
    if person.profile.side not in SWAP:
        return False
    here = concluded(one).to_dict()
    there = anew(one, Journal(mirrored(entry) for entry in one.journal)).to_dict()
    for plain in (here, there):
        del plain["journal"]
        for finding in plain["findings"]:
            finding["words"] = finding["words"]["key"]
    assert swapped(there) == here
    return True


# --- a little more, and never less careful --------------------------------------------------------

SIGNS: Final = tuple(
    (question.id, option.id, option.tier)
    for question in QUESTIONS
    for option in question.options
    if option.tier in {"E", "U", "R"}
)
GRAVE: Final = tuple(sign for sign in SIGNS if sign[2] != "R")


def is_no_milder_with_a_sign(one: Made) -> bool:
    """One warning sign more, at any time, never makes the tier milder, nor does one for a clinician."""
    chance = random.Random(one.seed)
    entries = one.journal.entries
    first = entries[0].at if entries else one.now
    when = one.now - chance.random() * max(dt.timedelta(), one.now - first)
    sign = _told(chance.choice(GRAVE), when)
    before = concluded(one).clearance.tier
    after = anew(one, one.journal.append(sign))
    _no_milder(before, after)
    seen = fold(one.journal, one.now).answers.get(KNOWN.screening.seen, ())
    if not any(said.answer == "yes" and said.at > when for said in seen):
        assert after.clearance.tier in {"E", "U"}
    told = anew(one, one.journal.append(_told(chance.choice(GRAVE), one.now)))
    _no_milder(before, told)
    assert told.clearance.tier in {"E", "U"}
    assert told.session is None
    _no_milder(before, anew(one, one.journal.append(_told(chance.choice(SIGNS), one.now))))
    return True


def _told(sign: tuple[str, str, str], when: dt.datetime) -> Entry:
    question, answer, _ = sign
    return make("sign", when, Screen(question=question, answer=answer, occasion="full", version="1"))


def _no_milder(before: Tier | None, after: Decision) -> None:
    tier = after.clearance.tier
    if before is not None:
        assert tier is not None
        assert TIERS.index(tier) >= TIERS.index(before)


def is_no_harder_with_more_pain(one: Made) -> bool:
    """The more it hurts now, the less is planned of each exercise."""
    chance = random.Random(one.seed)
    low, high = sorted(chance.sample(range(11), 2))
    calm, sore = (
        anew(one, one.journal.append(make("now", one.now, Pain(when="now", leg_nprs=leg))))
        for leg in (low, high)
    )
    if sore.session is None:
        return False
    assert calm.session is not None or calm.refusal is not None
    if calm.session is None:
        assert calm.refusal is not None
        assert calm.refusal.name == "NothingFits"
        return True
    before = {stop.exercise: stop for stop in calm.session.exercises}
    for stop in sore.session.exercises:
        if stop.exercise in before:
            assert stop.rung <= before[stop.exercise].rung, (low, high, stop.exercise)
            assert not rises(stop.dose, before[stop.exercise].dose), (low, high, stop.exercise)
    hardest = [
        max(stop.dose.effort_cr10 or 0 for stop in each.session.exercises)
        for each in (calm, sore)
        if each.session
    ]
    if high >= 4:
        assert hardest[1] <= max(4.0, hardest[0])
    return True


def is_no_higher_after_a_worse_bout(one: Made) -> bool:
    """Had one bout hurt more, no exercise would stand higher, and none would be free sooner."""
    bouts = [entry for entry in one.journal.live if isinstance(entry.data, ExerciseDone)]
    if not bouts:
        return False
    chance = random.Random(one.seed)
    bout = chance.choice(bouts)
    assert isinstance(bout.data, ExerciseDone)
    most = bout.data.leg_max or 0
    worse = msgspec.structs.replace(bout.data, leg_max=chance.randint(most, 10))
    others = [entry for entry in one.journal if entry.id != bout.id]
    before = _standings(one.journal, one.now)
    after = _standings(Journal([*others, make(bout.id, bout.at, worse, bout.recorded)]), one.now)
    assert set(after) == set(before)
    for name, stands in after.items():
        assert stands.rung <= before[name].rung, (name, most, worse.leg_max)
        waited = before[name].waits(one.now)
        waits = stands.waits(one.now)
        assert waited is None or (waits is not None and waits >= waited), name
    return True


def _standings(journal: Journal, now: dt.datetime) -> dict[str, Standing]:
    person = fold(journal, now)
    judged = judge_all(person, base_of(person.mornings, person), KNOWN.rules, RESTS)
    found, _ = standings(judged, KNOWN.exercises, KNOWN.rules, adherence_by_day(person, KNOWN))
    return found


def has_not_gone_up_for_nothing(one: Made) -> bool:
    """No rung above the start without green days whose next morning was told."""
    person = fold(one.journal, one.now)
    base = base_of(person.mornings, person)
    judged = judge_all(person, base, KNOWN.rules)
    decision = concluded(one)
    settled = {
        name: {
            bout.at.date()
            for bout in judged
            if bout.done.exercise == name and bout.light == "green" and bout.settled
        }
        for name in KNOWN.exercises
    }
    for fired in decision.rules:
        if fired.outcome in {"step_up", "back_up"} and fired.subject is not None:
            assert len(settled[fired.subject]) >= 2
            assert fired.at.date() in settled[fired.subject]
            assert fired.at.date() + DAY in base.legs
    if decision.session is not None:
        for stop in decision.session.exercises:
            steps = stop.rung - KNOWN.exercises[stop.exercise].start
            assert steps <= 0 or len(settled[stop.exercise]) >= 2
    for silent in (_without_mornings(one.journal), _without_sets(one.journal)):
        without = anew(one, silent)
        assert not [fired for fired in without.rules if fired.outcome == "step_up"]
        if without.session is not None:
            for stop in without.session.exercises:
                assert stop.rung <= KNOWN.exercises[stop.exercise].start
    return any(settled.values())


def _without_mornings(journal: Journal) -> Journal:
    return Journal(
        entry for entry in journal if not (isinstance(entry.data, Pain) and entry.data.when == "morning")
    )


def _without_sets(journal: Journal) -> Journal:
    """Take away what was counted, and how hard it was."""
    return Journal(
        make(
            entry.id,
            entry.at,
            msgspec.structs.replace(entry.data, sets=(), two_more=None, effort_cr10=None),
            entry.recorded,
        )
        if isinstance(entry.data, ExerciseDone)
        else entry
        for entry in journal
    )


PROPERTIES: Final[dict[str, Check]] = {
    "no plan under E, U or R": is_refused_when_it_must_be,
    "nothing locked in any plan": plans_only_what_is_open,
    "a red flag more is never milder": is_no_milder_with_a_sign,
    "more pain now never raises a dose": is_no_harder_with_more_pain,
    "a worse bout never raises a rung": is_no_higher_after_a_worse_bout,
    "no progress on missing data": has_not_gone_up_for_nothing,
    "left and right never swap": is_a_mirror_image,
    "same journal, same decision": is_the_same_in_any_order,
    "taken back is never written": is_as_if_never_written,
}
"""Every property by its name."""
