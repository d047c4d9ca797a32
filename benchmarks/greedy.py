"""The first way to put a session together, to be measured against: the worthiest for as long as they fit."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from unpinch.care.access import GENTLE
from unpinch.care.planning import Candidate, Limits, minutes_of
from unpinch.knowledge import Knowledge


def greedy(candidates: Sequence[Candidate], limits: Limits, knowledge: Knowledge) -> list[Candidate]:
    """Return the exercises that are taken one by one; empty when none fits."""
    chosen = _taken([], candidates, limits, knowledge)
    all_of_it = msgspec.structs.replace(limits, free_minutes=limits.minutes)
    return _taken(chosen, candidates, all_of_it, knowledge) if chosen else []


def _taken(
    known: Sequence[Candidate], candidates: Sequence[Candidate], limits: Limits, knowledge: Knowledge
) -> list[Candidate]:
    chosen = list(known)
    names = {one.exercise.id for one in known}
    left = [one for one in candidates if one.exercise.id not in names]
    while left and len(chosen) < limits.exercises_max:
        best = max(left, key=lambda one: (_worth_beside(one, chosen, knowledge), one.exercise.id))
        left.remove(best)
        if _fits(best, chosen, limits, knowledge):
            chosen.append(best)
    return chosen


def _worth_beside(one: Candidate, chosen: Sequence[Candidate], knowledge: Knowledge) -> float:
    same = sum(other.exercise.family == one.exercise.family for other in chosen)
    goal = 0.0 if any(other.goal == one.goal for other in chosen) else one.goal_worth
    return one.worth + goal - knowledge.planning.weights.same_family * same


def _fits(one: Candidate, chosen: Sequence[Candidate], limits: Limits, knowledge: Knowledge) -> bool:
    takes = minutes_of(one, None, limits, knowledge)
    spent = sum(minutes_of(other, None, limits, knowledge) for other in chosen)
    if spent + takes > limits.minutes:
        return False
    if one.exercise.kind == "relief" and one.worth <= 0 and chosen:
        return False
    if one.new and sum(other.new for other in chosen) >= limits.new_max:
        return False
    if one.exercise.kind not in GENTLE:
        return True
    gentle = [other for other in chosen if other.exercise.kind in GENTLE]
    free = sum(minutes_of(other, None, limits, knowledge) for other in gentle)
    return not gentle or free + takes <= limits.free_minutes
