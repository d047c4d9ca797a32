"""Self-tests: which are open now, one at a time, and what each side managed."""

from __future__ import annotations

from typing import Any, Final

import msgspec
from fastapi import APIRouter, HTTPException
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from unpinch.care.norms import norms_for
from unpinch.care.offers import Offer, leg_now, offers, order_of_sides, pain_limit, stirred_up
from unpinch.journal.kinds import SelfTestDone
from unpinch.knowledge.clinical import SelfTest
from unpinch.knowledge.kinds import Side
from unpinch.session.lines import sided
from unpinch.web import speech
from unpinch.web.forms import Here
from unpinch.web.visit import Visit

router = APIRouter(prefix="/selftests")

UI: Final = "session.test."


@router.get("")
def listed(visit: Here) -> HTMLResponse:
    """Show which tests are open, why one would do them, and how long they take."""
    found = _offers(visit)
    known = visit.knowledge.selftests
    return visit.page(
        "selftests.html",
        first=[one for one in found if one.closed is None and known[one.test].first_battery],
        more=[one for one in found if one.closed is None and not known[one.test].first_battery],
        closed=[one for one in found if one.closed is not None],
        tests=known,
        stirred=stirred_up(visit.person, visit.now, visit.knowledge),
        stop_rule=visit.knowledge.words[f"{UI}stop_rule"],
        today=visit.now.date(),
    )


@router.get("/{test_id}")
def one(visit: Here, test_id: str) -> Response:
    """Guide one test."""
    test = visit.knowledge.selftests.get(test_id)
    if test is None:
        raise HTTPException(404)
    found = _offers(visit)
    if any(offer.test == test.id and offer.closed is not None for offer in found):
        return RedirectResponse("/selftests", status_code=303)
    sides: tuple[Side, ...] = order_of_sides(visit.person) if test.sided else ()
    following = _following(test, found, visit)
    leg = leg_now(visit.person, visit.now, visit.knowledge)
    how: dict[str, list[str]] = {
        side: [sided(line, side, visit.knowledge.words) for line in test.how] for side in sides
    }
    words = visit.knowledge.words
    data = {
        "test": {
            name: getattr(test, name)
            for name in ("id", "timing", "unit", "better", "attempts", "practice", "cap_s", "low")
        },
        "asks": bool(test.low_asks),
        "sides": sides,
        "how": how or {"both": list(test.how)},
        "leg_before": leg,
        "limit": None if leg is None else pain_limit(leg, visit.knowledge),
        "unit": words[f"unit.{test.unit}"],
        "words": {key.removeprefix(UI): text for key, text in words.items() if key.startswith(UI)},
    }
    return visit.page(
        "selftest.html",
        test=test,
        sides=sides,
        things=[visit.knowledge.equipment[thing] for thing in test.equipment],
        following=following,
        stop_rule=words[f"{UI}stop_rule"],
        cause=words[f"{UI}cause"],
        earlier=_earlier(test, visit),
        norms=norms_for(test, visit.person, visit.now, visit.knowledge),
        data=msgspec.json.encode(data).decode().replace("<", "\\u003c"),
    )


def _offers(visit: Visit) -> tuple[Offer, ...]:
    return offers(visit.person, visit.decision.clearance, visit.now, visit.knowledge)


def _following(test: SelfTest, found: tuple[Offer, ...], visit: Visit) -> SelfTest | None:
    """Return the next open test of the first battery that was not done today."""
    later = [offer for offer in found if offer.test != test.id and offer.closed is None]
    for offer in later:
        known = visit.knowledge.selftests[offer.test]
        if known.first_battery and offer.last != visit.now.date():
            return known
    return None


def _earlier(test: SelfTest, visit: Visit) -> list[dict[str, Any]]:
    """Return what was managed on the last days before today: plain values, nothing judged."""
    days: dict[Any, dict[str, list[str]]] = {}
    for at, done in visit.person.selftests:
        if done.test == test.id and at.date() != visit.now.date():
            days.setdefault(at.date(), {}).setdefault(done.side or "both", []).append(_shown(done, visit))
    return [
        {"day": day, "sides": {side: ", ".join(told) for side, told in days[day].items()}}
        for day in sorted(days)[-3:]
    ]


def _shown(done: SelfTestDone, visit: Visit) -> str:
    words = visit.knowledge.words
    if done.not_possible:
        return words[f"{UI}not_possible"]
    if done.passed is not None:
        return words[f"{UI}{'yes' if done.passed else 'no'}_answer"]
    return speech.number(done.value) if done.value is not None else "–"
