"""Settings, and the person's data: out, in, and gone."""

from __future__ import annotations

import json

import pytest

from tests.web import people
from tests.web.client import Visitor, plain
from unpinch.journal import Journal


def send_file(visitor: Visitor, content: bytes, name: str = "diary.jsonl") -> object:
    return visitor.post("/settings/import", files={"file": (name, content, "application/x-ndjson")})


def test_only_what_changed_is_written_down() -> None:
    visitor = Visitor(people.ready())
    usual = {
        "theme": "auto",
        "contrast": "usual",
        "motion": "usual",
        "voice": "yes",
        "tones": "yes",
        "vibration": "yes",
    }
    visitor.post("/settings", {**usual, "voice_rate": "usual"})
    assert visitor.said("preference") == []
    visitor.post("/settings", {**usual, "voice": "no", "voice_rate": "slow", "theme": "pink"})
    said = {wish.name: wish.value for wish in visitor.said("preference")}
    assert said == {"voice": False, "voice_rate": 0.8}
    page = visitor.page("/settings")
    assert 'name="voice" value="no" checked' in page
    assert 'name="voice_rate" value="slow" checked' in page


def test_a_copy_is_the_whole_journal() -> None:
    visitor = Visitor(people.month())
    answer = visitor.get("/settings/export")
    assert answer.headers["content-disposition"] == 'attachment; filename="unpinch-2026-11-22.jsonl"'
    assert Journal.from_jsonl(answer.text) == people.month()


def test_a_copy_comes_in_again_and_nothing_counts_twice() -> None:
    visitor = Visitor(people.ready())
    copy = visitor.get("/settings/export").content
    fresh = Visitor()
    answer = send_file(fresh, copy)
    assert answer.headers["location"] == f"/settings?imported={len(people.ready())}#data"  # type: ignore[attr-defined]
    assert fresh.store.journal() == people.ready()
    send_file(fresh, b"\xef\xbb\xbf" + copy)
    assert fresh.store.journal() == people.ready()
    assert "Brought in: 0 new entries." in plain(fresh.page("/settings?imported=0"))


def damaged() -> dict[str, tuple[bytes, str]]:
    lines = people.ready().to_jsonl().splitlines()
    changed = json.loads(lines[0])
    changed["recorded"] = "2026-11-22T09:00:00Z"
    return {
        "cut": ("\n".join([*lines, lines[1][:40]]).encode(), f"line {len(lines) + 1}"),
        "kind": ("\n".join([lines[0], lines[1].replace('"kind":"', '"kind":"x')]).encode(), "line 2"),
        "conflict": ((json.dumps(changed) + "\n").encode(), changed["id"]),
        "binary": (b"\x89PNG\r\n\x1a\n\x00\xff", "no plain text"),
        "empty": (b"", "choose a file"),
        "html": (b"<html></html>", "line 1"),
    }


@pytest.mark.parametrize("fault", ["cut", "kind", "conflict", "binary", "empty", "html"])
def test_a_damaged_file_changes_nothing_and_says_where(fault: str) -> None:
    content, place = damaged()[fault]
    visitor = Visitor(people.ready())
    answer = send_file(visitor, content)
    assert answer.status_code == 422  # type: ignore[attr-defined]
    words = plain(answer.text)  # type: ignore[attr-defined]
    assert place in words
    assert "Nothing was changed" in words or fault == "empty"
    assert visitor.store.journal() == people.ready()


def test_import_without_a_file_is_said_plainly() -> None:
    answer = Visitor(people.ready()).post("/settings/import")
    assert answer.status_code == 422
    assert "choose a file" in answer.text


@pytest.mark.parametrize("typed", ["", "yes", "delet", "delete it"])
def test_nothing_is_deleted_without_the_word(typed: str) -> None:
    visitor = Visitor(people.ready())
    answer = visitor.post("/settings/delete", {"word": typed})
    assert answer.status_code == 422
    assert "Nothing was deleted" in plain(answer.text)
    assert visitor.store.journal() == people.ready()


def test_everything_goes_with_the_word() -> None:
    visitor = Visitor(people.month())
    visitor.page("/today")
    assert visitor.post("/settings/delete", {"word": " Delete "}).headers["location"] == "/welcome?gone=1"
    assert visitor.entries == ()
    assert "Everything is deleted" in plain(visitor.page("/welcome?gone=1"))
    assert visitor.get("/").headers["location"] == "/welcome"
    assert "Before you move" in visitor.page("/today")


def test_data_can_be_taken_and_deleted_in_an_emergency() -> None:
    visitor = Visitor(people.emergency())
    assert visitor.get("/settings").status_code == 200
    assert visitor.get("/settings/export").status_code == 200
    visitor.post("/settings/delete", {"word": "delete"})
    assert visitor.entries == ()
