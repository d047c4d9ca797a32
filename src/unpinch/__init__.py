"""Unpinch: safe, guided and honest trial and error for people with sciatic pain."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from unpinch.care import decide
    from unpinch.care.decision import Decision
    from unpinch.journal import Entry, Journal

__version__ = "0.1.0"
__all__ = ["Decision", "Entry", "Journal", "decide"]

_ROOMS = {
    "Decision": "unpinch.care.decision",
    "Entry": "unpinch.journal",
    "Journal": "unpinch.journal",
    "decide": "unpinch.care",
}


def __getattr__(name: str) -> Any:
    # Fetched when first asked for: whoever wants a journal alone need not wait for numpy and scipy.
    if name not in _ROOMS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(_ROOMS[name]), name)
