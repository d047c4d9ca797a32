"""Whatever is read from outside is answered or refused in one clear line."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.exchange.fuzzing import STRANGE, TARGETS, Target, Wrong, attempt, broken
from tools import fuzz

EXAMPLES = {name: target.examples() for name, target in TARGETS.items()}
json_values = st.recursive(
    st.sampled_from(STRANGE) | st.text(max_size=5) | st.floats() | st.integers(),
    lambda inside: (
        st.lists(inside, max_size=3)
        | st.dictionaries(
            st.sampled_from(["resourceType", "entry", "resource", "item", "status"]), inside, max_size=3
        )
    ),
    max_leaves=8,
)


@pytest.mark.parametrize("name", TARGETS)
def test_examples_are_taken(name: str) -> None:
    assert all(attempt(TARGETS[name], raw) for raw in EXAMPLES[name])


@pytest.mark.parametrize("name", TARGETS)
def test_broken_examples_are_answered_or_refused(name: str) -> None:
    taken = [0]

    @given(st.integers(0, 2**48))
    @settings(max_examples=250)
    def tries(seed: int) -> None:
        taken[0] += attempt(TARGETS[name], TARGETS[name].wrong(EXAMPLES[name], random.Random(seed)))

    tries()
    assert taken[0] > 5, "hardly anything gets far"


@pytest.mark.parametrize("name", TARGETS)
@given(
    st.binary(max_size=60) | json_values.map(lambda value: json.dumps(value).encode(errors="surrogatepass"))
)
@settings(max_examples=150)
def test_anything_else_is_refused(name: str, raw: bytes) -> None:
    nothing = not raw.removeprefix(b"\xef\xbb\xbf").strip()  # as lines, that is an empty diary
    assert not attempt(TARGETS[name], raw) or (nothing and name != "fhir")


@pytest.mark.parametrize("name", TARGETS)
@given(json_values)
@settings(max_examples=100)
def test_anything_in_the_place_of_a_resource_is_answered_or_refused(name: str, value: object) -> None:
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": value}]}
    attempt(TARGETS[name], json.dumps(bundle).encode(errors="surrogatepass"))


class Refusal(Exception):
    pass


def shop(raw: bytes) -> None:
    """Refuse most, and take a few in the wrong way."""
    found = json.loads(raw) if raw.startswith(b"[") else None
    if found is None or len(found) != 2:
        raise Refusal("no list of two")
    if found[0] == "invented":
        raise Refusal("two\nlines")
    if found[1] == "final":
        raise KeyError("lost")


SHOP = Target(lambda: [b"[1, 2]"], shop, Refusal)


@pytest.mark.parametrize(
    ("raw", "words"), [(b'["invented", 1]', "no clear line"), (b'[1, "final"]', "KeyError: 'lost'")]
)
def test_a_reader_that_breaks_is_caught(raw: bytes, words: str) -> None:
    with pytest.raises(Wrong, match=words):
        attempt(SHOP, raw)
    assert attempt(SHOP, b"[1, 2]")
    assert not attempt(SHOP, b"{}")


def test_the_command_writes_what_went_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = fuzz.main(["shop", "--cases", "2000"], tmp_path / "wrong", {"shop": SHOP})
    said = capsys.readouterr().out
    assert found == 1
    kept = sorted((tmp_path / "wrong").glob("shop-*.json"))
    assert kept
    assert f"{len(kept)} wrong" in said
    seed = int(kept[0].stem.partition("-")[2])
    assert kept[0].read_bytes() == broken(SHOP.examples(), random.Random(seed))
    sound = Target(SHOP.examples, lambda raw: None, Refusal)
    assert fuzz.main(["shop", "--cases", "20", "--first", "5"], tmp_path / "none", {"shop": sound}) == 0
    assert "20 cases: 20 taken, 0 refused, 0 wrong" in capsys.readouterr().out
    assert not (tmp_path / "none").exists()


def test_long_runs_tell_how_far_they_are(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(fuzz, "OFTEN", 5)
    fuzz.fuzz(Target(SHOP.examples, lambda raw: None, Refusal), range(10))
    assert capsys.readouterr().out.startswith("5 cases, 0 s, 0 wrong\n10 cases, ")
