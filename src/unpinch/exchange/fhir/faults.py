"""What is wrong with a bundle: one line that names the place, as FHIR's own paths do."""

from __future__ import annotations

from typing import Final

_LONGEST: Final = 600
"""Characters of the line: what it repeats may be of any length."""


class FhirError(ValueError):
    """A bundle cannot be used; the message names the place and says why."""

    def __init__(self, place: str, reason: str) -> None:
        line = " ".join(f"{place}: {reason}".split())
        super().__init__(line if len(line) <= _LONGEST else f"{line[:_LONGEST]}…")
        self.place = place
        self.reason = reason
