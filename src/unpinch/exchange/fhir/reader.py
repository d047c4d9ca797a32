"""Reads the parts of a resource, and names the place of what is not as it should be."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from unpinch.exchange.fhir.check import Path, place
from unpinch.exchange.fhir.faults import FhirError
from unpinch.exchange.fhir.parts import Json, Names
from unpinch.knowledge.fhir import Field

_SHOWN: Final = 60


class Reader:
    """One object of a bundle, with its place.

    Every method raises `FhirError` with that place when what it looks for is missing or wrong.
    """

    def __init__(self, names: Names, root: Json, value: Json, path: Path) -> None:
        self.names = names
        self.root = root
        self.value = value
        self.path = path

    @property
    def place(self) -> str:
        """Where it stands: ``Bundle.entry[3].resource``."""
        return place(self.path, self.root)

    def child(self, name: str) -> Reader:
        """Return the object in a field."""
        if not isinstance(self.value.get(name), dict):
            raise FhirError(f"{self.place}.{name}", "is missing")
        return Reader(self.names, self.root, self.value[name], (*self.path, name))

    def each(self, name: str) -> list[Reader]:
        """Return the objects in a list; none where there is no list."""
        listed = self.value.get(name) or []
        return [
            Reader(self.names, self.root, one, (*self.path, name, number))
            for number, one in enumerate(listed)
            if isinstance(one, dict)
        ]

    def text(self, name: str) -> str:
        """Return the text in a field."""
        found = self.value.get(name)
        if not isinstance(found, str):
            raise FhirError(f"{self.place}.{name}", "is missing")
        return found

    def extension(self, name: str) -> Reader | None:
        """Return an extension of ours; None when there is none."""
        return self.find(self.names.url(name))

    def find(self, url: str) -> Reader | None:
        """Return the extension with this url; None when there is none."""
        return next((one for one in self.each("extension") if one.value.get("url") == url), None)

    def need(self, url: str, key: str) -> str:
        """Return the text of a part of an extension."""
        found = self.find(url)
        if found is None:
            raise FhirError(self.place, f"has no part {url!r}")
        return found.text(key)

    def moment(self, url: str) -> dt.datetime:
        """Return the time in a part of an extension, in FHIR's form or in the journal's."""
        found = self.find(url)
        if found is None:
            raise FhirError(self.place, f"has no part {url!r}")
        said = found.text("valueDateTime" if "valueDateTime" in found.value else "valueString")
        try:
            at = dt.datetime.fromisoformat(said)
        except ValueError as error:
            raise FhirError(
                found.place, f"must be a time with its UTC offset (was {said[:_SHOWN]!r})"
            ) from error
        if at.utcoffset() is None:
            raise FhirError(found.place, f"must have a UTC offset (was {said[:_SHOWN]!r})")
        return at

    def identified(self, kind: str) -> str | None:
        """Return its identifier of one of our systems; None when it has none."""
        found = self.value.get("identifier")
        system = self.names.naming(kind)
        for one in found if isinstance(found, list) else [found]:
            if isinstance(one, dict) and one.get("system") == system:
                return str(one.get("value", ""))
        return None

    # --- values -----------------------------------------------------------------------------------

    def known_field(self, shape: str, name: str) -> Field:
        """Return how a field is told."""
        field = self.names.shape(shape).fields.get(name)
        if field is None:
            raise FhirError(self.place, f"{name[:_SHOWN]!r} is no field of {shape}")
        return field

    def code(self, name: str, system: str, prefix: str = "") -> str:
        """Return a code of one system, from a coding or a concept, without its prefix."""
        told = self.value.get(name)
        codings = told.get("coding", [told]) if isinstance(told, dict) else []
        for coding in codings:
            code = coding.get("code", "")
            if coding.get("system") == system and code.startswith(prefix):
                return str(code.removeprefix(prefix))
        wanted = f" that begins with {prefix}" if prefix else ""
        raise FhirError(f"{self.place}.{name}", f"must have a code of {system}{wanted}")

    def number(self) -> Any:
        """Return its decimal or its whole number."""
        return _number(self.value.get("valueDecimal", self.value.get("valueInteger")))

    def points(self) -> float | bool:
        """Return the points of an item: a whole number, or a tick."""
        for answer in self.each("answer"):
            if "valueBoolean" in answer.value:
                return int(answer.value["valueBoolean"])
            if "valueInteger" in answer.value:
                return int(answer.value["valueInteger"])
        raise FhirError(self.place, "must be answered by a whole number or a tick")

    def quantity(self, unit: str | None) -> Any:
        """Return the number of a quantity; its unit must be the one that is expected."""
        told = self.child("valueQuantity")
        value = told.value.get("value")
        if value is None:
            raise FhirError(f"{told.place}.value", "is missing")
        if unit is not None:
            wanted = self.names.quantity(0, unit)
            if (told.value.get("system"), told.value.get("code")) != (wanted["system"], wanted["code"]):
                shown = told.value.get("code", told.value.get("unit"))
                raise FhirError(
                    f"{told.place}.code", f"must be the UCUM unit {wanted['code']} (was {shown!r})"
                )
        if "comparator" in told.value:
            raise FhirError(f"{told.place}.comparator", "must not be there: a value is told as it is")
        return _number(value)

    def field(self, shape: str, name: str) -> Any:
        """Return the value of a field, in whichever form it stands."""
        field = self.known_field(shape, name)
        keys = [key for key in self.value if key.startswith("value")]
        if len(keys) != 1:
            raise FhirError(self.place, "must have one value")
        key = keys[0]
        if field.values:
            code = self.code(key, self.names.own, f"{shape}.{name}.")
            if code not in field.values:
                listed = ", ".join(field.values)
                raise FhirError(f"{self.place}.{key}", f"must be one of {listed} (was {code[:_SHOWN]!r})")
            return int(code) if field.whole else code
        if field.of:
            return self.code(key, self.names.code_system(field.of))
        if field.unit:
            return self.quantity(field.unit)
        value = self.value[key]
        if isinstance(value, dict | list):
            raise FhirError(f"{self.place}.{key}", "must be a plain value")
        return _number(value)

    def field_name(self, shape: str) -> str:
        """Return which field an observation or a component tells."""
        name = self.code("code", self.names.own, f"{shape}.")
        self.known_field(shape, name)
        return name

    def components(self, shape: str) -> Json:
        """Return the fields of the components."""
        fields: Json = {}
        for component in self.each("component"):
            name = component.field_name(shape)
            if name in fields:
                raise FhirError(component.place, f"{name} is told twice")
            fields[name] = component.field(shape, name)
        return fields

    def part(self, shape: str) -> Json:
        """Return the fields of an extension that holds the parts of an entry."""
        fields: Json = {}
        for one in self.each("extension"):
            name = one.text("url")
            field = one.known_field(shape, name)
            value = one.part(field.part) if field.part else one.field(shape, name)
            if field.many:
                fields.setdefault(name, []).append(value)
            elif name in fields:
                raise FhirError(one.place, f"{name} is told twice")
            else:
                fields[name] = value
        return fields


def _number(value: Any) -> Any:
    """Return whole numbers as such: a record system may write 4 as 4.0."""
    return int(value) if isinstance(value, float) and value.is_integer() else value
