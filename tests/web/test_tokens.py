"""Colours: every pair that carries words or an edge is far enough apart, in every look."""

from __future__ import annotations

import math
import re
from pathlib import Path

import pytest

import unpinch.web

TOKENS = (Path(unpinch.web.__file__).parent / "static" / "css" / "tokens.css").read_text("utf-8")

LOOKS = {
    "light": [":root {"],
    "dark": [":root {", ':root[data-theme="dark"] {'],
    "contrast": [":root {", ':root[data-contrast="more"] {'],
    "contrast dark": [
        ":root {",
        ':root[data-theme="dark"] {',
        ':root[data-contrast="more"] {',
        ':root[data-contrast="more"][data-theme="dark"] {',
    ],
}

WORDS = """
    ink:ground ink:sheet ink:well ink:tint soft:ground soft:sheet soft:tint link:ground link:sheet
    on-act:act on-act:act-press act:ground on-now:now on-turn:turn go:go-bg easy:easy-bg leave:leave-bg
    wait:wait-bg on-alarm:alarm alarm:on-alarm leave:sheet
""".split()
EDGES = """
    edge:ground edge:sheet edge:well focus:ground focus:sheet act:sheet act:well act:tint
""".split()


def colours(look: str) -> dict[str, tuple[float, float, float]]:
    """Return the tokens of a look as linear sRGB."""
    found = {}
    for selector in LOOKS[look]:
        block = TOKENS[TOKENS.index("\n" + selector) :]
        block = block[: block.index("}")]
        for name, light, chroma, hue in re.findall(
            r"--([\w-]+): oklch\(([\d.]+)% ([\d.]+) ([\d.]+)\)", block
        ):
            found[name] = linear(float(light) / 100, float(chroma), float(hue))
    return found


def linear(light: float, chroma: float, hue: float) -> tuple[float, float, float]:
    """Return an OKLCH colour as linear sRGB (Ottosson 2020)."""
    a, b = chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))
    long = (light + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (light - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (light - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short,
    )


def ratio(one: tuple[float, float, float], other: tuple[float, float, float]) -> float:
    """Return the contrast of two colours after WCAG 2."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def luminance(colour: tuple[float, float, float]) -> float:
    red, green, blue = (min(1.0, max(0.0, part)) for part in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_black_on_white_is_twenty_one_to_one() -> None:
    assert ratio(linear(0, 0, 0), linear(1, 0, 0)) == pytest.approx(21, abs=0.01)


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("pair", WORDS)
def test_words_can_be_read(look: str, pair: str) -> None:
    front, back = pair.split(":")
    known = colours(look)
    least = 12.0 if look.startswith("contrast") else 6.9
    if (front, back) == ("on-act", "act-press") and look.startswith("contrast"):
        least = 7.0  # a pressed button shows for an instant
    assert ratio(known[front], known[back]) >= least


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("pair", EDGES)
def test_edges_can_be_seen(look: str, pair: str) -> None:
    edge, back = pair.split(":")
    known = colours(look)
    assert ratio(known[edge], known[back]) >= 3.0


@pytest.mark.parametrize("look", LOOKS)
def test_every_colour_is_inside_srgb(look: str) -> None:
    for name, colour in colours(look).items():
        assert all(-0.002 <= part <= 1.002 for part in colour), name


def test_the_dark_look_is_the_same_by_the_system_and_by_choice() -> None:
    """The tokens stand twice, since CSS has no other way; they must not drift apart."""
    for chosen, asked in (
        (
            ':root[data-theme="dark"] {',
            '@media (prefers-color-scheme: dark) { :root:not([data-theme="light"]) {',
        ),
        (
            ':root[data-contrast="more"] {',
            '@media (prefers-contrast: more) { :root:not([data-contrast="usual"]) {',
        ),
    ):
        blocks = [TOKENS[TOKENS.index("\n" + start) + len(start) + 1 :] for start in (chosen, asked)]
        one, other = (block[: block.index("}")].split() for block in blocks)
        assert one == other
