"""A journal as tidy tables: one for each kind of entry, one for each list inside of an entry.

The columns follow from the types of the journal, so that a new field is there by itself.
"""

from __future__ import annotations

import datetime as dt
import inspect as source
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, NamedTuple

import msgspec
from msgspec import inspect

from unpinch.journal import Entry, Journal
from unpinch.journal.kinds import KINDS

SEPARATOR: Final = "|"
"""Stands between the parts of a list of ids; no id holds it."""

_COMMENT: Final = re.compile(r"^    (\w+):[^#]*?# (.+)$", re.MULTILINE)


class Column(NamedTuple):
    """A column, as a Frictionless table schema says it."""

    name: str
    type: str  # string, integer, number, boolean, date, datetime
    about: str
    constraints: dict[str, Any] | None = None


class Table(NamedTuple):
    """A table with its rows; a value that is None was not answered."""

    name: str
    about: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Any, ...], ...]
    key: tuple[str, ...]


HEAD: Final = (
    Column("id", "string", "id of the entry", {"required": True, "unique": True}),
    Column("at", "datetime", "when it happened, with the UTC offset of the place", {"required": True}),
    Column("day", "date", "the person's own calendar day", {"required": True}),
    Column("utc_offset_min", "integer", "minutes by which the place is ahead of UTC", {"required": True}),
    Column("recorded", "datetime", "when it was written down", {"required": True}),
    Column("counts", "boolean", "false: taken back by a retraction", {"required": True}),
)  # fmt: skip
"""The columns that every kind of entry has."""

_PARENT: Final = Column("entry", "string", "id of the entry that it belongs to", {"required": True})
_PLACE: Final = Column("place", "integer", "its place in the list, from 1", {"required": True, "minimum": 1})


def tables(journal: Journal) -> tuple[Table, ...]:
    """Return the tables of a journal, in the order of the kinds; also those without rows."""
    live = {entry.id for entry in journal.live} | {one.id for one in journal if one.kind == "retraction"}
    by_kind: dict[str, list[tuple[tuple[Any, ...], Mapping[str, Any]]]] = {kind: [] for kind in KINDS}
    for entry in journal:
        by_kind[entry.kind].append((_head(entry, entry.id in live), msgspec.to_builtins(entry.data)))
    return tuple(table for kind, model in KINDS.items() for table in build(kind, model, HEAD, by_kind[kind]))


def build(
    name: str,
    model: type[Any],
    head: tuple[Column, ...],
    rows: Iterable[tuple[tuple[Any, ...], Mapping[str, Any]]],
    without: Iterable[str] = (),
) -> Iterator[Table]:
    """Yield the table of one kind of entry, and those of the lists inside.

    Parameters
    ----------
    name, model
        The kind and its type.
    head
        The first columns; the very first is the id.
    rows
        For each entry the values of the head, and its data as plain values.
    without
        Fields that are left out.
    """
    rows = list(rows)
    shape = inspect.type_info(model)
    assert isinstance(shape, inspect.StructType)
    said = comments(model)
    flat, inner = [], []
    for field in shape.fields:
        if field.name in without:
            continue
        kind, options = _bare(field.type)
        about = said.get(field.name, "")
        if isinstance(kind, inspect.DictType):
            inner.append(_answers(name, field.name, rows, "labels" not in without and "labels" in said))
        elif isinstance(kind, inspect.VarTupleType) and isinstance(
            _bare(kind.item_type)[0], inspect.StructType
        ):
            inner += list(_listed(name, field.name, _bare(kind.item_type)[0].cls, about, rows))  # type: ignore[attr-defined]
        else:
            flat.append(_column(field.name, kind, options, about))
    columns = (*head, *flat)
    body = tuple((*first, *(_cell(data.get(column.name)) for column in flat)) for first, data in rows)
    yield Table(name, (source.getdoc(model) or "").split("\n")[0], columns, body, (head[0].name,))
    yield from (table for table in inner if table is not None)


def comments(model: type[Any]) -> dict[str, str]:
    """Return what the comment behind each field of a model says."""
    return dict(_COMMENT.findall(source.getsource(model)))


def _head(entry: Entry, counts: bool) -> tuple[Any, ...]:
    offset = entry.at.utcoffset() or dt.timedelta()
    minutes = offset // dt.timedelta(minutes=1)
    return entry.id, entry.at, entry.day, minutes, entry.recorded, counts


def _listed(
    name: str, field: str, model: type[Any], about: str, rows: list[tuple[tuple[Any, ...], Mapping[str, Any]]]
) -> Iterator[Table]:
    parts = [
        ((first[0], place), part)
        for first, data in rows
        for place, part in enumerate(data.get(field) or (), 1)
    ]
    for table in build(f"{name}_{field}", model, (_PARENT, _PLACE), parts):
        yield table._replace(about=f"{about}: {table.about}", key=("entry", "place"))


def _answers(
    name: str, field: str, rows: list[tuple[tuple[Any, ...], Mapping[str, Any]]], labelled: bool
) -> Table | None:
    if field != "answers":
        return None  # the labels stand beside the answers
    columns = [
        _PARENT,
        Column("item", "string", "id of the item", {"required": True}),
        Column("points", "integer", "points"),
    ]
    if labelled:
        columns.append(Column("label", "string", "the person's own activity (PSFS)"))
    body = []
    for first, data in rows:
        labels = data.get("labels") or {}
        items = dict.fromkeys([*data[field], *(labels if labelled else ())])
        body += [
            (first[0], item, data[field].get(item), *((labels.get(item),) if labelled else ()))
            for item in items
        ]
    return Table(f"{name}_{field}", "Points by item.", tuple(columns), tuple(body), ("entry", "item"))


def _bare(kind: inspect.Type) -> tuple[inspect.Type, tuple[Any, ...]]:
    """Return a type without its notes and without None, and its choices where there are some."""
    while True:
        if isinstance(kind, inspect.Metadata):
            kind = kind.type
        elif isinstance(kind, inspect.UnionType):
            parts = [part for part in kind.types if not isinstance(part, inspect.NoneType)]
            if len(parts) > 1:
                return kind, ()
            kind = parts[0]
        else:
            return kind, tuple(kind.values) if isinstance(kind, inspect.LiteralType) else ()


def _column(name: str, kind: inspect.Type, options: tuple[Any, ...], about: str) -> Column:
    if options:
        return Column(
            name, "integer" if isinstance(options[0], int) else "string", about, {"enum": list(options)}
        )
    if isinstance(kind, inspect.VarTupleType):
        return Column(name, "string", f"{about} (ids with {SEPARATOR} between them)")
    for shape, word in (
        (inspect.BoolType, "boolean"),
        (inspect.IntType, "integer"),
        (inspect.FloatType, "number"),
        (inspect.DateType, "date"),
    ):
        if isinstance(kind, shape):
            limits = {"minimum": getattr(kind, "ge", None), "maximum": getattr(kind, "le", None)}
            return Column(
                name, word, about, {key: value for key, value in limits.items() if value is not None}
            )
    return Column(name, "string", about)


def _cell(value: Any) -> Any:
    return SEPARATOR.join(str(part) for part in value) if isinstance(value, list | tuple) else value
