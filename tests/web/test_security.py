"""What guards the pages."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
import uuid_utils

from tests.web import decisions, people
from tests.web.client import Visitor
from tests.web.test_gate import routes
from unpinch.stores import StoreError
from unpinch.web.security import CSP, HEADERS, MAX_BODY_BYTES

PAGES = (
    "/welcome",
    "/help",
    "/today",
    "/screen/CE1",
    "/screen/CA2",
    "/screen/AG1",
    "/screen/SV1",
    "/new-symptoms",
    "/new-symptoms/CE1",
    "/emergency",
    "/emergency/seen",
    "/profile",
    "/profile/leg",
    "/profile/start",
    "/profile/you",
    "/profile/things",
    "/profile/minutes",
    "/profile/place",
    "/pain",
    "/morning",
    "/helps",
    "/history",
    "/article",
    "/sources",
    *people.LEARN,
    "/exercises",
    "/exercises/EX16",
    "/questionnaire/RMDQ24",
    "/questionnaire/PSFS",
    "/questionnaire/GROC",
    "/settings",
    "/settings/backup",
    "/settings/restore",
    "/settings/delete",
    "/settings/calendar",
    "/take-out",
    "/nowhere",
)


def looks() -> Iterator[tuple[str, str]]:
    """Yield every page of three people, with its address."""
    for visitor in (Visitor(), Visitor(people.month()), Visitor(people.month(), decisions.full())):
        for path in PAGES:
            answer = visitor.get(path)
            if answer.status_code in (200, 404):
                yield path, answer.text


@pytest.mark.parametrize(
    "host", ["localhost", "localhost:8000", "127.0.0.1:1", "[::1]:80", "[::1]", "LOCALHOST"]
)
def test_loopback_names_are_answered(host: str) -> None:
    assert Visitor().get("/welcome", headers={"host": host}).status_code == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "",
        "10.0.0.1",
        "evil.example:localhost",
    ],
)
def test_other_names_are_refused_in_one_line(host: str) -> None:
    answer = Visitor().get("/welcome", headers={"host": host})
    assert answer.status_code == 421
    assert answer.text.count("\n") == 1
    assert "localhost" in answer.text


def test_every_answer_carries_the_headers() -> None:
    """Pages, redirects, files, errors and refusals alike."""
    broken = Visitor(decider=lambda *_: 1 / 0, broken=True)  # type: ignore[arg-type]
    ready = Visitor(people.ready())
    answers = [
        ready.get("/"),
        ready.get("/welcome"),
        ready.get("/nowhere"),
        ready.get("/static/css/base.css"),
        ready.get("/settings/export"),
        ready.get("/welcome", headers={"host": "evil.example"}),
        ready.client.post("/settings/delete", data={"word": "delete"}),
        ready.client.post("/api/entries", content=b"x" * 10),
        broken.get("/today"),
    ]
    assert [answer.status_code for answer in answers] == [303, 200, 404, 200, 200, 421, 403, 403, 500]
    for answer in answers:
        for name, value in HEADERS.items():
            assert answer.headers[name] == value, (answer.url, name)
    assert [answer.headers["cache-control"] for answer in answers].count("no-store") == len(answers) - 1


def test_policy_allows_nothing_from_elsewhere_and_nothing_inline() -> None:
    assert "default-src 'none'" in CSP
    assert "unsafe" not in CSP
    assert not re.search(r"https?:", CSP)


def test_no_page_needs_inline_code_or_another_host() -> None:
    seen = 0
    for path, html in looks():
        seen += 1
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", html.split("<body", 1)[1]), path
        assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", html)), path
        for tag in re.findall(r'<[^>]+(?:href|src|action)="(?:https?:)?//[^>]*>', html):
            assert (tag[:3], path) == ("<a ", "/sources"), tag
            assert 'rel="noreferrer' in tag
    assert seen > 60


def test_forms_all_carry_the_token() -> None:
    for path, html in looks():
        for form in re.findall(r"(?s)<form[^>]*method=\"post\".*?</form>", html):
            assert 'name="csrf"' in form, path


def test_cookie_is_strict_and_hidden_from_scripts() -> None:
    answer = Visitor().get("/welcome")
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie


def test_every_change_needs_the_token() -> None:
    """Every POST route, tried without a token, with a wrong one, and from another origin."""
    visitor = Visitor(people.ready())
    token = visitor.token
    before = visitor.entries
    tried = 0
    for _, method, path in routes(visitor.app):
        if method in ("GET", "HEAD"):
            continue
        tried += 1
        for headers in (
            {},
            {"X-CSRF-Token": "A" * 43},
            {"X-CSRF-Token": token, "Origin": "http://evil.example"},
            {"X-CSRF-Token": token, "Origin": "http://localhost:9"},
            {"X-CSRF-Token": token, "Sec-Fetch-Site": "cross-site"},
            {"X-CSRF-Token": token, "Sec-Fetch-Site": "same-site"},
        ):
            answer = visitor.client.request(method, path, headers=headers)
            assert answer.status_code == 403, (path, headers)
    assert tried > 12
    assert visitor.entries == before


def test_forms_of_our_own_pages_are_taken() -> None:
    """Browsers name the origin of a form "null" under our referrer policy."""
    for origin in ("http://localhost", "null"):
        visitor = Visitor(people.ready())
        answer = visitor.post(
            "/today/size", {"size": "small"}, headers={"Origin": origin, "Sec-Fetch-Site": "same-origin"}
        )
        assert answer.headers["location"] == "/today"
        assert visitor.said("preference")[-1].name == "minimum_day"


def test_a_token_without_its_cookie_is_worthless() -> None:
    visitor = Visitor(people.ready())
    token = visitor.token
    visitor.client.cookies.clear()
    answer = visitor.client.post("/settings", data={"csrf": token, "theme": "dark"})
    assert answer.status_code == 403
    assert "open for too long" in answer.text


def test_too_large_a_request_is_refused() -> None:
    visitor = Visitor(people.ready())
    before = len(visitor.entries)
    headers = {"X-CSRF-Token": visitor.token, "content-length": str(MAX_BODY_BYTES + 1)}
    answer = visitor.client.post("/settings/import", content=b"x", headers=headers)
    assert answer.status_code == 413
    assert len(visitor.entries) == before


def test_a_broken_journal_is_said_plainly() -> None:
    """When the store itself fails there is still a page, with no exercise and the warning signs."""

    class Damaged:
        def journal(self) -> object:
            raise OSError("disk")

    answer = Visitor(store=Damaged(), broken=True).get("/today")
    assert answer.status_code == 500
    assert "cannot read your diary" in answer.text
    assert "numbness" in answer.text


def test_a_store_that_cannot_keep_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk is no reason to pretend: the person, and the player, learn that nothing was kept."""

    def refuse(*_: object) -> None:
        raise StoreError("/journal.db: the disk is full")

    visitor = Visitor(people.ready())
    monkeypatch.setattr(visitor.store, "append", refuse)
    answer = visitor.post("/morning", {"leg_nprs": "3"})
    assert answer.status_code == 503
    assert "Nothing was kept: /journal.db: the disk is full" in answer.text
    told = {"id": str(uuid_utils.uuid7()), "kind": "note", "data": {"text": "a"}}
    answer = visitor.send({"entries": [told]})
    assert answer.status_code == 503
    assert answer.json() == {"error": "Nothing was kept: /journal.db: the disk is full"}


def test_nothing_is_traced() -> None:
    """Health data must not reach whatever tracing this machine has."""
    telemetry = Visitor().app._telemetry
    assert not any(telemetry.get(name) for name in ("tracing", "metrics", "logs", "auto_configure"))
