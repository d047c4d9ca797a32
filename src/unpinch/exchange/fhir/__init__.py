"""Health records: a journal as a document of FHIR R4, and back."""

from unpinch.exchange.fhir.document import Export, Loss, export, intimate_questions, to_bundle
from unpinch.exchange.fhir.faults import FhirError
from unpinch.exchange.fhir.reading import Imported, from_bundle

__all__ = [
    "Export",
    "FhirError",
    "Imported",
    "Loss",
    "export",
    "from_bundle",
    "intimate_questions",
    "to_bundle",
]
