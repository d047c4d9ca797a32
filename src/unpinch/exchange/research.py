"""A journal for research: what could tell who the person is was taken out, and what that was."""

from __future__ import annotations

import datetime as dt
import secrets
from collections import Counter
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

import msgspec

from unpinch.exchange.tables import Column, Table, build
from unpinch.journal import Entry, Journal
from unpinch.journal.kinds import KINDS, Profile
from unpinch.knowledge import Knowledge
from unpinch.knowledge.research import Research

HEAD: Final = (
    Column("id", "string", "number of the entry, in no connection with its real id", {"required": True}),
    Column("at", "datetime", "when it happened by the clock of the place, moved", {"required": True}),
    Column("day", "date", "the person's own calendar day, moved", {"required": True}),
)
BAND: Final = Column("age_band", "string", "age in years when the diary began, as a band")


class Scrubbed(NamedTuple):
    """What is left of a journal, and what was taken out: a line for each with how often it was there."""

    tables: tuple[Table, ...]
    lines: tuple[dict[str, Any], ...]
    removed: dict[str, int]


def scrub(journal: Journal, knowledge: Knowledge, weeks: int | None = None) -> Scrubbed:
    """Return a journal for research.

    Parameters
    ----------
    journal
        What happened; what was taken back is left out.
    knowledge
        What is known; `Knowledge.research` is the plan.
    weeks
        By how many weeks to move all dates back; a random number of the plan's range when left out.
        It stands nowhere in what comes out.

    Raises
    ------
    ValueError
        When the weeks are outside of the plan's range.
    """
    plan = knowledge.research
    span = range(plan.weeks_least, plan.weeks_most + 1)
    moved = secrets.choice(span) if weeks is None else weeks
    if moved not in span:
        raise ValueError(f"weeks: must be {span[0]} to {span[-1]} (was {weeks})")
    back = dt.timedelta(weeks=moved)
    removed: Counter[str] = Counter()
    removed["retraction, with the entry that it takes back"] = len(journal) - len(journal.live)
    names: dict[str, str] = {}
    rows: dict[str, list[tuple[tuple[Any, ...], Mapping[str, Any]]]] = {kind: [] for kind in KINDS}
    lines: list[dict[str, Any]] = []
    for entry in journal.live:
        data = _data(entry, journal, plan, removed, names, back)
        if data is None:
            continue
        # The clock of the place without its offset: the offset tells the part of the world.
        at = entry.at.replace(tzinfo=None, microsecond=0) - back
        number = f"e{len(lines) + 1:05d}"
        rows[entry.kind].append(((number, at, at.date()), data))
        lines.append({"id": number, "at": at.isoformat(), "kind": entry.kind, "data": data})
    removed["UTC offset"] = removed["real id"] = removed["time of writing down"] = len(lines)
    kept: list[Table] = []
    for kind, model in KINDS.items():
        if kind not in plan.kinds:
            kept += build(kind, model, HEAD, rows[kind], plan.fields.get(kind, ()))
            if kind == "profile":
                kept[-1] = _with_band(kept[-1], [data for _, data in rows[kind]])
    return Scrubbed(tuple(kept), tuple(lines), {name: count for name, count in removed.items() if count})


def _data(
    entry: Entry,
    journal: Journal,
    plan: Research,
    removed: Counter[str],
    names: dict[str, str],
    back: dt.timedelta,
) -> dict[str, Any] | None:
    """Return what an entry may still say; None when it says nothing that stays."""
    data: dict[str, Any] = msgspec.to_builtins(entry.data)
    if entry.kind in plan.kinds or (entry.kind == "preference" and data["name"] not in plan.wishes):
        removed[entry.kind if entry.kind in plan.kinds else f"preference {data['name']}"] += 1
        return None
    for field in plan.fields.get(entry.kind, ()):
        if data.pop(field, None) is not None:
            removed[f"{entry.kind}: {field}"] += 1
    if isinstance(entry.data, Profile):
        if entry.data.birth_year is not None:
            data["age_band"] = band(journal.live[0].at.year - entry.data.birth_year, plan)
        if entry.data.since is not None:
            data["since"] = (entry.data.since - back).isoformat()
    if entry.kind == "screen" and data["question"] in plan.ages and isinstance(data["answer"], int | float):
        data["answer"] = band(int(data["answer"]), plan)
        removed["screen: exact age"] += 1
    if data.get("session") is not None:
        data["session"] = names.setdefault(data["session"], f"s{len(names) + 1:05d}")
    return data


def band(age: int, plan: Research) -> str:
    """Return the band of an age, such as ``40-49``."""
    if age >= plan.oldest:
        return f"{plan.oldest}+"
    low = max(age, 0) // plan.band_years * plan.band_years
    return f"{low}-{low + plan.band_years - 1}"


def _with_band(profile: Table, said: list[Mapping[str, Any]]) -> Table:
    rows = tuple((*row, data.get("age_band")) for row, data in zip(profile.rows, said, strict=True))
    return profile._replace(columns=(*profile.columns, BAND), rows=rows)
