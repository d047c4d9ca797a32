"""What is wrong with a bundle: one line that names the place, as FHIR's own paths do."""

from __future__ import annotations


class FhirError(ValueError):
    """A bundle cannot be used; the message names the place and says why."""

    def __init__(self, place: str, reason: str) -> None:
        super().__init__(" ".join(f"{place}: {reason}".split()))
        self.place = place
        self.reason = reason
