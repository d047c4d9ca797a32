"""The moving figure as data, and as a still."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, HTTPException, Query
from fastapi.responses import JSONResponse, Response

from unpinch.body import UnknownMovement, movement_json, svg
from unpinch.knowledge.kinds import Side

router = APIRouter(prefix="/figure")


@router.get("/{movement}.json")
def figure_json(movement: str) -> JSONResponse:
    """Return a movement as `figure.js` draws it."""
    try:
        return JSONResponse(movement_json(movement))
    except UnknownMovement as error:
        raise HTTPException(404, "There is no picture of this movement yet.") from error


@router.get("/{movement}.svg")
def figure_svg(
    movement: str, side: Side = "right", at: Annotated[float, Query(ge=0, le=1)] = 1.0
) -> Response:
    """Return one moment of a movement as a picture of its own."""
    try:
        picture = svg(movement, side, at=at, title="The exercise", colours="plain")
    except UnknownMovement as error:
        raise HTTPException(404, "There is no picture of this movement yet.") from error
    return Response(picture, media_type="image/svg+xml")
