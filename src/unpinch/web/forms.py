"""What a route is given, and how the fields of a form become the fields of an entry."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import Depends, Request
from starlette.datastructures import FormData

from unpinch.journal import EntryError
from unpinch.web.visit import Visit, visit_of


async def form_of(request: Request) -> FormData:
    """Return the fields of a form, empty when none was sent."""
    return await request.form()


Here = Annotated[Visit, Depends(visit_of)]
"""The visit: every route takes one."""

Sent = Annotated[FormData, Depends(form_of)]
"""The fields that were sent."""


def text(sent: FormData, name: str) -> str | None:
    """Return a field without the spaces around it, None when it is empty."""
    value = sent.get(name)
    return (value.strip() or None) if isinstance(value, str) else None


def whole(sent: FormData, name: str) -> int | str | None:
    """Return a whole number, None when it is empty, and the text itself when it is no number.

    What is no number goes on to the entry, which refuses it and names the field.
    """
    value = text(sent, name)
    return int(value) if value is not None and re.fullmatch(r"-?\d{1,9}", value) else value


def truth(sent: FormData, name: str) -> bool | str | None:
    """Return a yes or no, None when nothing was chosen."""
    value = text(sent, name)
    return {"yes": True, "no": False}.get(value, value) if value is not None else None


def told(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields that were answered; nothing is guessed for the others."""
    return {name: value for name, value in fields.items() if value is not None}


def field_of(error: EntryError, fields: Mapping[str, Any]) -> str:
    """Return the name of the field that an error is about, empty when it names none of them."""
    words = str(error)
    return next((name for name in fields if re.search(rf"\b{re.escape(name)}\b", words)), "")
