"""The small closed vocabularies that every room shares."""

from __future__ import annotations

from typing import Literal

Side = Literal["left", "right"]
"""One side of the body, always the person's own left or right."""

Sided = Literal["left", "right", "both"]
"""Where something is felt or done."""

Tier = Literal["G", "A", "R", "U", "E"]
"""Clearance, from "go on" to "emergency now"; see ``TIERS`` for the order."""

TIERS: tuple[Tier, ...] = ("G", "A", "R", "U", "E")
"""Tiers from the mildest to the gravest: the highest one wins."""

Tag = Literal["V", "V2", "M", "verify", "D", "X"]
"""How far a fact was checked. ``M`` and ``verify`` never reach a person."""

SHOWN_TAGS: frozenset[Tag] = frozenset({"V", "D", "X"})
"""Tags that may be shown: read at the source, our calculation, our rule."""

Light = Literal["green", "amber", "red"]
"""The traffic light of one exercise on one day (rule R1)."""

Response = Literal["easier", "same", "worse"]
"""The one tap after an exercise."""

Position = Literal["standing", "sitting", "hands_knees", "floor_sitting", "side_lying", "supine", "prone"]
"""Body positions of the exercises; data file ``positions.yaml`` orders them."""

Distal = Literal[0, 1, 2, 3, 4, 5, 6]
"""How far down the pain is felt: 0 nowhere, 1 back, 2 buttock, 3 thigh, 4 knee, 5 calf, 6 foot."""


def highest(*tiers: Tier) -> Tier:
    """Return the gravest of the given tiers, ``"G"`` when there is none."""
    return max(tiers, key=TIERS.index, default="G")
