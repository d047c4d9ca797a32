"""A browser without a screen: it keeps the cookie and hands the token back, as our pages do."""

from __future__ import annotations

import atexit
import datetime as dt
import functools
import re
import warnings
from collections.abc import Callable
from typing import Any

from anyio.from_thread import BlockingPortal, start_blocking_portal

from tests.web.people import NOW
from unpinch.care.decision import Decision
from unpinch.journal import Entry, Journal
from unpinch.stores import MemoryStore
from unpinch.web.app import create_app

with warnings.catch_warnings():
    # Starlette asks for a successor of httpx that is not among the dependencies.
    warnings.simplefilter("ignore")
    from fastapi.testclient import TestClient

Answer = Any
"""What came back: status_code, headers, text."""


@functools.cache
def portal() -> BlockingPortal:
    """Return the one thread in which every visitor's pages are made: a thread a request is slow."""
    opening = start_blocking_portal()
    running = opening.__enter__()
    atexit.register(opening.__exit__, None, None, None)
    return running


class Clock:
    """A clock that tests set."""

    def __init__(self, now: dt.datetime = NOW) -> None:
        self.now = now

    def __call__(self) -> dt.datetime:
        """Return the time; each look is a moment later, so that entries have an order."""
        self.now += dt.timedelta(milliseconds=1)
        return self.now


class Visitor:
    """Someone who looks at the pages of a journal."""

    def __init__(
        self,
        journal: Journal | None = None,
        made: Decision | None = None,
        *,
        store: Any = None,
        decider: Callable[..., Decision] | None = None,
        broken: bool = False,
    ) -> None:
        self.clock = Clock()
        self.store = store if store is not None else MemoryStore(journal)
        more: dict[str, Any] = {}
        if made is not None:
            more["decider"] = lambda *_: made
        if decider is not None:
            more["decider"] = decider
        self.app = create_app(self.store, clock=self.clock, **more)
        self.client = TestClient(
            self.app, base_url="http://localhost", follow_redirects=False, raise_server_exceptions=not broken
        )
        self.client.portal = portal()

    def get(self, path: str, **more: Any) -> Answer:
        """Look at a page."""
        return self.client.get(path, **more)

    def page(self, path: str, status: int = 200) -> str:
        """Return a page that must be there."""
        answer = self.get(path)
        assert answer.status_code == status, (
            path,
            answer.status_code,
            answer.headers.get("location"),
            answer.text[:400],
        )
        return str(answer.text)

    @property
    def token(self) -> str:
        """The token of this browser."""
        if "unpinch_token" not in self.client.cookies:
            self.get("/emergency")
        return str(self.client.cookies["unpinch_token"])

    def post(self, path: str, fields: dict[str, Any] | None = None, **more: Any) -> Answer:
        """Send a form."""
        return self.client.post(path, data={"csrf": self.token, **(fields or {})}, **more)

    def send(self, entries: Any, **headers: str) -> Answer:
        """Send entries as the player does."""
        return self.client.post("/api/entries", json=entries, headers={"X-CSRF-Token": self.token, **headers})

    @property
    def entries(self) -> tuple[Entry, ...]:
        """What the journal holds."""
        entries: tuple[Entry, ...] = self.store.journal().entries
        return entries

    def said(self, kind: str) -> list[Any]:
        """Return what the entries of a kind say."""
        return [entry.data for entry in self.entries if entry.kind == kind]


def plain(html: str) -> str:
    """Return the words of a page, without tags."""
    body = re.sub(r"(?s)<(script|style|svg|head)\b.*?</\1>", " ", html)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body)).replace(" .", ".")
