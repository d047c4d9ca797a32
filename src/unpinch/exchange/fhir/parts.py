"""The small parts that resources are made of: names, codes, values, extensions, times, text.

A value of the journal is written and read by its `unpinch.knowledge.fhir.Field`, in the same way as
a component, an extension or an answer; only the names of the JSON fields differ.
"""

from __future__ import annotations

import datetime as dt
import html
import re
import uuid
from collections.abc import Iterator, Sequence
from typing import Any, Final

import msgspec

from unpinch.journal import Entry
from unpinch.knowledge import Knowledge
from unpinch.knowledge.fhir import Shape

Json = dict[str, Any]

CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
"""What no string of FHIR may hold."""

_NOT_XML: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]")
_FURTHEST: Final = dt.timedelta(hours=14)
"""FHIR knows no time zone beyond it."""


def clean(text: str) -> str | None:
    """Return a text as a string of FHIR holds it; None when nothing but blanks is left."""
    cleaned = CONTROL.sub("\ufffd", text)
    return cleaned if cleaned.replace("\ufeff", "").strip() else None  # a blank to other readers


def div(*paragraphs: str) -> Json:
    """Return a narrative in plain words, one paragraph each."""
    said = [f"<p>{html.escape(_NOT_XML.sub(' ', words))}</p>" for words in paragraphs if words.strip()]
    inside = "".join(said) or "<p>–</p>"
    return {"status": "generated", "div": f'<div xmlns="http://www.w3.org/1999/xhtml">{inside}</div>'}


def moment(at: dt.datetime) -> str:
    """Return a time with its offset; in UTC where FHIR does not know the offset."""
    offset = at.utcoffset() or dt.timedelta()
    return (at if abs(offset) <= _FURTHEST else at.astimezone(dt.UTC)).isoformat()


_MAY_BE_EMPTY: Final = frozenset({"text", "words", "labels"})
"""Fields that are always there: what is not told of them was empty."""


