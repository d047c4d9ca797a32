"""Faults of the exercises and of the tables that they refer to."""

from __future__ import annotations

import re
import typing
from collections.abc import Collection, Iterable, Iterator

from unpinch.knowledge.kinds import SHOWN_TAGS, Position
from unpinch.knowledge.knowledge import Knowledge
from unpinch.knowledge.models import Dose, Exercise, Unlock

_MARK = re.compile(r"\{([^}]*)\}")
_SIDE_MARKS = frozenset({"side", "other", "Side", "Other"})


def exercise_faults(knowledge: Knowledge) -> Iterator[str]:
    """Yield one line for each fault of the exercises, positions, families, locks and the article."""
    yield from _table_faults(knowledge)
    for exercise in knowledge.exercises.values():
        place = f"exercises/{exercise.id}.yaml"
        for fault in (
            *_reference_faults(exercise, knowledge),
            *_variant_faults(exercise, knowledge),
            *_ladder_faults(exercise),
            *_lock_faults(exercise, knowledge),
            *_stand_in_faults(exercise, knowledge),
            *_word_faults(exercise),
        ):
            yield f"{place}: {fault}"
    yield from _circles(knowledge)
    yield from _article_faults(knowledge)


# --- tables -------------------------------------------------------------------------------------


def _table_faults(knowledge: Knowledge) -> Iterator[str]:
    for name in typing.get_args(Position):
        if name not in knowledge.positions:
            yield f"positions.yaml: {name!r} is missing"
    orders = [position.order for position in knowledge.positions.values()]
    if len(set(orders)) < len(orders):
        yield "positions.yaml: two positions have the same order"
    on_floor = [p.on_floor for p in sorted(knowledge.positions.values(), key=lambda p: p.order)]
    if on_floor != sorted(on_floor):
        yield "positions.yaml: the order goes down to the floor more than once"
    for family in knowledge.families:
        if not any(exercise.family == family for exercise in knowledge.exercises.values()):
            yield f"families.yaml: {family}: no exercise belongs to it"
    used = {lock.code for exercise in knowledge.exercises.values() for lock in exercise.locks}
    for code in knowledge.locks.values():
        if code.id not in used:
            yield f"locks.yaml: {code.id}: closes no exercise"


def _article_faults(knowledge: Knowledge) -> Iterator[str]:
    traced: set[str] = set()
    for item in knowledge.article.values():
        place = f"article.yaml: {item.id}"
        if not item.exercises:
            yield f"{place}: leads to no exercise"
        yield from _unknown(place, "exercise", item.exercises, knowledge.exercises)
        for name in item.exercises:
            exercise = knowledge.exercises.get(name)
            if exercise is not None and exercise.origin == "guideline":
                yield f"{place}: {name} comes from a guideline, not from the article"
            if exercise is not None and exercise.origin == "article_corrected" and item.difference is None:
                yield f"{place}: {name} was corrected, so the difference must be said"
        traced.update(item.exercises)
    for exercise in knowledge.exercises.values():
        if exercise.origin != "guideline" and exercise.id not in traced:
            yield f"article.yaml: no item leads to {exercise.id}"


def _circles(knowledge: Knowledge) -> Iterator[str]:
    """Yield exercises that would have to be unlocked before they unlock, or be easier than themselves."""
    edges = {
        "waits for itself": {
            e.id: (*e.unlock.green_of, *filter(None, [e.unlock.helps])) if e.unlock else ()
            for e in knowledge.exercises.values()
        },
        "is easier than itself": {e.id: e.harder for e in knowledge.exercises.values()},
        "is harder than itself": {e.id: e.easier for e in knowledge.exercises.values()},
    }
    for what, graph in edges.items():
        for start in graph:
            seen: set[str] = set()
            ahead = list(graph[start])
            while ahead:
                name = ahead.pop()
                if name not in seen:
                    seen.add(name)
                    ahead.extend(graph.get(name, ()))
            if start in seen:
                yield f"exercises/{start}.yaml: {what}"


# --- one exercise -------------------------------------------------------------------------------


