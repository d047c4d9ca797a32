"""Faults of what a health record is told: references within the data that must resolve."""

from __future__ import annotations

from collections.abc import Iterator

from unpinch.knowledge.kinds import SHOWN_TAGS
from unpinch.knowledge.knowledge import Knowledge


def fhir_faults(knowledge: Knowledge) -> Iterator[str]:
    """Yield one line for each unit, site, part, system, source or value set that is not there."""
    fhir, values = knowledge.fhir, knowledge.fhir_values
    for name, shape in fhir.shapes.items():
        for key, field in shape.fields.items():
            place = f"fhir.yaml: {name}.{key}"
            for what, wanted, table in (
                ("unit", field.unit, fhir.units),
                ("site", field.site, fhir.sites),
                ("part", field.part, fhir.shapes),
            ):
                if wanted is not None and wanted not in table:
                    yield f"{place}: {what} {wanted!r} is not there"
            for coding in field.codings:
                if coding.system not in fhir.systems:
                    yield f"{place}: system {coding.system!r} is not there"
                if coding.source not in knowledge.sources:
                    yield f"{place}: source {coding.source!r} is no source"
                if coding.tag not in SHOWN_TAGS:
                    yield f"{place}: {coding.code} is tagged {coding.tag}, which is never shown"
    for unit in fhir.selftest_units.values():
        if unit not in fhir.units:
            yield f"fhir.yaml: selftest_units: unit {unit!r} is not there"
    for test in knowledge.selftests.values():
        if test.unit not in fhir.selftest_units:
            yield f"fhir.yaml: selftest_units: {test.unit!r} of {test.id} is not there"
    for sheet in knowledge.questionnaires.values():
        if f"score.{sheet.id}" not in fhir.concepts:
            yield f"fhir.yaml: concepts: score.{sheet.id} is not there"
    for element, name in values.bindings.items():
        if name not in values.sets:
            yield f"fhir_values.yaml: {element}: value set {name!r} is not there"
