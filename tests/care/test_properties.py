"""What holds for every journal, whatever a person did or a program wrote.

The usual run tries a few hundred journals. A hundred thousand are tried with::

    UNPINCH_EXAMPLES=100000 python -m pytest -m slow tests/care/test_properties.py
"""

from __future__ import annotations

import datetime as dt
import os
import random
import subprocess
import sys
from collections.abc import Callable
from typing import Any, Final

import msgspec
import pytest
from hypothesis import given, settings

from tests.care.journals import DAY, EXERCISES, KNOWN, QUESTIONS, Made, journals, made, smallest
from tests.care.referee import GENTLE, Opinion
from unpinch import Decision, Journal, decide
from unpinch.care.decision import PlannedDose, PlannedExercise
from unpinch.care.light import base_of, judge_all
from unpinch.journal import Entry, make
from unpinch.journal.fold import fold
from unpinch.journal.kinds import KINDS, Pain, Retraction, Screen
from unpinch.knowledge.kinds import TIERS

EXAMPLES: Final = int(os.environ.get("UNPINCH_EXAMPLES", "100000"))
CHUNKS: Final = 50
MANY: Final = 120
SOME: Final = 40


def concluded(one: Made) -> Decision:
    return decide(one.journal, one.now, KNOWN)


def holds(check: Callable[[Made], None], one: Made) -> None:
    """Run a check; when it fails, say which smallest journal fails it."""
    try:
        check(one)
    except Exception as error:
        least = smallest(one, lambda other: _fails(check, other))
        told = least.journal.to_jsonl()
        raise AssertionError(f"seed {one.seed}, at {one.now.isoformat()}: {error}\n{told}") from error


def _fails(check: Callable[[Made], None], one: Made) -> bool:
    try:
        check(one)
    except Exception:
        return True
    return False


# --- one decision -------------------------------------------------------------------------------


def is_safe(one: Made) -> None:
    """(a), (b), (h), (i), (j): whatever is planned may be planned, by a second opinion too."""
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
        return
    assert tier in {"G", "A"}
    assert opinion.blocking == "G"
    assert not opinion.missing
    assert not opinion.needs_clinician
    assert opinion.leg is not None
    assert decision.session is not None
    stops = decision.session.exercises
    for stop in stops:
        assert opinion.may(stop.exercise, stop.variant), (stop.exercise, stop.variant)
        keeps_to_its_locks(stop, decision)
        keeps_to_its_ladder(stop)
    keeps_to_the_day(decision, one)


def keeps_to_its_locks(stop: PlannedExercise, decision: Decision) -> None:
    for lock in decision.clearance.locks:
        if lock.exercise == stop.exercise:
            assert lock.limit_to, lock
            assert stop.variant in lock.limit_to, lock
            assert lock.until is None or lock.until <= decision.now


def keeps_to_its_ladder(stop: PlannedExercise) -> None:
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


def keeps_to_the_day(decision: Decision, one: Made) -> None:
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


@settings(max_examples=MANY)
@given(journals)
def test_whatever_is_planned_is_safe(one: Made) -> None:
    holds(is_safe, one)


def test_the_made_up_journals_are_worth_trying() -> None:
    """Enough of them end in a session, and every refusal and kind of entry comes up."""
    decisions = [concluded(made(seed)) for seed in range(250)]
    planned = [one for one in decisions if one.session is not None]
    assert len(planned) > 60
    assert {stop.exercise for one in planned if one.session for stop in one.session.exercises} > {"EX25"}
    refusals = {one.refusal.name for one in decisions if one.refusal is not None}
    assert refusals >= {"EmergencySigns", "UrgentSigns", "SeeClinicianFirst", "ScreenMissing", "StaleAnswers"}
    entries = [entry for seed in range(60) for entry in made(seed).journal]
    assert {entry.kind for entry in entries} == set(KINDS)
    rules = {(fired.rule, fired.outcome) for one in decisions for fired in one.rules}
    assert rules >= {("R1", "red"), ("R1", "amber"), ("R6", "step_up"), ("R7", "lock"), ("R7", "back_up")}
    assert rules >= {("R4", "lock"), ("R7", "pause"), ("R8", "flare"), ("R9", "severe"), ("R9", "review")}


# --- the same journal in other words ------------------------------------------------------------


def is_the_same_in_any_order(one: Made) -> None:
    """(f), (k): a journal is a set; a decision goes there and back as JSON."""
    decision = concluded(one)
    raw = decision.to_json()
    assert Decision.from_json(raw).to_json() == raw
    assert Decision.from_json(raw) == decision
    chance = random.Random(one.seed)
    entries = list(one.journal.entries)
    chance.shuffle(entries)
    assert concluded(one._replace(journal=Journal(entries))).to_json() == raw
    assert concluded(one._replace(journal=Journal.from_jsonl(one.journal.to_jsonl()))).to_json() == raw
    hands = [[entry for entry in entries if chance.random() < 0.7] for _ in range(2)]
    rest = [entry for entry in entries if all(entry not in hand for hand in hands)]
    phone, laptop = Journal(hands[0]), Journal([*hands[1], *rest])
    assert concluded(one._replace(journal=phone.merge(laptop))).to_json() == raw
    assert concluded(one._replace(journal=laptop.merge(phone))).to_json() == raw


def is_as_if_never_written(one: Made) -> None:
    """(g): an entry that was taken back leaves nothing behind."""
    chance = random.Random(one.seed)
    entries = [entry for entry in one.journal.entries if entry.kind != "retraction"]
    if not entries:
        return
    slip = chance.choice(entries)
    others = [entry for entry in one.journal.entries if entry.id != slip.id]
    back = make("back", max(min(slip.at, one.now), one.now), Retraction(entry=slip.id))
    without = concluded(one._replace(journal=Journal(others)))
    taken_back = concluded(one._replace(journal=one.journal.append(back)))
    assert taken_back.to_json() == without.to_json(), slip


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


