"""What nobody has read at its source reaches no page, no answer of a program and no document.

Every address of the app is opened as several people would see it; the commands print what they
print; the documents are read. In each, the texts of `tests.knowledge.unread` are looked for.
"""

from __future__ import annotations

import io
import itertools
import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from tests.exchange.papers import words_of
from tests.knowledge.unread import FIGURES, Needle, faults, needles, tag_faults
from tests.web import people
from tests.web.client import Visitor
from tests.web.test_gate import routes
from tests.web.test_pages import STATES
from unpinch import cli
from unpinch.exchange.forms import FORMS
from unpinch.journal import make
from unpinch.journal.kinds import Profile
from unpinch.knowledge import Knowledge, load
from unpinch.knowledge.checks import TAGS
from unpinch.knowledge.kinds import SHOWN_TAGS
from unpinch.knowledge.pages import Statement
from unpinch.stores import MemoryStore
from unpinch.web.app import create_app
from unpinch.web.routes.profile import STEPS
from unpinch.web.shown import shown_at

ROOT = Path(__file__).parents[2]
KNOWN = load()
NEEDLES = needles(KNOWN)

EVERY: dict[str, tuple[str, ...]] = {
    "question_id": tuple(question.id for question in KNOWN.screening.questions),
    "step": tuple(STEPS),
    "exercise_id": tuple(
        f"{exercise.id}?variant={variant.id}"
        for exercise in KNOWN.exercises.values()
        for variant in exercise.variants
    ),
    "instrument_id": tuple(KNOWN.questionnaires),
    "movement": tuple(
        sorted({way.movement for exercise in KNOWN.exercises.values() for way in exercise.variants})
    ),
    "test_id": tuple(KNOWN.selftests),
    "token": ("nobody-knows-it",),
    "page_id": tuple(KNOWN.pages),
    "form": tuple(FORMS),
}
"""What each part of an address may be; a new part must be added here, or the walk fails."""

WALKED = {"exercises", "decide", "demo", "report"}
"""Commands whose answers are read here."""
SILENT = {"serve", "journal"}
"""Commands that print nothing of what is known."""


def addresses() -> list[str]:
    """Return every address that a person or a program can open."""
    found = []
    for path in sorted({route.path for route, method, _ in routes(Visitor().app) if method == "GET"}):
        parts = re.findall(r"\{(\w+)(?::\w+)?\}", path)
        for values in itertools.product(*(EVERY[part] for part in parts)):
            address = path
            for part, value in zip(parts, values, strict=True):
                address = re.sub(rf"\{{{part}(?::\w+)?\}}", value, address)
            found.append(address)
    return found


def walk(visitor: Visitor, paths: list[str]) -> Iterator[tuple[str, str]]:
    """Yield every page that opens, with its address."""
    for path in paths:
        answer = visitor.get(path)
        assert answer.status_code in (200, 303, 403, 404), (path, answer.status_code)
        if answer.headers.get("content-type") == "application/pdf":
            yield path, words_of(answer.content)
        elif answer.status_code != 303:
            yield path, answer.text


def knowing(knowledge: Knowledge) -> Visitor:
    """Return a visitor of an app that knows other things."""
    visitor = Visitor(people.month())
    visitor.app = create_app(MemoryStore(people.month()), clock=visitor.clock, knowledge=knowledge)
    visitor.client.app = visitor.app
    visitor.client._transport.app = visitor.app
    return visitor


# --- the walk -----------------------------------------------------------------------------------


def test_there_is_much_that_must_not_be_seen() -> None:
    """An empty list would prove nothing."""
    hidden = [source for source in KNOWN.sources.values() if source.tag not in SHOWN_TAGS]
    figures = [figure for one in KNOWN.exercises.values() for figure in one.emg if figure.tag == "M"]
    assert len(hidden) > 20
    assert {source.tag for source in hidden} == {"M", "V2", "verify"}
    assert len(figures) > 10
    assert len(NEEDLES) >= 3 * len(hidden) + len(figures)


@pytest.fixture(scope="module")
def everything() -> list[tuple[str, str]]:
    """Return every page that there is, as someone sees it who may do everything."""
    young = people.month().append(make("young", people.NOW, Profile(birth_year=people.NOW.year - 20)))
    tests = [f"/selftests/{name}" for name in EVERY["test_id"]]  # which others' values fit goes by age
    return [*walk(Visitor(people.month()), addresses()), *walk(Visitor(young), tests)]


def test_nothing_unread_stands_on_any_page(everything: list[tuple[str, str]]) -> None:
    """Every page, every exercise in every way, every question, test and form, every answer in JSON."""
    told = []
    for path, text in everything:
        told += faults(path, text, NEEDLES)
        if path.endswith(".json"):
            told += tag_faults(path, json.loads(text))
    assert told == []
    assert len(everything) > 150


