"""What a clinician set as a starting point: it says what to do, never more of it than the rules allow."""

from __future__ import annotations

from collections.abc import Mapping

from unpinch.journal.fold import Person
from unpinch.journal.kinds import Advised
from unpinch.knowledge.models import Dose, Exercise


def advised(person: Person) -> dict[str, Advised]:
    """Return what is to be done by the programme that holds, by exercise; the first line of each counts."""
    lines = () if person.programme is None else person.programme.advised
    found: dict[str, Advised] = {}
    for line in lines:
        if line.exercise is not None and not line.avoid:
            found.setdefault(line.exercise, line)
    return found


def start_of(exercise: Exercise, told: Mapping[str, Advised]) -> int:
    """Return the rung at which an exercise begins that was never done.

    The highest one up to its usual start that asks for no more than the clinician did, in the way
    that was named. Where the clinician asks for more than the usual start, it begins there all the
    same: what nobody has seen the person do is not taken for done.
    """
    line = told.get(exercise.id)
    if line is None:
        return exercise.start
    usual = range(min(exercise.start, len(exercise.ladder) - 1), -1, -1)
    named = [rung for rung in usual if line.variant in {None, exercise.ladder[rung].variant}]
    fitting = [rung for rung in named if not _more(exercise.ladder[rung].dose, line)]
    if fitting:
        return fitting[0]
    return named[-1] if named else exercise.start


def week_max(exercise: Exercise, told: Mapping[str, Advised]) -> int:
    """Return on how many days a week an exercise may be done: never on more than it usually may."""
    line = told.get(exercise.id)
    if line is None or line.days_a_week is None:
        return exercise.per_week_max
    return min(exercise.per_week_max, line.days_a_week)


def _more(dose: Dose, line: Advised) -> bool:
    """Tell whether a dose asks for more than a line of the programme in anything that the line names."""
    pairs = (
        (dose.sets, line.sets),
        (dose.reps, line.reps),
        (dose.hold_s, line.hold_s),
        (dose.minutes, line.minutes),
    )
    return any(has is not None and told is not None and has > told for has, told in pairs)
