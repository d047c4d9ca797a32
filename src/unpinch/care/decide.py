"""The heart: a journal and a time give a Decision."""

from __future__ import annotations

import datetime as dt

from unpinch.care.decision import Decision
from unpinch.journal import Journal
from unpinch.knowledge import Knowledge


def decide(journal: Journal, now: dt.datetime, knowledge: Knowledge | None = None) -> Decision:
    """Conclude what is safe, what helps and what to do today.

    Pure and deterministic: the same journal, time and knowledge give the same bytes.
    """
    raise NotImplementedError
