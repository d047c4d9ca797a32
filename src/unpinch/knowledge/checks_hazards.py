"""Faults of the hazards: estimates off the scale, and controls that nothing proves."""

from __future__ import annotations

import re
from collections.abc import Iterator

from unpinch.knowledge.hazards import Hazard
from unpinch.knowledge.knowledge import Knowledge

SCALE = range(1, 6)
_TEST = re.compile(r"tests/[a-z0-9_/]+/test_\w+\.py::test_\w+(\[[^\]]+\])?")


def hazard_faults(knowledge: Knowledge) -> Iterator[str]:
    """Yield one line for each fault of the hazards."""
    for number, hazard in enumerate(knowledge.hazards.values(), 1):
        place = f"hazards.yaml: {hazard.id}"
        if hazard.id != f"H{number}":
            yield f"{place}: stands where 'H{number}' belongs"
        yield from (f"{place}: {fault}" for fault in _faults(hazard))


def _faults(hazard: Hazard) -> Iterator[str]:
    for name in ("severity", "probability"):
        if getattr(hazard, name) not in SCALE:
            yield f"{name} is not between {SCALE[0]} and {SCALE[-1]}"
    if not hazard.controls:
        yield "nothing stands against it"
    for control in hazard.controls:
        if not control.tests:
            yield f"no test proves {control.does!r}"
        for test in control.tests:
            if not _TEST.fullmatch(test):
                yield f"{test!r} does not name a test"
        if len(set(control.tests)) < len(control.tests):
            yield f"a test stands twice under {control.does!r}"
