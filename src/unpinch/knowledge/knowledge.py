"""Everything that is known, as one value."""

from __future__ import annotations

from unpinch.knowledge.calendar import CalendarPlan
from unpinch.knowledge.clinical import (
    Action,
    Country,
    Questionnaire,
    Rules,
    Screening,
    SelfTest,
)
from unpinch.knowledge.fhir import Fhir, FhirValues
from unpinch.knowledge.hazards import Hazard
from unpinch.knowledge.keeping import Keeping
from unpinch.knowledge.models import (
    ArticleItem,
    Claim,
    Equipment,
    Exercise,
    Family,
    LockCode,
    Muscle,
    PositionInfo,
    Record,
    Source,
    StopSign,
)
from unpinch.knowledge.pages import Page
from unpinch.knowledge.planning import Planning
from unpinch.knowledge.priors import Priors
from unpinch.knowledge.research import Research
from unpinch.knowledge.timing import Timing


class Knowledge(Record, frozen=True, kw_only=True):
    """Everything that is known, immutable, with references that resolve."""

    version: str  # digest of the data files
    sources: dict[str, Source]
    muscles: dict[str, Muscle]
    positions: dict[str, PositionInfo]
    equipment: dict[str, Equipment]
    families: dict[str, Family]
    stops: dict[str, StopSign]
    locks: dict[str, LockCode]
    exercises: dict[str, Exercise]
    article: dict[str, ArticleItem]
    claims: dict[str, Claim]
    pages: dict[str, Page]
    screening: Screening
    countries: dict[str, Country]
    actions: dict[str, Action]
    selftests: dict[str, SelfTest]
    questionnaires: dict[str, Questionnaire]
    rules: Rules
    planning: Planning
    priors: Priors
    timing: Timing
    keeping: Keeping
    calendar: CalendarPlan
    research: Research
    hazards: dict[str, Hazard]
    fhir: Fhir
    fhir_values: FhirValues
    words: dict[str, str]

    @property
    def shelf(self) -> list[Page]:
        """The pages that tell what is known, in their order."""
        return sorted(self.pages.values(), key=lambda page: page.order)
