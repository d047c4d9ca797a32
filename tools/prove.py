"""Try the properties that hold for every journal on as many made-up journals as one likes.

``python -m tools.prove --journals 100000`` makes that many journals, each from its own number, tries
every property of `tests.care.properties` on each, and prints for each property on how many there
was something to try. When one fails, its smallest failing journal is written as JSONL, and the
command ends with 1.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path
from typing import Final, NamedTuple

from tests.care.journals import made
from tests.care.properties import PROPERTIES, Broken, Check, holds

ROOT: Final = Path(__file__).resolve().parent.parent
FOLDER: Final = ROOT / "build" / "prove"
CHUNK: Final = 50  # journals that a process takes at a time


class Failure(NamedTuple):
    """A property that a journal breaks, and the smallest journal that does."""

    name: str
    seed: int
    at: str
    why: str
    journal: str  # JSONL


class Tried(NamedTuple):
    """What came of some journals."""

    journals: int
    applied: Counter[str]
    failures: list[Failure]


def try_all(seeds: Iterable[int], properties: dict[str, Check] = PROPERTIES) -> Tried:
    """Try every property on the journals of some numbers."""
    applied: Counter[str] = Counter()
    failures = []
    journals = 0
    for seed in seeds:
        one = made(seed)
        journals += 1
        for name, check in properties.items():
            try:
                applied[name] += holds(check, one)
            except Broken as broken:
                why = str(broken).partition("\n")[0]
                told = broken.least.journal.to_jsonl()
                failures.append(Failure(name, seed, one.now.isoformat(), why, told))
    return Tried(journals, applied, failures)


def chunks(first: int, journals: int) -> Iterator[range]:
    """Part the numbers of the journals."""
    for start in range(first, first + journals, CHUNK):
        yield range(start, min(start + CHUNK, first + journals))


def run(first: int, journals: int, processes: int) -> Iterator[Tried]:
    """Try journals over processes; yield what came of each part as it ends."""
    parts = chunks(first, journals)
    if processes == 1:
        yield from map(try_all, parts)
        return
    with ProcessPoolExecutor(processes) as pool:
        try:
            for future in as_completed([pool.submit(try_all, one) for one in parts]):
                yield future.result()
        finally:  # where one part cannot be tried, nobody waits for the others
            pool.shutdown(cancel_futures=True)


def keep(failure: Failure, folder: Path) -> Path:
    """Write a failing journal where `unpinch decide --at` reads it."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{failure.name.replace(' ', '-').replace(',', '')}-{failure.seed}.jsonl"
    path.write_text(failure.journal, encoding="utf-8")
    return path


def summary(journals: int, applied: Counter[str], failures: Sequence[Failure], took_s: float) -> str:
    """Return the closing lines: each property, on how many journals it was tried, and how fast."""
    broken = Counter(failure.name for failure in failures)
    lines = [f"{'property':<36} {'tried on':>9} {'broken by':>9}"]
    lines += [f"{name:<36} {applied[name] + broken[name]:>9} {broken[name]:>9}" for name in PROPERTIES]
    rate = journals / took_s if took_s else 0.0
    return "\n".join([*lines, f"{journals} journals in {took_s:.0f} s, {rate:.1f} a second"])


def main(arguments: Sequence[str] | None = None, folder: Path = FOLDER) -> int:
    """Try the properties; return 1 when a journal breaks one."""
    parser = argparse.ArgumentParser(
        prog="tools.prove", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--journals", type=int, default=1000, help="how many to make (1000)")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1, help="how many at a time")
    parser.add_argument("--seed", type=int, default=0, help="number of the first journal (0)")
    options = parser.parse_args(arguments)
    if min(options.journals, options.processes) < 1 or options.seed < 0:
        parser.error("journals and processes are 1 or more, the seed is 0 or more")
    began = time.monotonic()
    done, applied, failures, said = 0, Counter[str](), list[Failure](), 0.0
    for tried in run(options.seed, options.journals, options.processes):
        done += tried.journals
        applied += tried.applied
        failures += tried.failures
        for failure in tried.failures:
            where = keep(failure, folder)
            print(f"BROKEN: {failure.name}: {failure.why}\n  at {failure.at}, kept in {where}", flush=True)
        took_s = time.monotonic() - began
        if took_s - said >= 10:
            said = took_s
            left_s = took_s / done * (options.journals - done)
            print(f"{done} of {options.journals} journals, about {left_s / 60:.0f} min left", flush=True)
    print(summary(done, applied, failures, time.monotonic() - began))
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