def _reference_faults(exercise: Exercise, knowledge: Knowledge) -> Iterator[str]:
    if exercise.family not in knowledge.families:
        yield f"family {exercise.family!r} is no family"
    if not exercise.targets and exercise.kind != "relief":
        yield "has no target"
    yield from _unknown("", "target", (target.muscle for target in exercise.targets), knowledge.muscles)
    yield from _unknown("", "stop sign", exercise.stops, knowledge.stops)
    for stop in knowledge.stops:
        if stop not in exercise.stops:
            yield f"does not name the stop sign {stop!r}"
    yield from _unknown("", "claim", exercise.claims, knowledge.claims)
    for relation in ("easier", "harder", "stand_ins"):
        names = getattr(exercise, relation)
        yield from _unknown("", f"{relation}:", names, knowledge.exercises)
        if exercise.id in names:
            yield f"{relation}: names itself"
        if len(set(names)) < len(names):
            yield f"{relation}: names one twice"
    for figure in exercise.emg:
        if figure.muscle not in knowledge.muscles:
            yield f"emg: {figure.muscle!r} is no muscle"
    if exercise.unlock is not None:
        yield from _unlock_faults("unlock", exercise.unlock, knowledge)
    for name in exercise.sources:
        source = knowledge.sources.get(name)
        if source is not None and source.tag not in SHOWN_TAGS:
            yield f"its note is shown, but rests on {name!r}, tagged {source.tag}"
    if exercise.sources and exercise.note is None:
        yield "has sources of a note, but no note"


def _unlock_faults(what: str, unlock: Unlock, knowledge: Knowledge) -> Iterator[str]:
    names = (*unlock.green_of, *filter(None, [unlock.helps]))
    yield from _unknown("", f"{what}:", names, knowledge.exercises)
    if bool(unlock.green_of) != bool(unlock.green_times or unlock.green_days):
        yield f"{what}: green_of and green_times or green_days need each other"
    if unlock == Unlock():
        yield f"{what}: asks for nothing"


def _variant_faults(exercise: Exercise, knowledge: Knowledge) -> Iterator[str]:
    ids = [variant.id for variant in exercise.variants]
    if not ids:
        yield "has no variant"
    if len(set(ids)) < len(ids):
        yield "two variants have the same id"
    movements = [variant.movement for variant in exercise.variants]
    if movements.count(exercise.id) != 1:
        yield f"exactly one variant must show the movement {exercise.id!r}"
    for variant in exercise.variants:
        what = f"variant {variant.id}"
        if not variant.id.startswith(exercise.id) or not variant.movement.startswith(exercise.id):
            yield f"{what}: id and movement must start with {exercise.id}"
        yield from _unknown("", f"{what}: equipment", variant.equipment, knowledge.equipment)
        if not variant.how:
            yield f"{what}: has no steps"
        if variant.unlock is not None:
            yield from _unlock_faults(f"{what}: unlock", variant.unlock, knowledge)


def _ladder_faults(exercise: Exercise) -> Iterator[str]:
    order = {variant.id: number for number, variant in enumerate(exercise.variants)}
    if not 0 <= exercise.start < len(exercise.ladder):
        yield f"start {exercise.start} is outside the ladder of {len(exercise.ladder)} steps"
    if exercise.tempo.rep_s <= 0 or min(_tempo(exercise)) < 0:
        yield "tempo: a repetition must take some time"
    reached = 0
    for number, rung in enumerate(exercise.ladder):
        what = f"ladder {number}"
        if rung.variant not in order:
            yield f"{what}: {rung.variant!r} is no variant"
            continue
        if order[rung.variant] < reached:
            yield f"{what}: goes back to the easier variant {rung.variant}"
        reached = max(reached, order[rung.variant])
        yield from (f"{what}: {fault}" for fault in _dose_faults(rung.dose))
        if exercise.kind == "strengthen" and rung.dose.effort_cr10 is None:
            yield f"{what}: a strengthening dose needs the effort to aim at"
    for variant in order:
        if variant not in {rung.variant for rung in exercise.ladder}:
            yield f"ladder: variant {variant} is on no step"


def _tempo(exercise: Exercise) -> tuple[float, ...]:
    tempo = exercise.tempo
    return tempo.out_s, tempo.hold_s, tempo.back_s, tempo.rest_s


