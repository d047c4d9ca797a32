"""figure.js in a real browser: the same shapes as Python, sides, phases, stills for less motion."""

import base64
import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page

from unpinch.body import frames, movement_ids, movement_json
from unpinch.body.figure import Side

MODULE = Path(__file__).resolve().parents[2] / "src" / "unpinch" / "web" / "static" / "figure" / "figure.js"
NUMBER = re.compile(r"-?\d+\.?\d*")
STRICT = "default-src 'none'; script-src data: 'unsafe-eval'; style-src 'self'"
MOMENTS = ((0.0, "right"), (0.37, "left"), (1.0, "right"))


@pytest.fixture
def figures(page: Page) -> Page:
    """A page under a strict policy, with the module at hand as `window.figure`."""
    source = base64.b64encode(MODULE.read_bytes()).decode()
    page.set_content(f'<meta http-equiv="Content-Security-Policy" content="{STRICT}"><div id="here"></div>')
    page.evaluate(f"import('data:text/javascript;base64,{source}').then((m) => {{ window.figure = m; }})")
    return page


@pytest.mark.parametrize("name", ["EX01", "EX08", "EX16", "EX19", "EX25"])
def test_both_painters_draw_the_same(figures: Page, name: str) -> None:
    document = json.loads(json.dumps(movement_json(name)))
    for at, side in MOMENTS:
        drawn = figures.evaluate("([m, at, side]) => figure.framePaths(m, at, side)", [document, at, side])
        told: Side = "left" if side == "left" else "right"
        ours = frames(name, told, at)
        assert drawn["order"] == [shape.item for shape in ours]
        for shape in ours:
            for mine, theirs in (
                (shape.path, drawn["paths"][shape.item]),
                (shape.shine, drawn["shines"][shape.item]),
            ):
                assert re.sub(NUMBER, "#", mine) == re.sub(NUMBER, "#", theirs)
                numbers = zip(NUMBER.findall(mine), NUMBER.findall(theirs), strict=True)
                assert all(abs(float(a) - float(b)) <= 0.11 for a, b in numbers)


MOUNT = """([m, options]) => {
  window.shown = figure.mountFigure(document.getElementById("here"), m, options);
}"""
PATHS = "() => [...document.querySelectorAll('#here path')].map((p) => p.getAttribute('d')).join()"


def test_a_player_drives_phase_and_side(figures: Page) -> None:
    figures.evaluate(MOUNT, [movement_json("EX13"), {"side": "right", "reducedMotion": False}])
    start = figures.evaluate(PATHS)
    figures.evaluate("() => shown.setPhase(1)")
    end = figures.evaluate(PATHS)
    assert start != end
    box = figures.get_attribute("#here svg", "viewBox")
    figures.evaluate("() => shown.setSide('left')")
    assert figures.get_attribute("#here svg", "data-side") == "left"
    assert figures.get_attribute("#here svg", "viewBox") != box
    figures.evaluate("() => { shown.setSide('right'); shown.setPhase(0); }")
    assert figures.evaluate(PATHS) == start
    assert figures.evaluate("() => document.querySelectorAll('#here [style], #here style').length") == 0
    figures.evaluate("() => shown.destroy()")
    assert figures.inner_html("#here") == ""


def test_it_plays_by_itself_and_pauses(figures: Page) -> None:
    figures.evaluate(MOUNT, [movement_json("EX02"), {"reducedMotion": False}])
    start = figures.evaluate(PATHS)
    figures.evaluate("() => shown.play()")
    figures.wait_for_function(f"(before) => ({PATHS})() !== before", arg=start)
    figures.evaluate("() => shown.pause()")
    held = figures.evaluate(PATHS)
    figures.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert figures.evaluate(PATHS) == held


def test_less_motion_is_two_stills_and_an_arrow(figures: Page) -> None:
    figures.evaluate(MOUNT, [movement_json("EX16"), {"side": "left", "reducedMotion": True}])
    assert figures.locator("#here svg.fig").count() == 2
    assert figures.locator("#here svg.fig-then").count() == 1
    before = figures.evaluate(PATHS)
    figures.evaluate("() => { shown.play(); shown.setPhase(0.5); }")
    assert figures.evaluate(PATHS) == before
    first, second = (figures.locator("#here svg.fig").nth(i).inner_html() for i in (0, 1))
    assert first != second


def test_the_phase_follows_the_tempo(figures: Page) -> None:
    document = movement_json("EX13")
    tempo = {"out_s": 2, "hold_s": 1, "back_s": 3, "rest_s": 1}
    ask = "([m, s, tempo]) => figure.phaseAfter(m, s, tempo)"
    phases = [figures.evaluate(ask, [document, s, tempo]) for s in (0, 1, 2.5, 4.5, 6.5, 7)]
    assert phases == pytest.approx([0, 0.5, 1, 0.5, 0, 0])
    walk = movement_json("EX25")
    stride = walk["tempo"]["out_s"] + walk["tempo"]["back_s"]
    assert figures.evaluate(ask, [walk, stride * 0.75, {}]) == pytest.approx(0.75)


def test_every_movement_can_be_drawn(figures: Page) -> None:
    documents = [movement_json(name) for name in movement_ids()]
    ask = "(all) => all.map((m) => figure.framePaths(m, 0.5, 'left').paths.join())"
    drawn = figures.evaluate(ask, documents)
    assert len(drawn) == len(documents)
    assert not [name for name, paths in zip(movement_ids(), drawn, strict=True) if "NaN" in paths]
