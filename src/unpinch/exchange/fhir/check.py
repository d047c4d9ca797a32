"""Whether a bundle is one: its form, the codes that FHIR binds, and its references.

``fhir.resources`` checks the form. It does not look at value sets (a status "invented" passes), and it
knows no document, so these are checked here, by the lists of `unpinch.knowledge.fhir.FhirValues`.
"""

from __future__ import annotations

import functools
import json
import math
from collections.abc import Iterator
from typing import Any, Final

from fhir.resources.R4B import get_fhir_model_class
from fhir.resources.R4B.bundle import Bundle
from fhir_core.fhirabstractmodel import FHIRAbstractModel
from pydantic import BaseModel, ValidationError

from unpinch.exchange.fhir.faults import FhirError
from unpinch.exchange.fhir.parts import Json
from unpinch.knowledge import Knowledge
from unpinch.knowledge.fhir import FhirValues

Path = tuple[str | int, ...]

_DEEPEST: Final = 60
"""Levels of JSON; a bundle has some twenty."""

_SHOWN: Final = 60
"""Characters of a value that an error repeats."""

# What a model raises on hostile input, beside its own complaint.
_FAULTS: Final = (KeyError, TypeError, ValueError, AttributeError, ArithmeticError, RecursionError)


def parse(raw: str | bytes) -> Json:
    """Return the JSON object of a resource.

    Raises
    ------
    FhirError
        When it is no UTF-8, no JSON, no object, or says a name twice.
    """
    try:
        text = raw.decode("utf-8-sig") if isinstance(raw, bytes) else raw.removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise FhirError("$", f"is not UTF-8 text: byte {error.start + 1}") from error
    try:
        found = json.loads(text, object_pairs_hook=_once, parse_constant=_no_number)
    except RecursionError as error:
        raise FhirError("$", "is nested too deeply") from error
    except json.JSONDecodeError as error:
        raise FhirError("$", f"is not JSON: {error.msg}, line {error.lineno}") from error
    except ValueError as error:
        raise FhirError("$", f"is not JSON: {error}"[:200]) from error
    if not isinstance(found, dict):
        raise FhirError("$", "must be an object")
    return found


def check(plain: Json, knowledge: Knowledge) -> BaseModel:
    """Return a resource as a model, once its form, codes and references are found right.

    Parameters
    ----------
    plain
        A bundle, or one resource.
    knowledge
        Holds the value sets.

    Raises
    ------
    FhirError
        Names the first place that is wrong: ``Bundle.entry[3].resource.status: ...``.
    """
    _plain_faults(plain)
    types = frozenset(knowledge.fhir_values.sets["resource-types"].codes)
    for path, kind in _types(plain, ()):
        if not isinstance(kind, str) or kind not in types:
            raise FhirError(
                place((*path, "resourceType"), plain), f"is no resource of FHIR R4 (was {_show(kind)})"
            )
    root = str(plain["resourceType"])
    try:
        model: BaseModel = get_fhir_model_class(root).model_validate(plain)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise FhirError(place(_without_types(first["loc"]), plain), _reason(first)) from error
    except _FAULTS as error:
        raise FhirError(root, f"cannot be read as FHIR: {_show(str(error))}") from error
    for path, reason in _unbound(model, knowledge.fhir_values, ()):
        raise FhirError(place(path, plain), reason)
    if isinstance(model, Bundle):
        _document_faults(plain)
    return model


def place(path: Path, plain: Json) -> str:
    """Return a path as FHIR writes it."""
    words = str(plain.get("resourceType", "$"))
    for step in path:
        words += f"[{step}]" if isinstance(step, int) else f".{step}"
    return words[:300]


def _once(pairs: list[tuple[str, Any]]) -> Json:
    fields = dict(pairs)
    if len(fields) < len(pairs):
        names = [name for name, _ in pairs]
        raise ValueError(f"{_show(next(name for name in names if names.count(name) > 1))} stands twice")
    return fields


def _no_number(name: str) -> float:
    raise ValueError(f"{name} is no number")


def _plain_faults(plain: Json) -> None:
    """Refuse what no reader should meet: too deep, not finite, half of a character."""
    waiting: list[tuple[Path, Any]] = [((), plain)]
    while waiting:
        path, value = waiting.pop()
        if len(path) > _DEEPEST:
            raise FhirError(place(path[:6], plain), "is nested too deeply")
        if isinstance(value, dict):
            waiting += [((*path, key), part) for key, part in value.items()]
            if any(_broken(key) for key in value):
                raise FhirError(place(path, plain), "has a name with half of a character")
            if None in value.values():  # FHIR leaves out what is not told
                empty = next(key for key, part in value.items() if part is None)
                raise FhirError(place((*path, empty), plain), "must not be null")
        elif isinstance(value, list):
            waiting += [((*path, number), part) for number, part in enumerate(value)]
        elif isinstance(value, float) and not math.isfinite(value):
            raise FhirError(place(path, plain), "must be a finite number")
        elif isinstance(value, str) and _broken(value):
            raise FhirError(place(path, plain), "holds half of a character")


