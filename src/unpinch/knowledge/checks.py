"""References that must resolve, and tags that must not be shown: each fault in one line."""

from __future__ import annotations

import typing
from collections.abc import Iterator

from unpinch.knowledge.checks_clinical import clinical_faults
from unpinch.knowledge.checks_exercises import exercise_faults
from unpinch.knowledge.checks_fhir import fhir_faults
from unpinch.knowledge.checks_hazards import hazard_faults
from unpinch.knowledge.checks_pages import claim_faults, page_faults
from unpinch.knowledge.kinds import SHOWN_TAGS, Tag
from unpinch.knowledge.knowledge import Knowledge
from unpinch.knowledge.models import EmgFigure, Record

TAGS: frozenset[str] = frozenset(typing.get_args(Tag))
"""Every tag there is, the most certain ones among them in `SHOWN_TAGS`."""

_SOURCE_FIELDS = ("source", "mdc_source", "wording_source")
_FOLDERS = frozenset({"exercises", "pages"})  # one file a row
_MAY_BE_EMPTY = frozenset({"words"})  # a unit may have no word


def check(knowledge: Knowledge) -> list[str]:
    """Return one line for each fault of the data, none when it is sound.

    A line names the file, the row and the reason:
    ``exercises/EX05.yaml: stand-in 'EX99' is no exercise``.
    """
    return [
        *_everywhere(knowledge),
        *exercise_faults(knowledge),
        *clinical_faults(knowledge),
        *claim_faults(knowledge),
        *page_faults(knowledge),
        *hazard_faults(knowledge),
        *fhir_faults(knowledge),
    ]


def _everywhere(knowledge: Knowledge) -> Iterator[str]:
    """Yield the faults that any record can have: no text, no such source, no such tag."""
    for place, record in _records(knowledge):
        for field in record.__struct_fields__:
            value = getattr(record, field)
            texts = value if isinstance(value, tuple) else (value,)
            for text in texts:
                if isinstance(text, str) and (not text.strip() or text != text.strip()):
                    yield f"{place}: {field} is empty or has space around it"
        for field in _SOURCE_FIELDS:
            name = getattr(record, field, None)
            if name is not None and name not in knowledge.sources:
                yield f"{place}: {field} {name!r} is no source"
        for name in getattr(record, "sources", ()):
            if name not in knowledge.sources:
                yield f"{place}: source {name!r} is no source"
        yield from _tag_faults(place, record, knowledge)


def _tag_faults(place: str, record: Record, knowledge: Knowledge) -> Iterator[str]:
    for tag, name in (
        (getattr(record, "tag", None), getattr(record, "source", None)),
        (getattr(record, "mdc_tag", None), getattr(record, "mdc_source", None)),
    ):
        if tag is not None and tag not in TAGS:
            yield f"{place}: {tag!r} is no tag"
        source = knowledge.sources.get(name) if name is not None else None
        # A figure cannot have been read in a source that nobody read.
        if tag == "V" and source is not None and source.tag != "V":
            yield f"{place}: tagged V, but its source {name!r} is tagged {source.tag}"
        # What a page shows carries its citation; only measured muscle activity may wait in the data.
        hidden = tag is not None and tag in TAGS - SHOWN_TAGS and name is not None
        if hidden and not isinstance(record, EmgFigure):
            yield f"{place}: tagged {tag}, which is never shown"


def _records(knowledge: Knowledge) -> Iterator[tuple[str, Record]]:
    """Yield every record with the place where it stands."""
    for table in knowledge.__struct_fields__:
        if table in _MAY_BE_EMPTY:
            continue
        value = getattr(knowledge, table)
        if isinstance(value, Record):
            yield from _inside(f"{table}.yaml", value)
        elif isinstance(value, dict):
            for key, row in value.items():
                if isinstance(row, Record):
                    file = f"{table}/{key}.yaml" if table in _FOLDERS else f"{table}.yaml: {key}"
                    yield from _inside(file, row)


def _inside(place: str, record: Record) -> Iterator[tuple[str, Record]]:
    yield place, record
    for field in record.__struct_fields__:
        value = getattr(record, field)
        for number, part in enumerate(value if isinstance(value, tuple) else (value,)):
            if isinstance(part, Record):
                name = getattr(part, "id", number if isinstance(value, tuple) else "")
                yield from _inside(f"{place}: {field} {name}".rstrip(), part)
