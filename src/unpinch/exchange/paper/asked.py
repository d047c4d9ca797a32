"""What somebody asks for who takes something out: whose, as of when, and how."""

from __future__ import annotations

import datetime as dt
from functools import cached_property
from typing import Any, Literal

from unpinch.care import decide
from unpinch.care.decision import Decision
from unpinch.care.rescue import filled, intimate_flags, own_number, told_country
from unpinch.journal import Journal
from unpinch.journal.fold import Person, fold
from unpinch.knowledge import Knowledge, load, say
from unpinch.knowledge.clinical import Country
from unpinch.knowledge.words import Value

Paper = Literal["a4", "letter"]


class Asked:
    """A journal as of a time, with everything that a sheet or a report is made from.

    Parameters
    ----------
    journal
        What happened.
    now
        The time, with its UTC offset; it is the date of what is made.
    knowledge
        What is known; without it, what ships with this version.
    paper
        The size of the paper; without it, what is usual in the person's country.
    intimate
        Whether the person wants the answers to intimate questions in it.
    decision, person
        The Decision and the fold at ``now`` where somebody has them already.
    country
        Code of the country to take for the person's until it is told.
    """

    def __init__(
        self,
        journal: Journal,
        now: dt.datetime,
        knowledge: Knowledge | None = None,
        *,
        paper: Paper | None = None,
        intimate: bool = False,
        decision: Decision | None = None,
        person: Person | None = None,
        country: str | None = None,
    ) -> None:
        self.journal = journal
        self.now = now
        self.knowledge = load() if knowledge is None else knowledge
        self._paper = paper
        self.intimate = intimate
        self.person = fold(journal, now) if person is None else person
        self._decision = decision
        self._country = country

    @cached_property
    def decision(self) -> Decision:
        """What Unpinch concludes."""
        return self._decision or decide(self.journal, self.now, self.knowledge)

    @cached_property
    def place(self) -> Country:
        """Whom to call where the person is."""
        told = told_country(self.person, self.knowledge)
        code = self._country if self.person.profile.country is None and self._country else told
        return self.knowledge.countries[code]

    @property
    def paper(self) -> Paper:
        """The size of the paper."""
        return self._paper or self.place.paper

    @cached_property
    def number(self) -> str:
        """The number to call in an emergency."""
        return own_number(self.person) or self.place.emergency

    @cached_property
    def hidden(self) -> frozenset[str]:
        """Flags that must not be spoken of: what intimate answers alone can raise."""
        return frozenset() if self.intimate else intimate_flags(self.knowledge.screening)

    def say(self, key: str, /, **values: Value) -> str:
        """Return a sentence of the data files."""
        return say(self.knowledge.words, key, **values).text

    def words(self, prefix: str) -> dict[str, Any]:
        """Return every fixed sentence under a prefix, by what follows it."""
        start = f"{prefix}."
        return {
            key.removeprefix(start): text
            for key, text in self.knowledge.words.items()
            if key.startswith(start) and "{" not in text
        }

    def filled(self, text: str) -> str:
        """Fill the numbers and places of the person's country into a text."""
        return filled(text, self.place, self.number)
