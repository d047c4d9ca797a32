"""The application on a free loopback port, for browsers."""

from __future__ import annotations

import contextlib
import datetime as dt
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import uvicorn

from unpinch.journal import Journal
from unpinch.knowledge import load
from unpinch.stores import Keeper, MemoryStore, SqliteStore, Store
from unpinch.web.app import create_app
from unpinch.web.visit import Decider


@contextlib.contextmanager
def served(
    journal: Journal,
    clock: Callable[[], dt.datetime],
    decider: Decider | None = None,
    *,
    testing: bool = False,
    keep: Path | None = None,
) -> Iterator[tuple[str, Store]]:
    """Serve a journal and yield the address, with the store behind it.

    It is kept in memory, or with copies in the file ``keep``.
    """
    more: dict[str, Any] = {} if decider is None else {"decider": decider}
    store: Store = MemoryStore(journal)
    if keep is not None:
        store = SqliteStore(keep)
        store.merge(journal)
        more["keeper"] = Keeper(store, load().keeping, clock)
        more["keeper"].tend()
    app = create_app(store, clock=clock, testing=testing, **more)
    server = uvicorn.Server(
        uvicorn.Config(app, host="127.0.0.1", port=0, log_level="warning", lifespan="off")
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        if not thread.is_alive():
            raise RuntimeError("the server did not start")
        time.sleep(0.02)
    try:
        port = server.servers[0].sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}", store
    finally:
        server.should_exit = True
        thread.join(timeout=10)
        store.close()
