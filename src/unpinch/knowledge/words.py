"""Sentences for the person, as data: a key, the values that fill it, and the text."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

Value = str | int | float


class Words(msgspec.Struct, frozen=True, kw_only=True):
    """A sentence with what it was made from, so that it can be said again in another language.

    Attributes
    ----------
    key
        Name of the template in the ``words`` data files.
    values
        What filled the template.
    text
        The English sentence.
    """

    key: str
    text: str
    values: dict[str, Value] = {}


class UnknownWordsError(KeyError):
    """A sentence was asked for that no data file holds."""


def say(templates: Mapping[str, str], key: str, /, **values: Value) -> Words:
    """Fill the template ``key`` with ``values``.

    Whole numbers are said without a decimal point, others with one decimal.

    Raises
    ------
    UnknownWordsError
        When there is no such template, or a value of it is missing.
    """
    template = templates.get(key)
    if template is None:
        raise UnknownWordsError(f"no words for {key!r}")
    shown = {name: _number(value) for name, value in values.items()}
    try:
        text = template.format_map(shown)
    except KeyError as missing:
        raise UnknownWordsError(f"words {key!r} need the value {missing}") from missing
    return Words(key=key, text=text, values=dict(values))


def _number(value: Value) -> str | int:
    if isinstance(value, float):
        return int(value) if value == int(value) else f"{value:.1f}"
    return value
