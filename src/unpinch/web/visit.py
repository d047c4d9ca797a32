"""One request's view of the person: journal, fold and Decision, each made at most once."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

import uuid_utils
from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment

from unpinch.care.decision import Decision
from unpinch.journal import Entry, Journal, from_fields
from unpinch.journal.fold import Person, fold
from unpinch.knowledge import Knowledge
from unpinch.stores import Feed, Keeper, Store
from unpinch.web.security import CSRF_COOKIE, csrf_token

Decider = Callable[[Journal, dt.datetime, Knowledge], Decision]
Clock = Callable[[], dt.datetime]


def local_now() -> dt.datetime:
    """Return the time of this machine with its UTC offset."""
    return dt.datetime.now().astimezone()


class House:
    """What lives as long as the application: store, clock, knowledge and the last Decision."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        knowledge: Knowledge,
        decider: Decider,
        pages: Environment,
        keeper: Keeper | None = None,
        feed: Feed | None = None,
    ) -> None:
        self.store = store
        self.keeper = keeper
        self.feed = feed or Feed()
        self.clock = clock
        self.knowledge = knowledge
        self.pages = pages
        self._decider = decider
        self._last: tuple[dt.datetime, Journal, Decision] | None = None
        self._lock = threading.Lock()

    def decide(self, journal: Journal, now: dt.datetime) -> Decision:
        """Return the Decision; within a minute the same journal is not thought over again."""
        # A journal never changes, and the store hands out the same one until something is added.
        minute = now.replace(second=0, microsecond=0)
        with self._lock:
            if self._last is None or self._last[0] != minute or self._last[1] is not journal:
                self._last = (minute, journal, self._decider(journal, now, self.knowledge))
            return self._last[2]


class Visit:
    """A person looks at a page: everything that the page may say comes from here."""

    def __init__(self, request: Request) -> None:
        self.request = request
        self.house: House = request.app.state.house
        self.now = self.house.clock()

    @property
    def knowledge(self) -> Knowledge:
        """What is known."""
        return self.house.knowledge

    @cached_property
    def journal(self) -> Journal:
        """What happened."""
        return self.house.store.journal()

    @cached_property
    def person(self) -> Person:
        """What the journal says of the person now."""
        return fold(self.journal, self.now)

    @cached_property
    def decision(self) -> Decision:
        """What follows from it."""
        return self.house.decide(self.journal, self.now)

    def preference(self, name: str, usual: str) -> str:
        """Return a setting of the person, or what is usual."""
        said = self.person.preferences.get((name, None))
        return said[1] if said is not None and isinstance(said[1], str) else usual

    def write(self, kind: str, fields: Mapping[str, Any]) -> Entry:
        """Append one entry that happened now; afterwards the visit sees it.

        Raises
        ------
        EntryError
            Names the field and the reason; nothing is written.
        """
        entry = from_fields(str(uuid_utils.uuid7()), self.house.clock(), kind, dict(fields))
        self.house.store.append(entry)
        self.forget()
        return entry

    def forget(self) -> None:
        """Look again at the journal: something was written, merged or deleted."""
        self.now = self.house.clock()
        for name in ("journal", "person", "decision"):
            self.__dict__.pop(name, None)

    def page(self, template: str, /, status: int = 200, **values: Any) -> HTMLResponse:
        """Return a page, with the token for its forms."""
        token = csrf_token(self.request)
        html = self.house.pages.get_template(template).render(visit=self, csrf_token=token, **values)
        answer = HTMLResponse(html, status_code=status)
        secure = self.request.url.scheme == "https"
        answer.set_cookie(CSRF_COOKIE, token, httponly=True, samesite="strict", secure=secure, path="/")
        return answer


def visit_of(request: Request) -> Visit:
    """Return the visit of a request; use it as ``Depends(visit_of)`` in every route."""
    visit: Visit | None = getattr(request.state, "visit", None)
    if visit is None:
        visit = Visit(request)
        request.state.visit = visit
    return visit
