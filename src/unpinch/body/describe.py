"""What a picture shows, in sentences made from the movement's own data."""

from __future__ import annotations

from unpinch.body.figure import Side, solved


def describe(movement_id: str, side: Side = "right") -> str:
    """Say the movement in plain sentences for someone who does not see the picture.

    Parameters
    ----------
    movement_id
        `EX01` ... `EX31`, or a variant's id.
    side
        `right` or `left`: which side works.

    Raises
    ------
    UnknownMovement
        If the id is not known.
    """
    words = solved(movement_id)["words"]
    other: Side = "left" if side == "right" else "right"
    names = {"side": side, "other": other, "Side": side.capitalize(), "Other": other.capitalize()}
    return " ".join(sentence.format_map(names) for sentence in (*words["start"], *words["move"]))
