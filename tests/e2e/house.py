"""The real app on its real database, with a clock that a test turns."""

from __future__ import annotations

import datetime as dt
import threading
import time
from pathlib import Path

import uvicorn

from unpinch import Decision, Journal
from unpinch.stores import SqliteStore
from unpinch.web.app import create_app


class House:
    """A machine with Unpinch on it, that can be switched off and on again."""

    def __init__(self, path: Path, now: dt.datetime) -> None:
        self.path = path
        self.now = now
        self._open()

    def _open(self) -> None:
        self.store = SqliteStore(self.path)
        self.app = create_app(self.store, clock=lambda: self.now, testing=True)
        config = uvicorn.Config(self.app, host="127.0.0.1", port=0, log_level="warning", lifespan="off")
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        self._thread.start()
        while not self._server.started:
            assert self._thread.is_alive(), "the server did not start"
            time.sleep(0.02)
        self.address = f"http://127.0.0.1:{self._server.servers[0].sockets[0].getsockname()[1]}"

    def close(self) -> None:
        """Switch the app off."""
        self._server.should_exit = True
        self._thread.join(timeout=15)
        assert not self._thread.is_alive()
        self.store.close()

    def restart(self) -> None:
        """Switch it off and on again: nothing but the file stays."""
        self.close()
        self._open()

    def wait(self, **time_: float) -> None:
        """Let time pass."""
        self.now += dt.timedelta(**time_)

    @property
    def journal(self) -> Journal:
        """What the database holds."""
        return self.store.journal()

    @property
    def decision(self) -> Decision:
        """What the app itself concludes now."""
        found: Decision = self.app.state.house.decide(self.journal, self.now)
        return found
