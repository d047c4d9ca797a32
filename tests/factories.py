"""Entries and journals for tests: plain builders, and Hypothesis strategies made from the types.

The strategies read the very models that the journal is made of, so that a new field is tried out
without a line here.
"""

from __future__ import annotations

import datetime as dt
import functools
import math
from collections.abc import Iterable
from typing import Any, Final

import msgspec
from hypothesis import strategies as st
from msgspec import inspect

from unpinch.journal import Entry, Journal, make
from unpinch.journal.kinds import KINDS, WISHES, Data, Note, Pain, Preference, Profile, Retraction

PARIS: Final = dt.timezone(dt.timedelta(hours=2))
T0: Final = dt.datetime(2025, 6, 2, 8, 0, tzinfo=PARIS)
"""A Monday morning in summer."""

ID_LETTERS: Final = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.:-"


# --- plain builders -----------------------------------------------------------------------------


def at(day: int = 0, hour: int = 8, minute: int = 0, *, tz: dt.tzinfo = PARIS) -> dt.datetime:
    """Return a time on the ``day``-th day after `T0`, by the clock of the place."""
    clock = dt.time(hour, minute, tzinfo=tz)
    return dt.datetime.combine(T0.date() + dt.timedelta(days=day), clock)


class Diary:
    """Writes entries one after another, each with an id of its own."""

    def __init__(self, prefix: str = "e") -> None:
        self.prefix = prefix
        self.entries: list[Entry] = []

    def write(self, data: Data, when: dt.datetime = T0) -> Entry:
        """Add one entry and return it."""
        entry = make(f"{self.prefix}{len(self.entries) + 1:05d}", when, data)
        self.entries.append(entry)
        return entry

    def take_back(self, entry: Entry, when: dt.datetime | None = None) -> Entry:
        """Retract an entry, a minute after it unless told otherwise."""
        return self.write(Retraction(entry=entry.id), when or entry.at + dt.timedelta(minutes=1))

    @property
    def journal(self) -> Journal:
        """What was written so far."""
        return Journal(self.entries)


def note(entry_id: str, text: str = "a note", when: dt.datetime = T0) -> Entry:
    """Return a note."""
    return make(entry_id, when, Note(text=text))


def mornings(levels: Iterable[int], prefix: str = "m") -> Journal:
    """Return a journal of morning numbers, one a day from `T0` on."""
    diary = Diary(prefix)
    for day, level in enumerate(levels):
        diary.write(Pain(when="morning", leg_nprs=level), at(day))
    return diary.journal


# --- strategies ---------------------------------------------------------------------------------

# Everything that JSON can hold: all of Unicode but lone surrogates.
texts = st.text(st.characters(codec="utf-8"), max_size=60)
awkward_texts = st.sampled_from(
    ["", "\u2028 \u2029", "a\nb\r\nc", "\r", "\0", "\x85\x0b\x0c", "“curly” – dash", "🦵🏽", '"\\/', "\ufeff"]
)
ids = st.text(ID_LETTERS, min_size=1, max_size=64)

offsets = st.one_of(
    st.sampled_from([0, 60, 120, 330, 345, -210, -480, 765, 840, -720]), st.integers(-1439, 1439)
).map(lambda minutes: dt.timezone(dt.timedelta(minutes=minutes)))
moments = st.builds(
    lambda naive, zone: naive.replace(tzinfo=zone),
    st.datetimes(dt.datetime(1971, 1, 1), dt.datetime(2198, 12, 31)),
    offsets,
)


def values(kind: inspect.Type) -> st.SearchStrategy[Any]:
    """Return values of a msgspec type, within its limits."""
    match kind:
        case inspect.Metadata():
            return values(kind.type)
        case inspect.UnionType():
            return st.one_of([values(part) for part in kind.types])
        case inspect.NoneType():
            return st.none()
        case inspect.BoolType():
            return st.booleans()
        case inspect.LiteralType():
            return st.sampled_from(list(kind.values))
        case inspect.IntType():
            return st.integers(kind.ge, kind.le)
        case inspect.FloatType():
            return st.floats(kind.ge, kind.le, allow_nan=False, allow_infinity=False)
        case inspect.DateType():
            return st.dates(dt.date(1900, 1, 1), dt.date(2199, 12, 31))
        case inspect.StrType():
            return _strings(kind)
        case inspect.VarTupleType():
            return st.lists(values(kind.item_type), max_size=3).map(tuple)
        case inspect.DictType():
            return st.dictionaries(values(kind.key_type), values(kind.value_type), max_size=3)
        case inspect.StructType():
            return structs(kind.cls)
    raise TypeError(f"no strategy for {kind}")