def is_a_mirror_image(one: Made) -> None:
    """(e): left and right are told apart by what is told, and by nothing else."""
    person = fold(one.journal, one.now)
    if person.profile.side not in SWAP:
        return
    here = concluded(one).to_dict()
    there = concluded(one._replace(journal=Journal(mirrored(entry) for entry in one.journal))).to_dict()
    for plain in (here, there):
        del plain["journal"]
        for finding in plain["findings"]:
            finding["words"] = finding["words"]["key"]
    assert swapped(there) == here


@settings(max_examples=SOME)
@given(journals)
def test_a_journal_is_a_set(one: Made) -> None:
    holds(is_the_same_in_any_order, one)


def test_the_same_journal_is_the_same_decision_in_another_process() -> None:
    """Nothing hangs on the order in which a process happens to keep its sets."""
    seeds = [seed for seed in range(60) if concluded(made(seed)).session is not None][:6]
    assert len(seeds) == 6
    here = [concluded(made(seed)).to_json().decode() for seed in seeds]
    code = (
        "import sys\n"
        "from tests.care.test_properties import concluded\n"
        "from tests.care.journals import made\n"
        "for seed in sys.argv[1:]:\n    print(concluded(made(int(seed))).to_json().decode())\n"
    )
    for hashed in ("1", "2"):
        done = subprocess.run(
            [sys.executable, "-c", code, *map(str, seeds)],
            env={**os.environ, "PYTHONHASHSEED": hashed, "PYTHONPATH": os.pathsep.join(sys.path)},
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stdout.splitlines() == here


@settings(max_examples=SOME)
@given(journals)
def test_what_was_taken_back_was_never_written(one: Made) -> None:
    holds(is_as_if_never_written, one)


@settings(max_examples=SOME)
@given(journals)
def test_left_and_right_are_mirror_images(one: Made) -> None:
    holds(is_a_mirror_image, one)


# --- a little more, and never less careful --------------------------------------------------------

GRAVE: Final = tuple(
    (question.id, option.id)
    for question in QUESTIONS
    for option in question.options
    if option.tier in {"E", "U"}
)


def is_no_milder_with_a_sign(one: Made) -> None:
    """(c): one warning sign more, at any time, never makes the tier milder."""
    chance = random.Random(one.seed)
    entries = one.journal.entries
    first = entries[0].at if entries else one.now
    when = one.now - chance.random() * max(dt.timedelta(), one.now - first)
    question, answer = chance.choice(GRAVE)
    sign = make("sign", when, Screen(question=question, answer=answer, occasion="full", version="1"))
    before = concluded(one).clearance.tier
    after = concluded(one._replace(journal=one.journal.append(sign))).clearance.tier
    if before is not None:
        assert after is not None
        assert TIERS.index(after) >= TIERS.index(before)
    now = make("sign", one.now, sign.data)
    told = concluded(one._replace(journal=one.journal.append(now)))
    assert told.clearance.tier in {"E", "U"}
    assert told.session is None


def is_no_harder_with_more_pain(one: Made) -> None:
    """(d): the more it hurts now, the less is planned of each exercise."""
    chance = random.Random(one.seed)
    low, high = sorted(chance.sample(range(11), 2))
    calm, sore = (
        concluded(
            one._replace(journal=one.journal.append(make("now", one.now, Pain(when="now", leg_nprs=leg))))
        )
        for leg in (low, high)
    )
    if sore.session is None:
        return
    assert calm.session is not None or calm.refusal is not None
    if calm.session is None:
        assert calm.refusal is not None
        assert calm.refusal.name == "NothingFits"
        return
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


def has_not_gone_up_for_nothing(one: Made) -> None:
    """(i): no rung above the start without green days whose next morning was told."""
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
    quiet = Journal(
        entry for entry in one.journal if not (isinstance(entry.data, Pain) and entry.data.when == "morning")
    )
    without = concluded(one._replace(journal=quiet))
    assert not [fired for fired in without.rules if fired.outcome in {"step_up", "back_up"}]
    if without.session is not None:
        for stop in without.session.exercises:
            assert stop.rung <= KNOWN.exercises[stop.exercise].start


@settings(max_examples=SOME)
@given(journals)
def test_a_warning_sign_more_is_never_milder(one: Made) -> None:
    holds(is_no_milder_with_a_sign, one)


@settings(max_examples=SOME)
@given(journals)
def test_more_pain_is_never_more_work(one: Made) -> None:
    holds(is_no_harder_with_more_pain, one)


@settings(max_examples=SOME)
@given(journals)
def test_nothing_goes_up_without_settled_green_days(one: Made) -> None:
    holds(has_not_gone_up_for_nothing, one)


# --- a hundred thousand ---------------------------------------------------------------------------

OTHERS: Final = (
    is_the_same_in_any_order,
    is_as_if_never_written,
    is_a_mirror_image,
    is_no_milder_with_a_sign,
    is_no_harder_with_more_pain,
    has_not_gone_up_for_nothing,
)


@pytest.mark.slow
@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_a_great_many_journals(chunk: int) -> None:
    """Every journal must be safe; each of the other properties is tried on a sixth of them."""
    size = -(-EXAMPLES // CHUNKS)
    for number in range(chunk * size, (chunk + 1) * size):
        one = made(number)
        holds(is_safe, one)
        holds(OTHERS[number % len(OTHERS)], one)
    assert EXERCISES
