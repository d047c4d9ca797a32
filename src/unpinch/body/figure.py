"""Solved movements as the runtime reads them: what the web serves and what both painters draw."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, Literal

import msgspec

SOLVED = Path(__file__).parent / "data" / "solved"
PALETTE = Path(__file__).parent / "data" / "palette.yaml"
Side = Literal["right", "left"]


class UnknownMovement(KeyError):
    """No solved movement has this id."""

    def __str__(self) -> str:
        return f"no movement {self.args[0]!r}; known: {', '.join(movement_ids())}"


@cache
def movement_ids() -> tuple[str, ...]:
    """Ids of all solved movements, `EX01` first; variants such as `EX09a` follow their base."""
    return tuple(sorted(path.stem for path in SOLVED.glob("EX*.json")))


@cache
def _mannequin() -> dict[str, Any]:
    data: dict[str, Any] = msgspec.json.decode((SOLVED / "mannequin.json").read_bytes())
    return data


@cache
def palette() -> dict[str, dict[str, str]]:
    """Paint for each tone: `css` (custom properties), `plain` (print, light), `plain_dark`."""
    return msgspec.yaml.decode(PALETTE.read_bytes(), type=dict[str, dict[str, str]])


@cache
def solved(movement_id: str) -> dict[str, Any]:
    """The solved file of a movement as stored.

    Raises
    ------
    UnknownMovement
        If there is none.
    """
    if movement_id not in movement_ids():
        raise UnknownMovement(movement_id)
    data: dict[str, Any] = msgspec.json.decode((SOLVED / f"{movement_id}.json").read_bytes())
    return data


@cache
def figure(movement_id: str) -> dict[str, Any]:
    """All that a painter needs: the mannequin, the solved moments, things, tones and paints."""
    body, own = _mannequin(), solved(movement_id)
    items = [item | {"tone": tone} for item, tone in zip(body["items"], own["tones"], strict=True)]
    keep = (
        "version",
        "id",
        "exercise",
        "sided",
        "loop",
        "tempo",
        "words",
        "camera",
        "box",
        "times",
        "roots",
        "turns",
        "orders",
        "order_at",
        "trace",
    )
    return {
        **{key: own[key] for key in keep},
        "segments": body["segments"],
        "segment_names": body["segment_names"],
        "balls": body["balls"] + own["balls"],
        "items": items + own["items"],
        "paints": {tone: paint["css"] for tone, paint in palette().items()},
    }


def movement_json(movement_id: str) -> dict[str, Any]:
    """The document that the web serves at ``/figure/{movement_id}.json``.

    Parameters
    ----------
    movement_id
        `EX01` ... `EX31`, or a variant's id.

    Returns
    -------
    dict
        Ready for JSON, about 5 kB gzipped. docs/body.md names every field. The `turns` and
        `segments` are a full skeleton animation, so another painter (WebGL) can use the same data.

    Raises
    ------
    UnknownMovement
        If the id is not known.
    """
    return dict(figure(movement_id))
