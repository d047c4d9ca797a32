"""No route shows an exercise where the answers forbid it: tried on every route that there is."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.routing import Mount

from tests.web import decisions
from tests.web.client import Visitor
from unpinch.care.decision import Decision, RefusalName
from unpinch.web.gate import KINDS, clearance_gate, kind_of, shut
from unpinch.web.security import csrf_guard

EXAMPLES = {
    "{question_id}": "CE1",
    "{step}": "leg",
    "{exercise_id}": "EX16",
    "{instrument_id}": "RMDQ24",
    "{movement}": "EX16",
    "{page_id}": "what",
    "{test_id}": "T1",
    "{test}": "T1",
    "{token}": "nobody-knows-it",
    "{form}": "sheet",
}


def routes(app: FastAPI) -> Iterator[tuple[APIRoute, str, str]]:
    """Yield every route with each of its methods and an address that fits it."""
    for outer in app.routes:
        if isinstance(outer, Mount):
            continue
        for route in outer.original_router.routes:  # type: ignore[attr-defined]
            assert isinstance(route, APIRoute)
            path = route.path
            for name, value in EXAMPLES.items():
                path = path.replace(name, value)
            assert "{" not in path, f"give an example for {route.path}"
            for method in route.methods or ():
                yield route, method, path


def ask(visitor: Visitor, method: str, path: str) -> tuple[int, str, str]:
    answer = visitor.client.request(
        method,
        path,
        headers={"X-CSRF-Token": visitor.token},
        **({"json": {"entries": []}} if method == "POST" else {}),
    )
    return answer.status_code, answer.headers.get("location", ""), answer.text


ALWAYS = ("/emergency", "/settings", "/calendar", "/take-out", "/sources", "/help")


def test_every_route_passes_the_guards() -> None:
    """The gate and the token are dependencies of the application, not of single routes."""
    app = Visitor().app
    inner = {dependency.dependency for dependency in app.router.dependencies}
    assert inner >= {clearance_gate, csrf_guard}
    assert [route.path for route in app.routes if isinstance(route, Mount)] == ["/static", "/assets"]
    assert sum(1 for _ in routes(app)) > 30


def test_emergency_leaves_help_settings_and_seen_alone() -> None:
    """Under tier E every other route leads to the emergency page, a program gets 403 and the name."""
    visitor = Visitor(made=decisions.refused("EmergencySigns", session=decisions.plan()))
    for _, method, path in routes(visitor.app):
        if path.startswith(ALWAYS):
            continue
        status, to, text = ask(visitor, method, path)
        if path.startswith("/api/") or path.endswith(".json"):
            assert (status, "EmergencySigns" in text) == (403, True), path
        else:
            assert (status, to) == (303, "/emergency"), path


def test_emergency_is_refused_by_name_even_if_the_tier_were_missing() -> None:
    """Either sign of an emergency is enough."""
    by_name = decisions.refused("EmergencySigns")
    by_tier = decisions.decision(clearance=decisions.clearance("E"), session=decisions.plan())
    for made in (by_name, by_tier):
        closed = shut("read", made)
        assert closed is not None
        assert closed.to == "/emergency"


@pytest.mark.parametrize("name", decisions.REFUSALS)
def test_no_refusal_opens_the_session(name: RefusalName) -> None:
    """Whatever refuses a session keeps every route of it shut."""
    visitor = Visitor(made=decisions.refused(name))
    for _, method, path in routes(visitor.app):
        if kind_of(path) == "session":
            status, to, _ = ask(visitor, method, path)
            assert (status, to) == (
                303,
                "/emergency" if name == "EmergencySigns" else "/today",
            ) or status == 403, path


@pytest.mark.parametrize("name", ["ScreenMissing", "UrgentSigns", "EmergencySigns"])
@pytest.mark.parametrize("path", ["/exercises", "/exercises/EX16", "/figure/EX16.svg", "/figure/EX16.json"])
def test_library_is_shut_without_clearance(name: RefusalName, path: str) -> None:
    """Exercises are not even shown before the screen, on an urgent day, or in an emergency."""
    answer = Visitor(made=decisions.refused(name)).get(path)
    assert answer.status_code == (403 if path.endswith(".json") else 303)
    assert "EX16" not in answer.text


def test_clinician_first_may_read_but_has_no_plan() -> None:
    """Tier R: the library is open, session and self-tests are not."""
    visitor = Visitor(made=decisions.refused("SeeClinicianFirst"))
    assert visitor.get("/exercises/EX16").status_code == 200
    assert visitor.get("/article").status_code == 200
    for _, method, path in routes(visitor.app):
        if kind_of(path) in ("session", "tests"):
            status, to, _ = ask(visitor, method, path)
            assert (status, to) == (303, "/today") or status == 403, path


@pytest.mark.parametrize("name", ["ScreenMissing", "UrgentSigns", "SeeClinicianFirst", "ProgrammePaused"])
def test_refused_today_shows_no_exercise(name: RefusalName) -> None:
    """The page of a refusal names no exercise to do, even if a plan came with it by mistake."""
    made = decisions.refused(name)
    page = Visitor(made=made).page("/today")
    assert "/session" not in page
    assert 'class="thread"' not in page


def test_unknown_routes_are_taken_for_exercises() -> None:
    """A page that somebody adds later is shut until it is thought about."""
    assert kind_of("/anything/new") == "session"
    assert kind_of("/settings-of-another-kind") == "session"
    assert {kind for _, kind in KINDS} >= {"always", "record", "read", "library", "tests"}


def test_severe_pain_shuts_the_library_by_the_name_of_the_refusal() -> None:
    """A leg that is severe for days is urgent though no answer of the screen is."""
    made: Decision = decisions.decision(
        clearance=decisions.clearance("A"), refusal=decisions.refused("UrgentSigns").refusal
    )
    assert Visitor(made=made).get("/exercises").headers["location"] == "/today"
