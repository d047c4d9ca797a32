"""What must reach no person: sources, figures and statements tagged M, V2 or verify, as texts to look for."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from unpinch.knowledge import Knowledge
from unpinch.knowledge.kinds import SHOWN_TAGS
from unpinch.knowledge.models import Exercise, Record, Source
from unpinch.web.speech import number

# Figures of the evidence that nobody has read at their source yet: no text may hold them.
FIGURES = (
    r"4\.93",
    r"\b95 (?:in|of|per|%)",
    r"\b85 per cent",
    r"38(?:\.0)? ?°",
    r"\b36 (?:in|of|per|%)",
    r"0\.79\b",
    r"\b15\.2 points",
    r"\b6\.3\b",
    r"0\.28\b",
    r"within 4 h",
    r"8,000",
    r"\b44\.7\b",
    r"\b41\.9\b",
    r"\b32\.1\b",
)


SCRIPT = re.compile(r'(?s)<script type="application/json" id="session-data">(.*?)</script>')
# Here other numbers stand: the person's own, the angles of a drawing, the gates of the tests.
OTHER_NUMBERS = re.compile(
    r"^/(?:history|settings/export|take-out/pdf|figure/.*)$|^report --pdf$|^development\.md$"
)


class Needle(NamedTuple):
    """A text that must not be found, and what it belongs to."""

    text: str
    belongs_to: str


def needles(knowledge: Knowledge) -> list[Needle]:
    """Return the texts of everything in the data whose tag may not be shown."""
    found = []
    for source in knowledge.sources.values():
        if source.tag not in SHOWN_TAGS:
            texts = (source.cite, source.full, source.doi, source.url, f"/sources#{source.id}")
            found += [Needle(text, f"source {source.id}, {source.tag}") for text in texts if text]
    for exercise in knowledge.exercises.values():
        found += [Needle(text, f"figure of {exercise.id}, {tag}") for text, tag in _emg(exercise, knowledge)]
    for place, record in _records(knowledge):
        tag = getattr(record, "tag", None)
        if tag is not None and tag not in SHOWN_TAGS and not isinstance(record, Source):
            text = getattr(record, "text", None) or getattr(record, "about", None)
            found += [Needle(text, f"{place}, {tag}")] if text else []
    return found


def _without_drawings(script: re.Match[str]) -> str:
    """Return what the player is told, but for the angles and points of its moving figures."""
    told = json.loads(script[1])
    assert told.pop("movements"), "the player is told no movements; where did they go?"
    return json.dumps(told, ensure_ascii=False)


def faults(place: str, text: str, wanted: list[Needle]) -> list[str]:
    """Return one line for each thing in a text, a page or a document, that must not be there."""
    seen = " ".join(html.unescape(SCRIPT.sub(_without_drawings, text)).split())
    # A drawing is made of numbers that say nothing.
    bare = re.sub(r"<svg\b.*?</svg>", " ", seen)
    told = [f"{place}: {needle.text!r} ({needle.belongs_to})" for needle in wanted if needle.text in bare]
    if OTHER_NUMBERS.search(place):
        return told
    words = re.sub(r"<[^>]+>", " ", bare)
    return told + [f"{place}: unread figure {figure!r}" for figure in FIGURES if re.search(figure, words)]


def tag_faults(place: str, data: Any) -> Iterator[str]:
    """Yield one line for each part of an answer in JSON that carries a tag which is never shown."""
    if isinstance(data, dict):
        tag = data.get("tag")
        if isinstance(tag, str) and tag not in SHOWN_TAGS:
            yield f"{place}: tagged {tag}: {json.dumps(data)[:80]}"
        for key, value in data.items():
            yield from tag_faults(f"{place}.{key}", value)
    elif isinstance(data, list):
        for place_in, value in enumerate(data):
            yield from tag_faults(f"{place}.{place_in}", value)


def _emg(exercise: Exercise, knowledge: Knowledge) -> Iterator[tuple[str, str]]:
    """Yield what the page of an exercise would say of each figure that is not shown."""
    for figure in exercise.emg:
        if figure.tag not in SHOWN_TAGS:
            said = f"{knowledge.muscles[figure.muscle].name} {number(figure.mvic_pct)} % of its most"
            if figure.condition:
                said += f" ({figure.condition})"
            yield f'{said} <a href="/sources#{figure.source}">', figure.tag


def _records(part: Any, place: str = "data") -> Iterator[tuple[str, Record]]:
    if isinstance(part, Record):
        yield place, part
        for field in part.__struct_fields__:
            yield from _records(getattr(part, field), f"{place}.{field}")
    elif isinstance(part, dict):
        for key, value in part.items():
            yield from _records(value, f"{place}.{key}")
    elif isinstance(part, tuple):
        for at, value in enumerate(part):
            yield from _records(value, f"{place}.{at}")