def _dose_faults(dose: Dose) -> Iterator[str]:
    measures = [measure for measure in (dose.reps, dose.hold_s, dose.minutes) if measure is not None]
    if len(measures) != 1:
        yield "a dose needs exactly one of reps, hold_s or minutes"
    if any(measure <= 0 for measure in measures) or dose.sets < 1:
        yield "a dose must be more than nothing"
    if dose.rest_s < 0:
        yield "rest_s is below zero"
    if dose.effort_cr10 is not None and not 0 < dose.effort_cr10 <= 10:
        yield "effort_cr10 is outside 0 to 10"


def _lock_faults(exercise: Exercise, knowledge: Knowledge) -> Iterator[str]:
    codes = [lock.code for lock in exercise.locks]
    yield from _unknown("", "lock", codes, knowledge.locks)
    if len(set(codes)) < len(codes):
        yield "a lock stands twice"
    variants = {variant.id for variant in exercise.variants}
    reachable = {rung.variant for rung in exercise.ladder[: exercise.start + 1]}
    for lock in exercise.locks:
        yield from _unknown("", f"lock {lock.code}: limit_to", lock.limit_to, variants)
        if lock.limit_to and reachable.isdisjoint(lock.limit_to):
            yield f"lock {lock.code}: leaves nothing at or below the start, so it closes"
        # A limit to all of them can still say what to mind.
        if variants.issubset(lock.limit_to) and lock.note is None:
            yield f"lock {lock.code}: limits nothing and says nothing"


def _stand_in_faults(exercise: Exercise, knowledge: Knowledge) -> Iterator[str]:
    own = _reach(exercise, knowledge)
    others = [knowledge.exercises[name] for name in exercise.stand_ins if name in knowledge.exercises]
    for other in others:
        if own.isdisjoint(_reach(other, knowledge)):
            yield f"stand-in {other.id} shares neither a target nor a group with it"
    if not others:
        return
    for lock in exercise.locks:
        if not lock.limit_to and all(lock.code in _closing(other) for other in others):
            yield f"lock {lock.code}: closes every stand-in too"


def _reach(exercise: Exercise, knowledge: Knowledge) -> set[str]:
    """Return targets and their groups; ``other`` gathers what has nothing in common."""
    muscles = {target.muscle for target in exercise.targets}
    groups = {knowledge.muscles[name].group for name in muscles if name in knowledge.muscles}
    return muscles | {f"group {group}" for group in groups if group != "other"}


def _closing(exercise: Exercise) -> set[str]:
    return {lock.code for lock in exercise.locks if not lock.limit_to}


def _word_faults(exercise: Exercise) -> Iterator[str]:
    """Yield texts that speak of a side where there is none, or forget it where there is one."""
    for variant in exercise.variants:
        lines = [*variant.how, *variant.cues, variant.name, variant.ready or ""]
        marks = _marks(lines)
        for mark in sorted(marks - _SIDE_MARKS):
            yield f"variant {variant.id}: {{{mark}}} is no mark"
        if marks & _SIDE_MARKS and not exercise.sided:
            yield f"variant {variant.id}: speaks of a side, but the exercise has none"
        if exercise.sided and not _marks(variant.how) & _SIDE_MARKS:
            yield f"variant {variant.id}: its steps do not say which side"
    rest = [
        exercise.name, exercise.purpose, exercise.note or "", *exercise.mistakes,
        *(lock.note or "" for lock in exercise.locks),
    ]  # fmt: skip
    if _marks(rest):
        yield "only steps and cues may speak of a side"
    if _marks(exercise.cues) - _SIDE_MARKS or (_marks(exercise.cues) and not exercise.sided):
        yield "cues: speak of a side, but the exercise has none"
    for what in ("cues", "mistakes"):
        if not getattr(exercise, what):
            yield f"has no {what}"


def _marks(lines: Iterable[str]) -> set[str]:
    return {mark for line in lines for mark in _MARK.findall(line)}


def _unknown(place: str, what: str, names: Iterable[str], known: Collection[str]) -> Iterator[str]:
    for name in names:
        if name not in known:
            yield f"{place}: {what} {name!r} is not known".removeprefix(": ")