@functools.cache
def structs(model: type[Any]) -> st.SearchStrategy[Any]:
    """Return instances of a Struct, with any of its optional fields left out."""
    if model is Preference:
        return preferences
    shape = inspect.type_info(model)
    assert isinstance(shape, inspect.StructType)
    needed = {field.name: values(field.type) for field in shape.fields if field.required}
    optional = {field.name: values(field.type) for field in shape.fields if not field.required}
    return st.fixed_dictionaries(needed, optional=optional).map(lambda told: model(**told))


def _strings(kind: inspect.StrType) -> st.SearchStrategy[str]:
    if kind.pattern is None:
        longest = kind.max_length or 60
        return st.one_of(texts, awkward_texts).filter(lambda text: len(text) <= longest)
    if "A-Za-z0-9" in kind.pattern:
        return ids
    return st.from_regex(kind.pattern, fullmatch=True)


def _wish(name: str) -> st.SearchStrategy[Preference]:
    allowed = WISHES[name].allowed
    if isinstance(allowed, tuple):
        value: st.SearchStrategy[Any] = st.sampled_from(allowed)
    elif allowed is float:
        value = st.floats(0.1, 10)
    else:
        value = st.booleans()
    return st.builds(lambda target, said: Preference(name=name, target=target, value=said), ids, value)  # type: ignore[arg-type]


preferences = st.sampled_from(sorted(WISHES)).flatmap(_wish)


@functools.cache
def data(kind: str | None = None) -> st.SearchStrategy[Data]:
    """Return what entries of one kind, or of every kind, may say."""
    return structs(KINDS[kind]) if kind else st.one_of([structs(model) for model in KINDS.values()])


@functools.cache
def entries(kind: str | None = None) -> st.SearchStrategy[Entry]:
    """Return entries of one kind, or of every kind."""
    return st.builds(make, ids, moments, data(kind), moments)


@functools.cache
def journals(max_size: int = 5) -> st.SearchStrategy[Journal]:
    """Return journals whose retractions often mean an entry that is there."""

    def with_retractions(told: list[Entry], picks: list[tuple[int, dt.datetime]]) -> Journal:
        extra = [
            make(f"r{number}-{math.floor(when.timestamp())}", when, Retraction(entry=told[pick].id))
            for number, (pick, when) in enumerate(picks)
            if pick < len(told)
        ]
        known = {entry.id for entry in told}
        return Journal([*told, *(entry for entry in extra if entry.id not in known)])

    return st.builds(
        with_retractions,
        st.lists(entries(), max_size=max_size, unique_by=lambda entry: entry.id),
        st.lists(st.tuples(st.integers(0, max_size), moments), max_size=3),
    )


def related_journals(count: int) -> st.SearchStrategy[tuple[Journal, ...]]:
    """Return journals that share entries, as those of one person's devices do."""

    def deal(told: list[Entry], hands: list[list[int]]) -> tuple[Journal, ...]:
        return tuple(
            Journal(entry for entry, mask in zip(told, hand, strict=False) if mask) for hand in hands
        )

    pool = st.lists(entries(), max_size=8, unique_by=lambda entry: entry.id)
    hand = st.lists(st.integers(0, 1), min_size=8, max_size=8)
    return st.builds(deal, pool, st.lists(hand, min_size=count, max_size=count))


def plain(entry: Entry) -> dict[str, Any]:
    """Return an entry as plain JSON values."""
    told: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(entry))
    return told


def profile(**fields: Any) -> Profile:
    """Return a profile of a usual person, with the given fields changed."""
    return Profile(**{"side": "left", "since": dt.date(2025, 5, 1), "minutes_a_day": 10, **fields})
