"""How long an exercise takes when it is guided: the one arithmetic of planner and session script."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache

import msgspec

from unpinch.care.decision import PlannedDose
from unpinch.knowledge.kinds import Position, Side
from unpinch.knowledge.models import Dose, Exercise, Tempo, Variant
from unpinch.knowledge.timing import Timing

Amount = Dose | PlannedDose
"""How much: from an exercise's ladder, or from today's plan."""


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """Where an exercise happens: a position, and what must lie at hand."""

    position: Position
    equipment: tuple[str, ...] = ()


def place_of(exercise: Exercise, variant: str | None = None) -> Place:
    """Return the place of one variant of an exercise; without a variant its usual position.

    Raises
    ------
    KeyError
        When the exercise has no such variant.
    """
    if variant is None:
        return Place(position=exercise.position)
    chosen = exercise.variant(variant)
    return Place(position=chosen.position or exercise.position, equipment=chosen.equipment)


def tempo_of(tempo: Tempo, dose: Amount) -> Tempo:
    """Return the tempo of one repetition: a hold named by the dose goes before the exercise's own."""
    if dose.reps is None or dose.hold_s is None:
        return tempo
    return msgspec.structs.replace(tempo, hold_s=dose.hold_s)


def set_seconds(tempo: Tempo, dose: Amount) -> float:
    """Return the seconds of one set on one side.

    Raises
    ------
    ValueError
        When the dose names neither repetitions, nor a hold, nor minutes.
    """
    if dose.minutes is not None:
        return dose.minutes * 60.0
    if dose.reps is not None:
        return dose.reps * tempo_of(tempo, dose).rep_s
    if dose.hold_s is not None:
        return dose.hold_s
    raise ValueError("a dose needs repetitions, a hold or minutes")


def rest_seconds(dose: Amount, timing: Timing) -> float:
    """Return the seconds between two sets of one side: time enough to count in again."""
    return max(dose.rest_s, timing.rest_min_s)


def switch_seconds(place: Place, timing: Timing) -> float:
    """Return the seconds to change from one side to the other."""
    base = max(timing.switch_s, timing.switch_place_s.get(place.position, 0.0))
    return base + sum(timing.switch_prop_s.get(thing, 0.0) for thing in place.equipment)


def spoken_seconds(text: str, timing: Timing) -> float:
    """Return the seconds that the voice needs for a line, with the pause after it."""
    return len(text.split()) / timing.say_words_per_s + timing.say_pause_s


def arrival_seconds(
    place: Place,
    timing: Timing,
    *,
    before: Place | None = None,
    new: bool = False,
    read: Sequence[str] = (),
) -> float:
    """Return the seconds from one exercise to the next.

    Parameters
    ----------
    place
        Where the next exercise happens.
    before
        Where the last one happened; None at the start of a session.
    new
        It is told how to place the things that are needed.
    read
        Steps that are read aloud on the way; see `read_aloud`.
    """
    stays = before is not None and before.position == place.position
    seconds = timing.stay_s if stays else timing.place_s[place.position]
    seconds += (timing.prop_new_s if new else timing.prop_s) * len(fetched(place, before))
    return math.ceil(seconds + sum(lines_seconds(line, timing) for line in read))


def fetched(place: Place, before: Place | None) -> tuple[str, ...]:
    """Return the things that a place needs and the place before did not have."""
    return tuple(thing for thing in place.equipment if before is None or thing not in before.equipment)


def read_aloud(variant: Variant, *, new: bool) -> tuple[str, ...]:
    """Return the steps that are read before the start: all of them, or where to begin."""
    if new:
        return variant.how
    return variant.how[:1] if variant.ready is None else (variant.ready,)


def lines_seconds(text: str, timing: Timing) -> float:
    """Return the seconds that a text needs when it is read in lines of few words each."""
    lengths = _line_lengths(text, timing.say_words_max)
    return sum(words / timing.say_words_per_s + timing.say_pause_s for words in lengths)


# The planner asks for the same steps of the same exercises again and again.
@lru_cache(maxsize=4096)
def _line_lengths(text: str, words_max: int) -> tuple[int, ...]:
    """Return the number of words in each line of a text."""
    return tuple(len(line.split()) for line in phrases(text, words_max))


def phrases(text: str, words_max: int) -> list[str]:
    """Cut a text into lines of at most ``words_max`` words.

    Short sentences share a line; a long one is cut at its commas where it can be, else evenly.
    """
    lines: list[str] = []
    for sentence in _joined(_cut(text, ".!?"), words_max):
        if len(sentence.split()) <= words_max:
            lines.append(sentence)
            continue
        for part in _joined(_cut(sentence, ",;:"), words_max):
            words = part.split()
            share = math.ceil(len(words) / math.ceil(len(words) / words_max))
            lines.extend(" ".join(words[at : at + share]) for at in range(0, len(words), share))
    return lines


def exercise_seconds(
    exercise: Exercise,
    dose: Amount,
    sides: Sequence[Side],
    timing: Timing,
    *,
    variant: str | None = None,
    before: Place | None = None,
    new: bool = False,
) -> float:
    """Return how long an exercise takes from the end of the last one to the end of its question.

    Parameters
    ----------
    exercise
        The exercise.
    dose
        A `Dose` of its ladder, or a `PlannedDose`.
    sides
        The sides in order; empty when both legs work at once.
    timing
        ``knowledge.timing``.
    variant
        Its version; without one the time to fetch things and to hear the steps is not counted.
    before
        `place_of` the exercise before; None when it is the first.
    new
        All its steps are read aloud before the start, not only the first one.

    Returns
    -------
    float
        Seconds, the usual time to answer the question after it (``timing.ask_s``) included.
    """
    place = place_of(exercise, variant)
    read = () if variant is None else read_aloud(exercise.variant(variant), new=new)
    rounds = max(1, len(sides))
    return (
        arrival_seconds(place, timing, before=before, new=new, read=read)
        + timing.get_ready_s
        + rounds
        * (dose.sets * set_seconds(exercise.tempo, dose) + (dose.sets - 1) * rest_seconds(dose, timing))
        + (rounds - 1) * switch_seconds(place, timing)
        + timing.ask_s
    )


def _cut(text: str, marks: str) -> list[str]:
    """Cut after words that end in one of the marks."""
    parts: list[list[str]] = [[]]
    for word in text.split():
        parts[-1].append(word)
        if word[-1] in marks:
            parts.append([])
    return [" ".join(part) for part in parts if part]


def _joined(parts: list[str], words_max: int) -> list[str]:
    """Join neighbours as long as they stay within the number of words."""
    joined: list[str] = []
    for part in parts:
        if joined and len(joined[-1].split()) + len(part.split()) <= words_max:
            joined[-1] += " " + part
        else:
            joined.append(part)
    return joined
