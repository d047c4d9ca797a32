"""Write docs/sources.md from the register of sources, and look after the register.

- ``python -m tools.sources`` writes docs/sources.md
- ``--check`` fails when docs/sources.md is not what would be written
- ``--uses ID`` prints where a source stands behind something
- ``--stale`` fails when the last look at a shown source is older than a year
"""

import argparse
import datetime as dt
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from unpinch.knowledge import Knowledge, load
from unpinch.knowledge.kinds import SHOWN_TAGS
from unpinch.knowledge.models import Source

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "sources.md"
GOOD_FOR_DAYS = 365  # a look at a source is repeated each year

HEAD = """\
# Sources

Written by `python -m tools.sources` from `src/unpinch/knowledge/data/sources.yaml`; do not edit by hand.

Every statement of Unpinch names its source, and every source says how far it was checked. What was not
read at the source is kept here for those who go on, and is never shown to a person: a test proves it.
The looks were at stored copies, most of them abstracts: read the source before you rely on a figure.

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


def stale(sources: Iterable[Source], today: dt.date) -> list[str]:
    """Return the shown sources whose last look is more than a year old."""
    return [
        source.id
        for source in sources
        if source.tag in SHOWN_TAGS and (today - dt.date.fromisoformat(source.checked)).days > GOOD_FOR_DAYS
    ]


def main(arguments: list[str] | None = None) -> int:
    """Run the command; 0 when all is well."""
    parser = argparse.ArgumentParser(
        prog="python -m tools.sources", description="Look after the register of sources."
    )
    parser.add_argument("--check", action="store_true", help="compare only")
    parser.add_argument("--uses", metavar="ID", help="print where a source is named")
    parser.add_argument("--stale", action="store_true", help="name sources not looked at for a year")
    asked = parser.parse_args(arguments)
    knowledge = load()
    if asked.uses:
        print("\n".join(uses(knowledge, asked.uses)))
        return 0
    if asked.stale:
        old = stale(knowledge.sources.values(), dt.date.today())
        print("\n".join(f"{name}: look at it again" for name in old) or "All looks are fresh.")
        return 1 if old else 0
    page = text(knowledge.sources.values())
    if asked.check:
        same = PAGE.is_file() and PAGE.read_text(encoding="utf-8") == page
        print("docs/sources.md is fresh." if same else "docs/sources.md: run `python -m tools.sources`.")
        return 0 if same else 1
    PAGE.write_text(page, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
