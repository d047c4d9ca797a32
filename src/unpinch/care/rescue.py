"""Whom to call where the person is, and what to say on the phone."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from unpinch.journal.fold import Person
from unpinch.journal.kinds import Profile
from unpinch.knowledge import Knowledge
from unpinch.knowledge.clinical import Action, Country, Screening

ELSEWHERE: Final = "ZZ"
"""Code of the country that stands for every other one."""


def told_country(person: Person, knowledge: Knowledge) -> str:
    """Return the code of the person's country; `ELSEWHERE` when it is not told, or not known."""
    code = person.profile.country
    return code if code in knowledge.countries else ELSEWHERE


def own_number(person: Person) -> str | None:
    """Return the emergency number that the person set, None when there is none.

    A number that was typed while another country was set must not be called here.
    """
    code: str | None = None
    own: str | None = None
    for entry in person.entries:
        if isinstance(entry.data, Profile):
            if entry.data.country is not None and entry.data.country != code:
                code, own = entry.data.country, None
            own = entry.data.emergency_number or own
    return own


def filled(text: str, place: Country, number: str) -> str:
    """Fill the numbers and places of a country into a text."""
    return text.format(
        emergency=number,
        emergency_place=place.emergency_place,
        urgent=place.urgent or "an out-of-hours doctor",
        crisis=place.crisis or number,
    )


def intimate_flags(screening: Screening) -> frozenset[str]:
    """Return the flags that no answer raises but those to intimate questions."""
    raised: dict[bool, set[str]] = {True: set(), False: set()}
    for question in screening.questions:
        for flags in (
            *(option.flags for option in question.options),
            *(band.flags for band in question.bands),
        ):
            raised[question.intimate].update(flags)
    return frozenset(raised[True] - raised[False])


def to_say(
    action: Action, flags: Collection[str], hidden: Collection[str] = ()
) -> tuple[tuple[str, ...], bool]:
    """Return the lines to say on the phone, and whether some were held back.

    Parameters
    ----------
    action
        What is to be done at a tier.
    flags
        Flags that are up.
    hidden
        A line that speaks of nothing but these is held back.
    """
    fitting = [line for line in action.lines if not set(line.flags).isdisjoint(flags)]
    open_lines = [line.say for line in fitting if not set(line.flags).issubset(hidden)]
    last = (action.say,) if action.say else ()
    return (*open_lines, *last), len(open_lines) < len(fitting)