class Names:
    """Everything that is named or coded, by one knowledge."""

    def __init__(self, knowledge: Knowledge) -> None:
        self.known = knowledge
        self.fhir = knowledge.fhir
        self.own = self.code_system("unpinch")
        self._space = uuid.uuid5(uuid.NAMESPACE_URL, self.fhir.base)

    # --- names ------------------------------------------------------------------------------------

    def uid(self, name: str) -> str:
        """Return the id of a resource, always the same for the same name."""
        return str(uuid.uuid5(self._space, name))

    def code_system(self, name: str) -> str:
        """Return the name of a code system of our own."""
        return f"{self.fhir.base}/CodeSystem/{name}"

    def url(self, name: str) -> str:
        """Return the name of an extension."""
        return f"{self.fhir.base}/StructureDefinition/{name}"

    def naming(self, name: str) -> str:
        """Return the name of a system of identifiers."""
        return f"{self.fhir.base}/NamingSystem/{name}"

    def questionnaire(self, name: str, version: str | None = None) -> str:
        """Return the canonical name of a questionnaire."""
        return f"{self.fhir.base}/Questionnaire/{name}" + (f"|{version}" if version else "")

    def identifier(self, kind: str, value: str) -> Json:
        """Return an identifier of our own: of an entry, a session, a document..."""
        return {"system": self.naming(kind), "value": value}

    def word(self, key: str, **values: str | int) -> str:
        """Return a sentence of the data, filled."""
        return self.fhir.words[key].format(**values)

    # --- codes ------------------------------------------------------------------------------------

    def concept(self, code: str, text: str, codings: Sequence[Json] = ()) -> Json:
        """Return a concept with a code of our own, after those of public systems."""
        own = {"system": self.own, "code": code, "display": text}
        return {"coding": [*codings, own], "text": text}

    def named(self, code: str) -> Json:
        """Return one of the concepts that the data names."""
        return self.concept(code, self.fhir.concepts[code])

    def public(self, system: str, code: str) -> Json:
        """Return a concept of a public system of the data."""
        return {"coding": [{"system": self.fhir.systems[system], "code": code}]}

    def field_code(self, shape: str, name: str) -> Json:
        """Return what a field of an entry is called."""
        field = self.fhir.shapes[shape].fields[name]
        codings = [
            {"system": self.fhir.systems[one.system], "code": one.code, "display": one.display}
            for one in field.codings
        ]
        return self.concept(f"{shape}.{name}", field.text, codings)

    def coding(self, table: str, code: str) -> Json:
        """Return the code of an exercise, a self-test and the like, with its name where known."""
        name = self.name_of(table, code)
        return {"system": self.code_system(table), "code": code} | ({"display": name} if name else {})

    def coded(self, table: str, code: str) -> Json:
        """Return a concept with the code of an exercise and the like."""
        return {"coding": [self.coding(table, code)], "text": self.name_of(table, code) or code}

    def name_of(self, table: str, code: str) -> str | None:
        """Return what something is called; None for an id that is not known here."""
        known = self.known
        if table == "variant":
            found = (one for each in known.exercises.values() for one in each.variants if one.id == code)
            return next((one.name for one in found), None)
        tables: dict[str, Any] = {
            "exercise": known.exercises,
            "selftest": known.selftests,
            "equipment": known.equipment,
        }
        row = tables[table].get(code)
        return None if row is None else str(row.name)

    def site(self, site: str, side: str | None) -> Json:
        """Return a place of the body; left stays left."""
        told = side or "untold"
        return self.concept(f"site.{site}.{told}", self.fhir.sites[site][told])

    def quantity(self, value: float, unit: str) -> Json:
        """Return a number with its unit, by its UCUM code."""
        of = self.fhir.units[unit]
        return {"value": value, "unit": of.name, "system": self.fhir.systems["ucum"], "code": of.ucum}

    # --- values -----------------------------------------------------------------------------------

    def shape(self, name: str) -> Shape:
        """Return how a kind of entry, or a part of one, is told."""
        return self.fhir.shapes[name]

    def value(self, shape: str, name: str, value: Any) -> Json:
        """Return ``{"valueX": ...}`` for a value of a field, empty for a text of blanks."""
        field = self.shape(shape).fields[name]
        if field.values:
            code = {
                "system": self.own,
                "code": f"{shape}.{name}.{value}",
                "display": field.values[str(value)],
            }
            return {"valueCoding": code}
        if field.of:
            return {"valueCoding": self.coding(field.of, value)}
        if field.unit:
            return {"valueQuantity": self.quantity(value, field.unit)}
        if isinstance(value, bool):
            return {"valueBoolean": value}
        if isinstance(value, int):
            return {"valueInteger": value}
        if isinstance(value, float):
            return {"valueDecimal": value}
        if field.date:
            return {"valueDate": value}
        text = clean(value)
        return {} if text is None else {"valueString": text}

    def components(self, shape: str, fields: Json) -> list[Json]:
        """Return components of an observation, one for each field; parts have no place there."""
        found = []
        for name, value in fields.items():
            told = self.value(shape, name, value)
            if "valueCoding" in told:
                coding = told.pop("valueCoding")
                told["valueCodeableConcept"] = {
                    "coding": [coding],
                    "text": coding.get("display", coding["code"]),
                }
            if told:
                found.append({"code": self.field_code(shape, name), **told})
        return found

    def extensions(self, shape: str, fields: Json) -> list[Json]:
        """Return fields as parts of an extension; lists and parts of parts included."""
        found = []
        for name, value in fields.items():
            field = self.shape(shape).fields[name]
            for one in value if isinstance(value, list) else [value]:
                if field.part:
                    found.append(self.part(field.part, name, one))
                elif told := self.value(shape, name, one):
                    found.append({"url": name, **told})
        return found

    def part(self, shape: str, url: str, fields: Json) -> Json:
        """Return one extension that holds the fields of a part; empty parts say so."""
        inside = self.extensions(shape, fields)
        return {"url": url, "extension": inside} if inside else {"url": url, "valueBoolean": True}

    def envelope(self, entry: Entry) -> Json:
        """Return the extension that says which entry of the journal this is."""
        inside = [
            {"url": "id", "valueString": entry.id},
            {"url": "kind", "valueCode": entry.kind},
            _exact("at", entry.at),
            _exact("recorded", entry.recorded),
        ]
        if altered(entry):
            inside.append({"url": "altered", "valueBoolean": True})
        return {"url": self.url("entry"), "extension": inside}


def altered(entry: Entry) -> bool:
    """Tell whether an entry holds a text that no string of FHIR can hold as it is."""
    return any(
        clean(text) != text and not (text == "" and name in _MAY_BE_EMPTY)
        for name, text in _texts(msgspec.to_builtins(entry.data), "")
    )


def _texts(value: Any, name: str) -> Iterator[tuple[str, str]]:
    """Yield every text with the name of its field; labels by that of their table."""
    if isinstance(value, str):
        yield name, value
    elif isinstance(value, dict):
        for key, part in value.items():
            yield from _texts(part, name if name == "labels" else key)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _texts(part, name)


def _exact(url: str, at: dt.datetime) -> Json:
    """Return a time without loss: FHIR's own form where it has one, else the journal's."""
    text = at.isoformat()
    return {"url": url, "valueDateTime": text} if moment(at) == text else {"url": url, "valueString": text}
