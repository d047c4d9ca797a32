"""Measure and print: ``python -m benchmarks [NAME...]``."""

from __future__ import annotations

import argparse
import datetime as dt
import gc
import os
import platform
import sqlite3
import statistics
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple
from unittest import mock

from benchmarks.greedy import greedy
from benchmarks.year import NOW, year
from tools.scenarios import scenarios
from unpinch.care import decide
from unpinch.care.planning import plan
from unpinch.exchange.paper import Asked
from unpinch.exchange.paper.report import report
from unpinch.exchange.paper.sheet import sheet
from unpinch.journal import Entry, Journal, fold, make
from unpinch.journal.kinds import Note, Pain
from unpinch.knowledge import load
from unpinch.stores import SqliteStore

PLANNED = ("first_day_clean", "missed_week_answered", "step_up", "red_once", "worse_today")
"""Scenarios whose sessions are put together."""


class Case(NamedTuple):
    """One thing that is measured: ``ready`` makes what each run needs, and is not counted."""

    what: str
    run: Callable[[Any], object]
    ready: Callable[[], Any]
    runs: int


def journal_cases() -> Iterator[Case]:
    """Reading and growing a journal, without a disk."""
    whole = year()
    raw, late = whole.to_jsonl().encode(), _note("late", NOW)
    early = _note("early", whole.entries[0].at)
    spaced = raw.replace(b'":', b'": ')
    _ = whole.digest
    yield Case("Journal.from_jsonl, as Unpinch writes it", Journal.from_jsonl, lambda: raw, 15)
    yield Case("Journal.from_jsonl, as others may write it", Journal.from_jsonl, lambda: spaced, 7)
    yield Case("Journal.to_jsonl", lambda _: whole.to_jsonl(), lambda: None, 15)
    yield Case("Journal.append of one later entry", lambda _: whole.append(late), lambda: None, 200)
    yield Case("  the same, and its digest", lambda _: whole.append(late).digest, lambda: None, 200)
    yield Case("Journal.append of one earlier entry", lambda _: whole.append(early), lambda: None, 50)
    yield Case("Journal.merge with an equal copy", whole.merge, lambda: Journal.from_jsonl(raw), 7)
    yield Case("fold to a Person", lambda _: fold(whole, NOW), lambda: None, 30)


def store_cases() -> Iterator[Case]:
    """The SQLite store, on a real file; every append waits for the disk."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "journal.db"
        with closing(SqliteStore(path)) as store, closing(SqliteStore(path)) as other:
            store.merge(year())
            count = iter(range(1_000_000))

            def fresh() -> Entry:
                return _note(f"fresh-{next(count)}", NOW)

            def opened() -> SqliteStore:
                return SqliteStore(path)

            def read(new: SqliteStore) -> None:
                new.journal()
                new.close()

            def open_and_close(_: object) -> None:
                opened().close()

            yield Case("open the file, with its integrity check", open_and_close, lambda: None, 15)
            yield Case("store.journal(), cold", read, opened, 15)
            store.journal()
            yield Case("store.journal(), nothing new", lambda _: store.journal(), lambda: None, 200)
            yield Case("store.append of one entry (fsync)", store.append, fresh, 100)
            yield Case(
                "store.journal() after another program wrote",
                lambda _: store.journal(),
                lambda: other.append(fresh()),
                50,
            )
            yield Case("store.check(), reading everything", lambda _: store.check(), lambda: None, 7)


def decide_cases() -> Iterator[Case]:
    """The heart: a Decision out of a year, a month and nothing."""
    whole, known = year(), load()
    month_end = whole.entries[0].at + dt.timedelta(days=30)
    month = Journal(entry for entry in whole if entry.at <= month_end)
    learning = sys.modules["unpinch.learning.learn"]

    def forget() -> None:
        """Let every run learn anew, as after an entry that changes the days."""
        vars(learning)["_recent"] = ()

    yield Case("decide, a year", lambda _: decide(whole, NOW, known), forget, 7)
    yield Case("decide, a year, the days as before", lambda _: decide(whole, NOW, known), lambda: None, 7)
    yield Case(
        "decide, a month",
        lambda _: decide(month, month.entries[-1].at, known),
        forget,
        7,
    )
    yield Case("decide, an empty journal", lambda _: decide(Journal(), NOW, known), forget, 15)
    made = decide(whole, NOW, known)
    yield Case("Decision.to_json", lambda _: made.to_json(), lambda: None, 50)


def plan_cases() -> Iterator[Case]:
    """Putting a session together: the integer programme beside taking one exercise after the other."""
    known, heart = load(), sys.modules["unpinch.care.decide"]
    for one in scenarios():
        if one.name not in PLANNED:
            continue
        with mock.patch.object(heart, "plan", wraps=plan) as asked:
            decide(one.journal, one.at, known)
        offered, limits, _ = asked.call_args.args

        def programme(_: object, of: Any = offered, at: Any = limits) -> object:
            return plan(of, at, known)

        def one_by_one(_: object, of: Any = offered, at: Any = limits) -> object:
            return greedy(of, at, known)

        yield Case(f"plan, {one.name}, out of {len(offered)}", programme, lambda: None, 25)
        yield Case("  one after the other", one_by_one, lambda: None, 25)


def page_cases() -> Iterator[Case]:
    """Pages as the browser asks for them, without the network."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # which client it stands on does not matter here
        from starlette.testclient import TestClient

    from unpinch.stores import MemoryStore
    from unpinch.web.app import create_app

    store = MemoryStore(year())
    minutes = iter(range(1_000_000))
    moment = [NOW]
    app = create_app(store, clock=lambda: moment[0])

    with TestClient(app, base_url="http://127.0.0.1") as client:

        def get(address: str) -> None:
            answer = client.get(address)
            if answer.status_code != 200:
                raise SystemExit(f"{address} answered {answer.status_code}")

        def write() -> None:
            store.append(make(f"p{next(minutes)}", NOW, Pain(when="now", leg_nprs=2)))

        yield Case("/today, nothing new", lambda _: get("/today"), lambda: None, 15)
        yield Case("/today, after an entry", lambda _: get("/today"), write, 7)
        yield Case("/exercises", lambda _: get("/exercises"), lambda: None, 15)


