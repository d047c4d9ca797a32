"""What the voice says, and when: lines that follow one another without falling over each other."""

from __future__ import annotations

from collections.abc import Mapping

from unpinch.care.duration import phrases, spoken_seconds
from unpinch.knowledge.kinds import Side
from unpinch.knowledge.timing import Timing
from unpinch.knowledge.words import say
from unpinch.session.script import Cue

OTHER: dict[Side, Side] = {"left": "right", "right": "left"}
"""The opposite side."""


class SideMissingError(ValueError):
    """A text speaks of a side, yet the exercise was planned without one."""


def sided(text: str, side: Side | None, words: Mapping[str, str]) -> str:
    """Put the side into a text: ``{side}`` is the working one, ``{other}`` the opposite one.

    A capital letter in the mark gives a capital letter.

    Raises
    ------
    SideMissingError
        When the text needs a side and there is none.
    """
    if "{" not in text:
        return text
    if side is None:
        raise SideMissingError(f"this text needs a side: {text!r}")
    for mark, which in (("side", side), ("other", OTHER[side])):
        word = say(words, f"session.side.{which}").text
        text = text.replace(f"{{{mark}}}", word).replace(f"{{{mark.title()}}}", word[:1].upper() + word[1:])
    return text


class Lines:
    """The cues of one step while it is written.

    Parameters
    ----------
    timing
        ``knowledge.timing``: how fast the voice speaks.
    words
        ``knowledge.words``.
    """

    def __init__(self, timing: Timing, words: Mapping[str, str]) -> None:
        self._timing = timing
        self._words = words
        self._cues: list[Cue] = []

    @property
    def cues(self) -> tuple[Cue, ...]:
        """The lines so far in order of time."""
        return tuple(sorted(self._cues, key=lambda cue: cue.at_s))

    @property
    def free_s(self) -> float:
        """The moment from which the voice is silent."""
        return max((cue.at_s + spoken_seconds(cue.say, self._timing) for cue in self._cues), default=0.0)

    def at(self, at_s: float, key: str, /, **values: str | int | float) -> Lines:
        """Say the words of a key at a moment, cut into short lines where they are long."""
        self._add(at_s, say(self._words, key, **values).text)
        return self

    def then(self, text: str) -> Lines:
        """Say a text as soon as the voice is free."""
        self._add(self.free_s, text)
        return self

    def fits(self, text: str, until_s: float) -> bool:
        """Tell whether a text could be said as soon as the voice is free, and end in time."""
        lines = phrases(text, self._timing.say_words_max)
        return self.free_s + sum(spoken_seconds(line, self._timing) for line in lines) <= until_s

    def count_down(self, end_s: float) -> Lines:
        """Say "three, two, one" so that the next number would fall on ``end_s``."""
        for left in range(self._timing.count_in, 0, -1):
            self.number(end_s - left * self._timing.count_in_step_s, left)
        return self

    def number(self, at_s: float, number: int) -> Lines:
        """Say a number as a word where there is one."""
        self._add(at_s, self._words.get(f"session.number.{number}", str(number)))
        return self

    def _add(self, at_s: float, text: str) -> None:
        for line in phrases(text, self._timing.say_words_max):
            self._cues.append(Cue(at_s=round(at_s, 2), say=line))
            at_s += spoken_seconds(line, self._timing)
