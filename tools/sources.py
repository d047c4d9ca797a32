"""Write docs/sources.md and docs/sources.json from the register of sources, and look after it.

- ``python -m tools.sources`` writes both
- ``--check`` fails when they are not what would be written
- ``--uses ID`` prints where a source stands behind something
- ``--age`` warns of each shown source whose last look is older than twelve months; in a release
  build (``--release`` or ``UNPINCH_RELEASE=1``) it fails
"""

import argparse
import datetime as dt
import json
import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from unpinch.knowledge import Knowledge, load
from unpinch.knowledge.csl import items
from unpinch.knowledge.kinds import SHOWN_TAGS
from unpinch.knowledge.models import Source
from unpinch.web.shown import shown_at

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "sources.md"
REGISTER = ROOT / "docs" / "sources.json"
GOOD_FOR_DAYS = 365  # a look at a source is repeated each year

HEAD = """\
# Sources

Written by `python -m tools.sources` from `src/unpinch/knowledge/data/sources.yaml`; do not edit by hand.

Every statement of Unpinch names its source, and every source says how far it was checked. What was not
read at the source is kept here for those who go on, and is never shown to a person: a test proves it.
The looks were at stored copies, most of them abstracts: read the source before you rely on a figure.
[sources.json](sources.json) holds the same list as CSL-JSON, with the pages that show each source.

| tag | what it means | may be shown |
| --- | --- | --- |
| V | read in a copy of the abstract, the guideline or the official page | yes |
| D | our calculation from such figures | yes, as our calculation |
| X | our own rule, from clinical custom; no trial stands behind it | yes, as our rule |
| V2 | read on a secondary page only | no |
| M | known to exist; figures from memory | no |
| verify | not certain | no |
"""

GROUPS: tuple[tuple[str, frozenset[str]], ...] = (
    ("Ours", frozenset({"X", "D"})),
    ("Read at the source", frozenset({"V"})),
    ("Not read at the source: never shown", frozenset({"V2", "M", "verify"})),
)

_NAMES = {"source", "sources", "mdc_source", "wording_source"}


def text(sources: Iterable[Source]) -> str:
    """Return docs/sources.md."""
    rows = sorted(sources, key=lambda source: source.full.casefold())
    parts = [HEAD]
    for title, tags in GROUPS:
        group = [row for row in rows if row.tag in tags]
        if group:
            parts.append(f"\n## {title}\n\n" + "".join(f"- {_line(row)}\n" for row in group))
    return "".join(parts)


def _line(source: Source) -> str:
    link = f"https://doi.org/{source.doi}" if source.doi else source.url
    parts = [source.full, f"<{link}>" if link else "", source.note or ""]
    shown = " ".join(part for part in parts if part)
    return f"{shown} (`{source.id}`, {source.tag}, {source.checked})"


def uses(knowledge: Knowledge, source_id: str) -> list[str]:
    """Return the places whose statements name a source, such as ``claims.C18.sources``."""
    return sorted(place for place, name in _cited(msgspec.to_builtins(knowledge)) if name == source_id)


def _cited(part: Any, place: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(part, dict):
        for key, value in part.items():
            where = f"{place}.{key}" if place else key
            if key in _NAMES and place != "":
                names = [value] if isinstance(value, str) else value or []
                yield from ((where, name) for name in names if isinstance(name, str))
            else:
                yield from _cited(value, where)
    elif isinstance(part, list):
        for number, value in enumerate(part):
            label = value.get("id", number) if isinstance(value, dict) else number
            yield from _cited(value, f"{place}.{label}")


def register(knowledge: Knowledge) -> str:
    """Return docs/sources.json: every source as CSL-JSON, where it is shown and what it stands behind."""
    rows = items(knowledge.sources, shown_at(knowledge))
    for row in rows:
        row["custom"]["behind"] = uses(knowledge, row["id"])
    return "[\n" + ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows) + "\n]\n"


def stale(sources: Iterable[Source], today: dt.date) -> list[str]:
    """Return the shown sources whose last look is more than a year old."""
    return [
        source.id
        for source in sources
        if source.tag in SHOWN_TAGS and (today - dt.date.fromisoformat(source.checked)).days > GOOD_FOR_DAYS
    ]


def age(sources: Iterable[Source], today: dt.date, *, release: bool) -> int:
    """Warn of what was not looked at for a year; return 1 when a release must not go out with it."""
    old = stale(sources, today)
    word = "error" if release else "warning"
    for name in old:
        print(f"{word}: source {name}: last looked at more than twelve months ago", file=sys.stderr)
    print(f"{len(old)} shown sources are older than twelve months." if old else "All looks are fresh.")
    return 1 if old and release else 0


def released() -> bool:
    """Tell whether this is a release build."""
    return os.environ.get("UNPINCH_RELEASE", "") not in ("", "0")


def main(arguments: list[str] | None = None) -> int:
    """Run the command; 0 when all is well."""
    parser = argparse.ArgumentParser(
        prog="python -m tools.sources", description="Look after the register of sources."
    )
    parser.add_argument("--check", action="store_true", help="compare only")
    parser.add_argument("--uses", metavar="ID", help="print where a source is named")
    parser.add_argument("--age", action="store_true", help="warn of sources not looked at for a year")
    parser.add_argument("--release", action="store_true", help="with --age: fail where it would warn")
    parser.add_argument("--today", type=dt.date.fromisoformat, help="with --age: count from this day")
    asked = parser.parse_args(arguments)
    knowledge = load()
    if asked.uses:
        print("\n".join(uses(knowledge, asked.uses)))
        return 0
    if asked.age:
        today = asked.today or dt.date.today()
        return age(knowledge.sources.values(), today, release=asked.release or released())
    files = {PAGE: text(knowledge.sources.values()), REGISTER: register(knowledge)}
    if asked.check:
        old = [path for path, page in files.items() if not path.is_file() or path.read_text("utf-8") != page]
        for path in old:
            print(f"docs/{path.name}: run `python -m tools.sources`.")
        if not old:
            print("docs/sources.md and docs/sources.json are fresh.")
        return 1 if old else 0
    for path, page in files.items():
        path.write_text(page, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
