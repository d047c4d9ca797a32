"""What one answer to the screen stands for."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import msgspec

from unpinch.knowledge.clinical import Band, Option, Question
from unpinch.knowledge.kinds import Tier, highest


class Meaning(msgspec.Struct, frozen=True, kw_only=True):
    """What one answer stands for."""

    tier: Tier = "G"
    flags: frozenset[str] = frozenset()
    locks: frozenset[str] = frozenset()
    caution: tuple[str, ...] = ()
    recheck_days: int | None = None
    final: bool = False


# The same answers are read at every decision.
@lru_cache(maxsize=2048)
def meaning(question: Question, answer: str | float | tuple[str, ...]) -> Meaning:
    """Return what an answer stands for.

    An answer that the question does not know (from another version) stands for the gravest of
    its options: it is never taken for a "no".
    """
    if isinstance(answer, float | int) and question.bands:
        bands = [band for band in question.bands if answer >= band.at_least]
        return meaning_of(bands[-1:] or question.bands[:1])
    by_id = {option.id: option for option in question.options}
    chosen = answer if isinstance(answer, tuple) else (answer,)
    known = [by_id[part] for part in chosen if isinstance(part, str) and part in by_id]
    if len(known) < len(chosen) or not known:
        return meaning_of(question.options or question.bands)
    return meaning_of(known)


def meaning_of(parts: Sequence[Option | Band]) -> Meaning:
    """Return what several options mean together."""
    return Meaning(
        tier=highest(*(part.tier for part in parts)),
        flags=frozenset(flag for part in parts for flag in part.flags),
        locks=frozenset(lock for part in parts for lock in part.locks),
        caution=tuple(word for part in parts if isinstance(part, Option) for word in part.caution),
        recheck_days=min(
            (part.recheck_days for part in parts if part.recheck_days),
            default=None,
        ),
        final=any(isinstance(part, Band) and part.final for part in parts),
    )
