"""What outside the screen makes questions of it due again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from unpinch.journal.fold import Person
from unpinch.journal.kinds import Pain, Profile, SelfTestDone
from unpinch.knowledge import Knowledge
from unpinch.knowledge.clinical import SelfTest


def reopened(person: Person, knowledge: Knowledge) -> dict[str, dt.datetime]:
    """Return the questions that something told elsewhere made due, with when it was last told.

    New numbness or weakness, and pain that is now in both legs, ask about the nerves again; a weak
    self-test asks what the test names.
    """
    screening = knowledge.screening
    found: dict[str, dt.datetime] = {}
    for at in (*_new_signs(person), *_both_legs(person)):
        for question in screening.session_line_reopens:
            found[question] = max(at, found.get(question, at))
    for at, done in person.selftests:
        test = knowledge.selftests.get(done.test)
        if test is not None and _is_low(test, done):
            for question in test.low_asks:
                found[question] = max(at, found.get(question, at))
    return found


def _new_signs(person: Person) -> Iterable[dt.datetime]:
    yield from (at for at, pain in person.pains if pain.new_numbness or pain.new_weakness)
    yield from (at for at, done in person.exercises if done.new_numbness or done.new_weakness)


def _both_legs(person: Person) -> Iterable[dt.datetime]:
    """Yield when the pain was first said to be in both legs, after it had not been."""
    before = None
    for entry in person.entries:
        if isinstance(entry.data, (Pain, Profile)) and entry.data.side is not None:
            if entry.data.side == "both" and before != "both":
                yield entry.at
            before = entry.data.side


def _is_low(test: SelfTest, done: SelfTestDone) -> bool:
    """Tell whether a side managed less than the test calls low; "not possible" is the least."""
    if test.low is None:
        return False
    value = done.value if done.value is not None else done.passed
    return done.not_possible or (value is not None and float(value) < test.low)
