"""The clearance gate: the one place that decides which pages a tier opens.

Every route passes it (a dependency of the whole application). A route that is not named here is
taken for an exercise, so that a page somebody adds later is shut until it is thought about.
"""

from __future__ import annotations

from typing import Final, Literal

from fastapi import Request

from unpinch.care.decision import Decision
from unpinch.web.visit import Visit, visit_of

Kind = Literal["always", "record", "read", "library", "tests", "session"]
"""What a page is for, from what is never shut to what needs a plan.

``always`` help, settings and static files; ``record`` questions and logs, which write down what
is; ``read`` what was and what is known; ``library`` shows exercises; ``tests`` asks the body to
move; ``session`` guides today's plan.
"""

KINDS: Final[tuple[tuple[str, Kind], ...]] = (
    ("/static", "always"),
    ("/assets", "always"),
    ("/favicon.ico", "always"),
    ("/manifest.webmanifest", "always"),
    ("/emergency", "always"),
    ("/settings", "always"),
    ("/calendar", "always"),  # says only what the answers allow
    # Under E, U and R the sheet itself holds no exercise.
    ("/take-out", "always"),
    ("/sources", "always"),
    ("/sources.json", "always"),
    ("/help", "always"),
    ("/new-symptoms", "record"),
    ("/screen", "record"),
    ("/profile", "record"),
    ("/pain", "record"),
    ("/morning", "record"),
    ("/questionnaire", "record"),
    ("/note", "record"),
    ("/api/entries", "record"),
    ("/welcome", "read"),
    ("/today", "read"),
    ("/helps", "read"),
    ("/history", "read"),
    ("/article", "read"),
    ("/learn", "read"),
    ("/exercises", "library"),
    ("/figure", "library"),
    ("/selftests", "tests"),
)


class Shut(Exception):
    """A page is shut; ``name`` is the refusal, ``to`` the page to go to instead."""

    def __init__(self, name: str, to: str) -> None:
        super().__init__(name)
        self.name = name
        self.to = to


def kind_of(path: str) -> Kind:
    """Return what a path is for; ``session``, the strictest, when it is not known."""
    if path == "/":
        return "read"
    for prefix, kind in KINDS:
        if path == prefix or path.startswith(prefix + "/"):
            return kind
    return "session"


def shut(kind: Kind, decision: Decision) -> Shut | None:
    """Tell whether a page of this kind is shut under a decision, and where to go instead."""
    tier = decision.clearance.tier
    refused = decision.refusal.name if decision.refusal is not None else None
    if kind == "always":
        return None
    if tier == "E" or refused == "EmergencySigns":
        return Shut("EmergencySigns", "/emergency")
    if kind in ("record", "read"):
        return None
    if tier == "U" or refused == "UrgentSigns":
        return Shut("UrgentSigns", "/today")
    if tier is None:
        return Shut(refused or "ScreenMissing", "/today")
    if kind == "library":
        return None
    if tier == "R" or refused == "SeeClinicianFirst":
        return Shut("SeeClinicianFirst", "/today")
    if kind == "session" and decision.session is None:
        return Shut(refused or "NothingFits", "/today")
    # A test needs fresh answers as well; only "no exercise fits" leaves it sensible.
    if kind == "tests" and refused is not None and refused != "NothingFits":
        return Shut(refused, "/today")
    return None


def clearance_gate(request: Request) -> None:
    """Let a request through only where the person's answers allow it.

    Raises
    ------
    Shut
        The application answers it with a redirect, or for a program with 403 and the refusal.
    """
    kind = kind_of(request.url.path)
    if kind == "always":
        return
    visit: Visit = visit_of(request)
    closed = shut(kind, visit.decision)
    if closed is not None:
        raise closed