@pytest.mark.parametrize("state", [state for state in STATES if state != "month"])
def test_nothing_unread_stands_on_the_pages_of_anybody(state: str) -> None:
    paths = [path for _, method, path in routes(Visitor().app) if method == "GET"]
    seen = list(walk(STATES[state](), paths))
    assert [fault for path, text in seen for fault in faults(path, text, NEEDLES)] == []
    assert len(seen) >= 4


def test_nothing_unread_comes_from_the_commands(
    capfdbinary: pytest.CaptureFixture[bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UNPINCH_DATA", str(tmp_path / "data"))
    journal = tmp_path / "journal.jsonl"
    journal.write_text(people.month().to_jsonl(), encoding="utf-8")
    calls = [
        ["exercises"],
        ["exercises", "--json"],
        ["decide", str(journal), "--at", people.NOW.isoformat()],
        ["demo"],
    ]
    whose = ["--journal", str(journal), "--at", people.NOW.isoformat()]
    for form in FORMS:
        calls += [["report", f"--{form}", "-", *whose, *more] for more in ([], ["--include-intimate"])]
    assert set(cli.unpinch.commands) == WALKED | SILENT, "let the walk read what the new command prints"
    for call in calls:
        assert cli.run(call) == 0, call
        raw = capfdbinary.readouterr().out
        text = _text(raw)
        assert len(text) > 1000, call
        assert faults(" ".join(call[:2]), text, NEEDLES) == []
        if call[0] == "decide" or "--json" in call:
            assert list(tag_faults(" ".join(call[:2]), json.loads(text))) == []


def _text(raw: bytes) -> str:
    """Return all words of what a command printed, whatever form it has."""
    if raw.startswith(b"%PDF"):
        return words_of(raw)
    if not raw.startswith(b"PK"):
        return raw.decode()
    with zipfile.ZipFile(io.BytesIO(raw)) as held:
        return "\n".join(held.read(name).decode(errors="replace") for name in held.namelist())


def documents() -> list[Path]:
    """Return what the project publishes in words and as schemas."""
    return sorted(
        path
        for path in (*ROOT.glob("*.md"), *ROOT.glob("docs/**/*"))
        if path.suffix in (".md", ".json") and path.is_file()
    )


@pytest.mark.parametrize("path", documents(), ids=lambda path: str(path.relative_to(ROOT)))
def test_nothing_unread_stands_in_a_document(path: Path) -> None:
    """The register alone names what was not read, and only as that."""
    text = path.read_text(encoding="utf-8")
    if path.name == "sources.md":
        text, _, rest = text.partition("## Not read at the source: never shown")
        hidden = [source for source in KNOWN.sources.values() if source.tag not in SHOWN_TAGS]
        assert [source.id for source in hidden if f"(`{source.id}`, {source.tag}," not in rest] == []
        assert rest.count("\n- ") == len(hidden)
    elif path.name == "sources.json":
        rows = json.loads(text)
        hidden_rows = [row for row in rows if not row["custom"]["shown"]]
        assert {row["id"] for row in hidden_rows} == {
            name for name, source in KNOWN.sources.items() if source.tag not in SHOWN_TAGS
        }
        assert [row["id"] for row in hidden_rows if row["custom"]["shown_at"]] == []
        text = json.dumps([row for row in rows if row["custom"]["shown"]], ensure_ascii=False)
        assert list(tag_faults(path.name, [row["custom"] for row in rows if row["custom"]["shown"]])) == []
    assert faults(path.name, text, NEEDLES) == []


# --- the walk finds what is put there -------------------------------------------------------------

SECRET = "A thing that nobody has read yet."


def with_statement(**fields: Any) -> Knowledge:
    """Return the knowledge with one more statement on a page, past the checks of the loader."""
    page = KNOWN.pages["time"]
    extra = Statement(**{"text": SECRET, "tag": "M", "sources": ("suri2012",), **fields})
    part = replace(page.sections[0], says=(*page.sections[0].says, extra))
    changed = replace(page, sections=(part, *page.sections[1:]))
    return replace(KNOWN, pages={**KNOWN.pages, "time": changed})


@pytest.mark.parametrize("tag", ["M", "verify", "V2"])
def test_a_page_leaves_out_an_unread_statement_even_if_the_loader_let_it_in(
    tag: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two locks: the loader refuses it, the page leaves it out. With both off the walk finds it."""
    knowledge = with_statement(tag=tag)
    wanted = needles(knowledge)
    assert Needle(SECRET, f"data.pages.time.sections.0.says.2, {tag}") in wanted
    assert faults("/learn/time", knowing(knowledge).page("/learn/time"), wanted) == []
    monkeypatch.setattr("unpinch.web.claims.SHOWN_TAGS", TAGS)
    told = faults("/learn/time", knowing(knowledge).page("/learn/time"), wanted)
    assert [fault for fault in told if SECRET in fault]


def test_a_page_leaves_out_an_unread_source(monkeypatch: pytest.MonkeyPatch) -> None:
    hidden = next(source for source in KNOWN.sources.values() if source.tag == "verify")
    knowledge = with_statement(tag="V", sources=("suri2012", hidden.id))
    assert faults("/learn/time", knowing(knowledge).page("/learn/time"), NEEDLES) == []
    monkeypatch.setattr("unpinch.web.claims.SHOWN_TAGS", TAGS)
    told = faults("/learn/time", knowing(knowledge).page("/learn/time"), NEEDLES)
    assert [fault for fault in told if f"/sources#{hidden.id}" in fault]


def test_the_walk_finds_an_unread_source_in_the_list(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("unpinch.web.routes.article.SHOWN_TAGS", TAGS)
    monkeypatch.setattr("unpinch.web.routes.article.TAGS", dict.fromkeys(TAGS, "x"))
    visitor = Visitor(people.month())
    page = faults("/sources", visitor.page("/sources"), NEEDLES)
    rows = list(tag_faults("/sources.json", visitor.get("/sources.json").json()))
    hidden = [source for source in KNOWN.sources.values() if source.tag not in SHOWN_TAGS]
    assert len(page) >= len(hidden)
    assert len(rows) == len(hidden)


def test_the_walk_finds_an_unread_figure_of_an_exercise(monkeypatch: pytest.MonkeyPatch) -> None:
    exercise = next(one for one in KNOWN.exercises.values() if any(figure.tag == "M" for figure in one.emg))
    path = f"/exercises/{exercise.id}"
    assert faults(path, Visitor(people.month()).page(path), NEEDLES) == []
    monkeypatch.setattr("unpinch.web.routes.exercises.SHOWN_TAGS", TAGS)
    told = faults(path, Visitor(people.month()).page(path), NEEDLES)
    count = sum(figure.tag == "M" for figure in exercise.emg)
    assert len([fault for fault in told if f"figure of {exercise.id}, M" in fault]) == count


@pytest.mark.parametrize("figure", FIGURES)
def test_the_walk_finds_an_unread_figure_in_words(figure: str) -> None:
    example = {
        r"\b95 (?:in|of|per|%)": "95 of 100",
        r"38(?:\.0)? ?°": "38 °",
        r"\b36 (?:in|of|per|%)": "36 %",
    }.get(figure, figure.replace(r"\b", "").replace("\\", ""))
    claim = replace(KNOWN.claims["C08"], research=f"It took off {example} at once.")
    knowledge = replace(KNOWN, claims={**KNOWN.claims, "C08": claim})
    told = faults("/article", knowing(knowledge).page("/article"), NEEDLES)
    assert f"/article: unread figure {figure!r}" in told


# --- the register is true ---------------------------------------------------------------------------


def test_the_register_says_where_each_source_is_shown(everything: list[tuple[str, str]]) -> None:
    """Every link of every page to a source is in the register, and every place in it has the link."""
    linked: dict[str, set[str]] = {}
    for path, text in everything:
        place = path.partition("?")[0]
        for name in re.findall(r'href="/sources#(\w+)"', text):
            linked.setdefault(name, set()).add(place)
        if place == "/sources":
            for name in re.findall(r'<li id="(\w+)"', text):
                linked.setdefault(name, set()).add(place)
    register = {
        name: {place.partition("#")[0] for place in places} for name, places in shown_at(KNOWN).items()
    }
    assert linked == {name: places for name, places in register.items() if places}


def test_the_list_can_be_taken_into_a_reference_manager() -> None:
    answer = Visitor(people.ready()).get("/sources.json")
    assert answer.headers["content-type"].startswith("application/vnd.citationstyles.csl+json")
    rows = {row["id"]: row for row in answer.json()}
    assert set(rows) == {name for name, source in KNOWN.sources.items() if source.tag in SHOWN_TAGS}
    smoll = rows["smoll2010"]
    assert smoll["type"] == "article-journal"
    assert smoll["author"] == [{"family": "Smoll", "given": "NR"}]
    assert smoll["container-title"] == "Clin Anat"
    assert (smoll["volume"], smoll["page"], smoll["DOI"]) == ("23", "8-17", "10.1002/ca.20893")
    assert smoll["custom"]["tag"] == "V"
    assert smoll["custom"]["checked"] == "2026-11-22"
    assert "/article#C18" in smoll["custom"]["shown_at"]