def _broken(text: str) -> bool:
    return any("\ud800" <= letter <= "\udfff" for letter in text)


def _types(value: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    """Yield the type of every resource, the root, those of a bundle and contained ones."""
    if not isinstance(value, dict):
        return
    yield path, value.get("resourceType")
    entries = value.get("entry")
    for number, entry in enumerate(entries if isinstance(entries, list) else []):
        if isinstance(entry, dict) and "resource" in entry:
            yield from _types(entry["resource"], (*path, "entry", number, "resource"))
    contained = value.get("contained")
    for number, inside in enumerate(contained if isinstance(contained, list) else []):
        yield from _types(inside, (*path, "contained", number))


def _without_types(path: tuple[str | int, ...]) -> Path:
    """Drop what the model adds to a place: names of validators and of alternatives."""
    return tuple(step for step in path if isinstance(step, int) or (step[:1].islower() or step[:1] == "_"))


def _reason(error: Any) -> str:
    kind, message = error["type"], str(error["msg"])
    if kind == "extra_forbidden":
        return "is no field of this type"
    if kind == "missing":
        return "is missing"
    return f"{message.removeprefix('Value error, ').rstrip('.')} (was {_show(error.get('input'))})"


def _show(value: Any) -> str:
    if isinstance(value, dict | list):
        return "an object" if isinstance(value, dict) else "a list"
    text = repr(value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


@functools.cache
def _aliases(model: type[BaseModel]) -> dict[str, tuple[str, str]]:
    """Return for each field of a model its name in FHIR, alone and after its type."""
    kind = model.get_resource_type() if issubclass(model, FHIRAbstractModel) else model.__name__
    names = {name: field.alias or name for name, field in model.model_fields.items()}
    return {name: (alias, f"{kind}.{alias}") for name, alias in names.items() if name != "resource_type"}


def _unbound(model: BaseModel, values: FhirValues, path: Path) -> Iterator[tuple[Path, str]]:
    """Yield every code that stands where FHIR binds others."""
    aliases = _aliases(type(model))
    for name, value in model.__dict__.items():
        if value is None or name not in aliases:
            continue
        alias, element = aliases[name]
        bound = values.bindings.get(element)
        parts = value if isinstance(value, list) else [value]
        for number, part in enumerate(parts):
            here = (*path, alias, number) if isinstance(value, list) else (*path, alias)
            if bound:
                yield from _strange(part, bound, values, here)
            if isinstance(part, BaseModel):
                yield from _unbound(part, values, here)


def _strange(value: Any, name: str, values: FhirValues, path: Path) -> Iterator[tuple[Path, str]]:
    allowed = values.sets[name]
    must = f"must be a code of {name}: {_few(allowed.codes)}"
    if isinstance(value, str):
        if value not in allowed.codes:
            yield path, f"{must} (was {_show(value)})"
        return
    codings = getattr(value, "coding", None) or []
    if not any(one.system in allowed.systems and one.code in allowed.codes for one in codings):
        shown = codings[0].code if codings else None
        yield (*path, "coding"), f"{must} (was {_show(shown)})"


def _few(codes: tuple[str, ...]) -> str:
    return ", ".join(codes) if len(codes) <= 12 else f"{', '.join(codes[:12])}, …"


def _document_faults(plain: Json) -> None:
    """Refuse a bundle whose own references lead nowhere, or a document without its first page."""
    entries = plain.get("entry") or []
    known: set[str] = set()
    for number, entry in enumerate(entries):
        name = entry.get("fullUrl")
        if name in known:
            raise FhirError(f"Bundle.entry[{number}].fullUrl", f"stands twice ({_show(name)})")
        known |= {name} if name else set()
    if plain.get("type") == "document":
        first = (entries[0].get("resource") or {}).get("resourceType") if entries else None
        if first != "Composition":
            raise FhirError("Bundle.entry[0].resource", "of a document must be a Composition")
        for name in ("identifier", "timestamp"):
            if name not in plain:
                raise FhirError(f"Bundle.{name}", "is missing; a document needs it")
    for path, reference in references(plain, ()):
        if reference.startswith("urn:uuid:") and reference not in known:
            raise FhirError(place(path, plain), f"leads to nothing in this bundle ({_show(reference)})")


def references(value: Any, path: Path) -> Iterator[tuple[Path, str]]:
    """Yield every reference with its place."""
    if isinstance(value, dict):
        for key, part in value.items():
            if key == "reference" and isinstance(part, str):
                yield (*path, key), part
            else:
                yield from references(part, (*path, key))
    elif isinstance(value, list):
        for number, part in enumerate(value):
            yield from references(part, (*path, number))
