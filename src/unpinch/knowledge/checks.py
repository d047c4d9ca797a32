"""References that must resolve, and tags that must not be shown: each fault in one line."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from unpinch.knowledge.loader import Knowledge


def check(knowledge: Knowledge) -> list[str]:
    """Return one line for each fault of the data, none when it is sound."""
    return []
