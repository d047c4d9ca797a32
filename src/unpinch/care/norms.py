"""What other people manage in a self-test: the values that fit this person's age and sex."""

from __future__ import annotations

import datetime as dt

from unpinch.journal.fold import Person
from unpinch.knowledge import Knowledge, Words, say
from unpinch.knowledge.clinical import Norm, SelfTest

_YEAR = dt.timedelta(days=365.25)


def age_of(person: Person, now: dt.datetime, knowledge: Knowledge) -> int | None:
    """Return the age in whole years: by the year of birth, else by what the screen was told.

    The year of birth alone may be one year off; None when neither was told.
    """
    if person.profile.birth_year is not None:
        return now.year - person.profile.birth_year
    told = person.answers.get(knowledge.screening.age, ())
    if not told or not isinstance(told[-1].answer, int | float):
        return None
    return int(told[-1].answer + (now - told[-1].at) / _YEAR)


def norms_for(
    test: SelfTest, person: Person, now: dt.datetime, knowledge: Knowledge
) -> tuple[tuple[Norm, Words], ...]:
    """Return the values of other people that may stand beside this person's own, with their words.

    Values for one sex are left out for the other; who did not tell sees both. Values for an age are
    left out where the age does not fit or is not known.
    """
    age, sex = age_of(person, now, knowledge), person.profile.sex
    return tuple((norm, _told(norm, test, knowledge)) for norm in test.norms if _fits(norm, age, sex))


def _fits(norm: Norm, age: int | None, sex: str | None) -> bool:
    if norm.sex is not None and sex in {"female", "male"} and norm.sex != sex:
        return False
    if norm.age_from is None and norm.age_to is None:
        return True
    return age is not None and (norm.age_from or 0) <= age and (norm.age_to is None or age <= norm.age_to)


def _told(norm: Norm, test: SelfTest, knowledge: Knowledge) -> Words:
    unit = knowledge.words[f"unit.{test.unit}"]
    if norm.low is not None and norm.high is not None:
        key = "norm.between"
    else:
        key = "norm.up_to" if norm.low is None else "norm.from"
    return say(knowledge.words, key, label=norm.label, low=norm.low or 0, high=norm.high or 0, unit=unit)
