"""The register of sources: published as CSL-JSON, dated, and too old for a release after a year."""

from __future__ import annotations

import datetime as dt
import json
import re
from pathlib import Path

import pytest
from msgspec.structs import replace

from tools import check
from tools import sources as register
from unpinch.knowledge import load
from unpinch.knowledge.csl import item, items
from unpinch.knowledge.kinds import SHOWN_TAGS
from unpinch.knowledge.models import Source

KNOWN = load()
ROOT = Path(__file__).resolve().parents[2]
ROWS = {row["id"]: row for row in json.loads((ROOT / "docs" / "sources.json").read_text("utf-8"))}
LOOKED = dt.date.fromisoformat(KNOWN.sources["ng59"].checked)
LATER = LOOKED + dt.timedelta(days=register.GOOD_FOR_DAYS + 1)

# The names that CSL-JSON has for what stands here.
CSL = {
    "id", "type", "author", "title", "container-title", "issued", "volume", "issue", "page", "DOI", "URL",
    "note", "accessed", "custom",
}  # fmt: skip


def test_the_published_list_is_fresh() -> None:
    assert (ROOT / "docs" / "sources.json").read_text("utf-8") == register.register(KNOWN)
    assert register.main(["--check"]) == 0


def test_a_list_that_is_not_fresh_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    old = tmp_path / "sources.json"
    monkeypatch.setattr(register, "REGISTER", old)
    assert register.main(["--check"]) == 1
    assert "docs/sources.json: run" in capsys.readouterr().out
    old.write_text("[]", encoding="utf-8")
    assert register.main(["--check"]) == 1


def test_every_source_is_listed_with_tag_date_and_place() -> None:
    assert list(ROWS) == sorted(KNOWN.sources)
    for name, row in ROWS.items():
        source, more = KNOWN.sources[name], row["custom"]
        assert set(row) <= CSL
        assert (more["tag"], more["checked"], more["cite"]) == (source.tag, source.checked, source.cite)
        assert more["shown"] == (source.tag in SHOWN_TAGS)
        assert bool(more["shown_at"]) == more["shown"]
        assert row["accessed"]["date-parts"] == [[int(part) for part in source.checked.split("-")]]
    assert "claims.C18.sources" in ROWS["smoll2010"]["custom"]["behind"]
    assert "/learn/anatomy" in ROWS["smoll2010"]["custom"]["shown_at"]


def test_every_article_is_taken_apart() -> None:
    """Each source with the look of an article has authors, title, journal and year, and loses nothing."""
    articles = [row for row in ROWS.values() if row["type"] == "article-journal"]
    assert len(articles) > 90
    for row in articles:
        full = KNOWN.sources[row["id"]].full
        assert row["author"], row["id"]
        assert row["title"] in full
        assert row["container-title"] in full
        assert 1900 < row["issued"]["date-parts"][0][0] <= 2026
    with_pages = [name for name, one in KNOWN.sources.items() if re.search(r"\d;\d+.*:\w?\d+", one.full)]
    assert [name for name in with_pages if "page" not in ROWS[name]] == []


@pytest.mark.parametrize(
    ("full", "fields"),
    [
        (
            "Ropper AH, Zafonte RD. Sciatica. N Engl J Med 2015;372:1240-8.",
            {
                "author": [{"family": "Ropper", "given": "AH"}, {"family": "Zafonte", "given": "RD"}],
                "title": "Sciatica",
                "container-title": "N Engl J Med",
                "volume": "372",
                "page": "1240-8",
            },
        ),
        (
            "Bartret AL and others. Is it painful? A study. Eur Radiol 2018;28(4):4681-6.",
            {
                "author": [{"family": "Bartret", "given": "AL"}, {"literal": "others"}],
                "title": "Is it painful? A study",
                "volume": "28",
                "issue": "4",
            },
        ),
        ("A rule of this project; no trial stands behind it.", {"type": "document"}),
        (
            "Some Agency. A page about it, March 2021.",
            {"type": "document", "issued": {"date-parts": [[2021]]}},
        ),
    ],
)
def test_a_citation_is_read(full: str, fields: dict[str, object]) -> None:
    made = item(Source(id="x", cite="X", full=full, tag="V", checked="2026-11-22"))
    assert {name: made[name] for name in fields} == fields


def test_items_come_in_order_with_their_places() -> None:
    made = items(KNOWN.sources, {"smoll2010": ("/a", "/b")})
    assert [row["id"] for row in made] == sorted(KNOWN.sources)
    places = {row["id"]: row["custom"]["shown_at"] for row in made}
    assert places["smoll2010"] == ["/a", "/b"]
    assert places["ng59"] == []


# --- twelve months ------------------------------------------------------------------------------------


def test_a_source_is_good_for_twelve_months(capsys: pytest.CaptureFixture[str]) -> None:
    day = LOOKED.replace(year=LOOKED.year + 1)
    old = [replace(KNOWN.sources["ng59"], checked=LOOKED.isoformat())]
    assert register.age(old, day, release=True) == 0
    assert "fresh" in capsys.readouterr().out
    assert register.age(old, day + dt.timedelta(days=1), release=True) == 1
    assert "error: source ng59" in capsys.readouterr().err


def test_an_old_source_warns_and_a_release_fails(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["--age", "--today", LATER.isoformat()]
    monkeypatch.delenv("UNPINCH_RELEASE", raising=False)
    assert register.main(command) == 0
    told = capsys.readouterr()
    assert "warning: source ng59: last looked at more than twelve months ago" in told.err
    assert register.main([*command, "--release"]) == 1
    assert "error: source ng59" in capsys.readouterr().err
    monkeypatch.setenv("UNPINCH_RELEASE", "1")
    assert register.main(command) == 1
    monkeypatch.setenv("UNPINCH_RELEASE", "0")
    assert register.main(command) == 0
    monkeypatch.setenv("UNPINCH_RELEASE", "1")
    assert register.main(["--age", "--today", LOOKED.isoformat()]) == 0


def test_what_is_never_shown_may_grow_old() -> None:
    hidden = [source for source in KNOWN.sources.values() if source.tag not in SHOWN_TAGS]
    assert len(hidden) > 20
    assert register.age(hidden, LATER, release=True) == 0


@pytest.mark.parametrize("mode", ["fast", "all"])
def test_the_gates_look_at_the_age(mode: str) -> None:
    gate = next(gate for gate in check.gates(mode, "1") if gate.name == "sources")
    assert [command[-2:] for command in gate.commands] == [
        ("tools.sources", "--check"),
        ("tools.sources", "--age"),
    ]