def report_cases() -> Iterator[Case]:
    """What is taken out on paper: the Decision, what stands on the pages, and the setting of them."""
    whole = year()
    for what, make_it in (("the report", report), ("the sheet", sheet)):

        def made(_: object, make_it: Callable[[Asked], bytes] = make_it) -> bytes:
            return make_it(Asked(whole, NOW, load()))

        yield Case(f"{what} as PDF, a year", made, lambda: None, 5)


GROUPS: dict[str, Callable[[], Iterator[Case]]] = {
    "journal": journal_cases,
    "store": store_cases,
    "decide": decide_cases,
    "plan": plan_cases,
    "page": page_cases,
    "report": report_cases,
}


def measure(case: Case) -> list[float]:
    """Return the seconds of each run, after one that is not counted."""
    case.run(case.ready())
    took = []
    for _ in range(case.runs):
        given = case.ready()
        gc.collect()
        start = time.perf_counter()
        case.run(given)
        took.append(time.perf_counter() - start)
    return took


def line(what: str, took: list[float]) -> str:
    """Return a row: median, 90th percentile and slowest, in milliseconds."""
    ordered = sorted(took)
    tenth = ordered[min(len(ordered) - 1, round(0.9 * (len(ordered) - 1)))]
    numbers = (statistics.median(took), tenth, ordered[-1])
    return f"{what:<52}" + "".join(f"{number * 1e3:>10.2f}" for number in numbers) + f"{len(took):>6}"


def main(args: list[str] | None = None) -> int:
    """Measure the groups that are named, or all."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("group", nargs="*", help=f"one or more of: {', '.join(GROUPS)}; all when left out")
    named = parser.parse_args(args).group
    unknown = sorted(set(named) - set(GROUPS))
    if unknown:
        parser.error(f"no group {unknown[0]}; there are {', '.join(GROUPS)}")
    whole = year()
    days = (NOW - whole.entries[0].at).days + 1
    print(f"{len(whole)} entries over {days} days, {len(whole.to_jsonl()):,} bytes")
    print(
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, {platform.machine()},"
        f" {os.cpu_count()} cores"
    )
    print(f"\n{'milliseconds':<52}{'median':>10}{'90 %':>10}{'slowest':>10}{'runs':>6}")
    for name in named or GROUPS:
        print(f"-- {name}")
        for case in GROUPS[name]():
            print(line(case.what, measure(case)), flush=True)
    return 0


def _note(entry_id: str, when: dt.datetime) -> Entry:
    return make(entry_id, when, Note(text="measured"))


if __name__ == "__main__":
    sys.exit(main())
