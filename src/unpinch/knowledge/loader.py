"""Read the data files into one `Knowledge`, and refuse it when a reference dangles."""

from __future__ import annotations

import functools
import hashlib
import re
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, get_args

import msgspec
import yaml

from unpinch.knowledge.checks import check
from unpinch.knowledge.knowledge import Knowledge
from unpinch.knowledge.models import Record


class KnowledgeError(ValueError):
    """A data file cannot be used; the message names the file, the place and the reason."""


# field of Knowledge whose rows are the list in ``<field>.yaml`` -> what keys them
_TABLES = {
    "sources": "id",
    "muscles": "id",
    "positions": "id",
    "equipment": "id",
    "families": "id",
    "stops": "id",
    "locks": "id",
    "article": "id",
    "claims": "id",
    "countries": "code",
    "actions": "tier",
    "selftests": "id",
    "questionnaires": "id",
    "hazards": "id",
}
_FOLDERS = ("exercises", "pages")
"""Fields of Knowledge whose rows are the files ``<field>/*.yaml``, keyed by their ids."""
_WHOLES = (
    *("screening", "rules", "planning", "priors", "timing"),
    *("keeping", "calendar", "research", "fhir", "fhir_values"),
)
"""Fields of Knowledge that are the whole ``<field>.yaml``."""


def read(folder: Traversable) -> Knowledge:
    """Read and check a folder of data files.

    Parameters
    ----------
    folder
        Holds one file a table, ``exercises/*.yaml``, ``pages/*.yaml`` and ``words/*.yaml``.

    Raises
    ------
    KnowledgeError
        When a file is missing or malformed, a row stands twice, or a reference dangles.
    """
    digest = hashlib.sha256()
    parts: dict[str, Any] = {}
    kinds = {field.name: field.type for field in msgspec.structs.fields(Knowledge)}
    for name, key in _TABLES.items():
        row_kind = get_args(kinds[name])[1]
        parts[name] = _table(_parse(folder / f"{name}.yaml", digest), row_kind, key, f"{name}.yaml")
    for name in _WHOLES:
        parts[name] = _convert(_parse(folder / f"{name}.yaml", digest), kinds[name], f"{name}.yaml")
    for name in _FOLDERS:
        row_kind = get_args(kinds[name])[1]
        rows: dict[str, Any] = {}
        for file in _yaml_files(folder / name):
            row = _convert(_parse(file, digest), row_kind, f"{name}/{file.name}")
            if row.id in rows:
                raise KnowledgeError(f"{name}/{file.name}: {row.id!r} stands twice")
            rows[row.id] = row
        parts[name] = rows
    words: dict[str, str] = {}
    for file in _yaml_files(folder / "words"):
        for key, text in _convert(_parse(file, digest), dict[str, str], f"words/{file.name}").items():
            if key in words:
                raise KnowledgeError(f"words/{file.name}: {key!r} stands twice")
            words[key] = text.strip()
    knowledge = Knowledge(version=digest.hexdigest()[:16], words=words, **parts)
    faults = check(knowledge)
    if faults:
        raise KnowledgeError("; ".join(faults))
    return knowledge


@functools.cache
def load() -> Knowledge:
    """Return the knowledge that ships with this version, read once per process."""
    return read(files("unpinch.knowledge") / "data")


def _yaml_files(folder: Traversable) -> list[Traversable]:
    if not folder.is_dir():
        raise KnowledgeError(f"{folder.name}: this folder of data files is missing")
    return sorted(
        (file for file in folder.iterdir() if file.name.endswith(".yaml")),
        key=lambda file: file.name,
    )


def _parse(file: Traversable, digest: Any) -> Any:
    try:
        raw = file.read_bytes()
    except OSError as error:
        raise KnowledgeError(f"{file.name}: cannot be read: {error.strerror}") from error
    digest.update(file.name.encode() + b"\0" + raw + b"\0")
    try:
        return yaml.load(raw, Loader=_Loader)
    except yaml.YAMLError as error:
        raise KnowledgeError(f"{file.name}: {' '.join(str(error).split())}") from error


def _convert(raw: Any, kind: Any, place: str) -> Any:
    try:
        return msgspec.convert(raw, kind)
    except msgspec.ValidationError as error:
        raise KnowledgeError(f"{place}: {error}") from error


def _table(raw: Any, kind: type[Record], key: str, place: str) -> dict[str, Any]:
    table: dict[str, Any] = {}
    for number, row in enumerate(_convert(raw, list[kind], place)):  # type: ignore[valid-type]
        name = getattr(row, key)
        if name in table:
            raise KnowledgeError(f"{place}: row {number}: {name!r} stands twice")
        table[name] = row
    return table


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """YAML without the surprise that reads ``yes``, ``no`` and ``on`` as truth values."""


_Loader.yaml_implicit_resolvers = {
    letter: [(tag, pattern) for tag, pattern in rules if not tag.endswith((":bool", ":timestamp"))]
    for letter, rules in _Loader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(?:true|false)$"), list("tf"))
