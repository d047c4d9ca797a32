"""Sources as CSL-JSON, which every reference manager reads."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from unpinch.knowledge.kinds import SHOWN_TAGS
from unpinch.knowledge.models import Source

# "Authors. Title. Journal year;volume(issue):pages." as `Source.full` writes an article.
_ARTICLE = re.compile(
    r"(?P<authors>[^.]+)\. (?P<title>.+?[.?]) (?P<journal>[A-Z][^.,?]*?) (?P<year>(?:19|20)\d\d)"
    r"(?:;(?P<volume>\d+)(?:\((?P<issue>[^)]+)\))?)?(?::(?P<page>[^.]+(?:\.pub\d)?))?\."
)
_PERSON = re.compile(r"(?P<family>.+) (?P<given>[A-Z]{1,4})")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")


def item(source: Source, shown_at: Sequence[str] = ()) -> dict[str, Any]:
    """Return one source as a CSL-JSON item.

    Parameters
    ----------
    source
        The source; an article is taken apart into authors, title and journal, anything else keeps
        its full text as the title.
    shown_at
        Addresses of the pages that lead to it.

    Returns
    -------
    dict
        The item; ``custom`` holds what CSL has no name for: ``cite``, ``tag``, ``checked`` (ISO
        date), ``shown`` (whether a person may see it) and ``shown_at``.
    """
    found = _ARTICLE.fullmatch(source.full)
    fields: dict[str, Any] = {"id": source.id}
    if found is None:
        years = _YEAR.findall(source.full)
        fields |= {"type": "webpage" if source.url else "document", "title": source.full.rstrip(".")}
        if years:
            fields["issued"] = {"date-parts": [[int(years[-1])]]}
    else:
        fields |= {
            "type": "article-journal",
            "author": _authors(found["authors"]),
            "title": found["title"].rstrip("."),
            "container-title": found["journal"],
            "issued": {"date-parts": [[int(found["year"])]]},
        }
        fields |= {name: found[name] for name in ("volume", "issue", "page") if found[name] is not None}
    fields |= {"DOI": source.doi} if source.doi else {}
    fields |= {"URL": source.url} if source.url else {}
    fields |= {"note": source.note} if source.note else {}
    fields["accessed"] = {"date-parts": [[int(part) for part in source.checked.split("-")]]}
    fields["custom"] = {
        "cite": source.cite,
        "tag": source.tag,
        "checked": source.checked,
        "shown": source.tag in SHOWN_TAGS,
        "shown_at": list(shown_at),
    }
    return fields


def items(sources: Mapping[str, Source], shown_at: Mapping[str, Sequence[str]]) -> list[dict[str, Any]]:
    """Return the sources as a CSL-JSON list, by id."""
    return [item(sources[name], shown_at.get(name, ())) for name in sorted(sources)]


def _authors(names: str) -> list[dict[str, str]]:
    people: list[dict[str, str]] = []
    for name in names.removesuffix(" and others").split(", "):
        found = _PERSON.fullmatch(name)
        people.append(dict(found.groupdict()) if found else {"literal": name})
    if names.endswith(" and others"):
        people.append({"literal": "others"})
    return people
