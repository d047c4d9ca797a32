"""Each fault that the data could have is put into a copy of it, and must be named in one line."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from unpinch.knowledge import Knowledge, load
from unpinch.knowledge.checks import check
from unpinch.knowledge.clinical import Combination, When
from unpinch.knowledge.hazards import Control
from unpinch.knowledge.models import Dose, LockOn, Step, Unlock

KNOWN = load()


def table(name: str, key: str, **fields: Any) -> Knowledge:
    """Return the knowledge with one row of a table changed."""
    rows = dict(getattr(KNOWN, name))
    rows[key] = replace(rows[key], **fields)
    return replace(KNOWN, **{name: rows})


def without(name: str, key: str) -> Knowledge:
    """Return the knowledge with one row of a table gone."""
    return replace(KNOWN, **{name: {k: row for k, row in getattr(KNOWN, name).items() if k != key}})


def exercise(key: str, **fields: Any) -> Knowledge:
    """Return the knowledge with one exercise changed."""
    return table("exercises", key, **fields)


def variant(key: str, number: int, **fields: Any) -> Knowledge:
    """Return the knowledge with one variant of an exercise changed."""
    variants = list(KNOWN.exercises[key].variants)
    variants[number] = replace(variants[number], **fields)
    return exercise(key, variants=tuple(variants))


def rung(key: str, number: int, **fields: Any) -> Knowledge:
    """Return the knowledge with one step of a ladder changed."""
    ladder = list(KNOWN.exercises[key].ladder)
    ladder[number] = replace(ladder[number], **fields)
    return exercise(key, ladder=tuple(ladder))


def question(key: str, **fields: Any) -> Knowledge:
    """Return the knowledge with one question of the screen changed."""
    questions = tuple(replace(one, **fields) if one.id == key else one for one in KNOWN.screening.questions)
    return screening(questions=questions)


def option(key: str, option_id: str, **fields: Any) -> Knowledge:
    """Return the knowledge with one answer of a question changed."""
    asked = next(one for one in KNOWN.screening.questions if one.id == key)
    options = tuple(replace(one, **fields) if one.id == option_id else one for one in asked.options)
    return question(key, options=options)


def screening(**fields: Any) -> Knowledge:
    """Return the knowledge with the screen changed."""
    return replace(KNOWN, screening=replace(KNOWN.screening, **fields))


def combination(**fields: Any) -> Knowledge:
    """Return the knowledge with one more combination."""
    extra = Combination(id="extra", when=When(**fields), tier="U", source="ours", tag="X")
    return screening(combinations=(*KNOWN.screening.combinations, extra))


def goals(**fields: Any) -> Knowledge:
    """Return the knowledge with other fields of the first goal of the week."""
    first, *others = KNOWN.planning.goals
    planning = replace(KNOWN.planning, goals=(replace(first, **fields), *others))
    return replace(KNOWN, planning=planning)


def rules(names: list[str]) -> Knowledge:
    """Return the knowledge with other names of the rules."""
    first = KNOWN.rules.info[0]
    return replace(KNOWN, rules=replace(KNOWN.rules, info=tuple(replace(first, id=name) for name in names)))


def unread_source() -> str:
    """Return a source that nobody has read."""
    return next(source.id for source in KNOWN.sources.values() if source.tag == "M")


def dose(**fields: Any) -> Dose:
    """Return a dose of EX01 with something changed."""
    return replace(KNOWN.exercises["EX01"].ladder[0].dose, **fields)


RULES = [info.id for info in KNOWN.rules.info]
EX01 = KNOWN.exercises["EX01"]

FAULTS: dict[str, tuple[Callable[[], Knowledge], str]] = {
    # references of an exercise
    "family": (lambda: exercise("EX01", family="x"), "exercises/EX01.yaml: family 'x' is no family"),
    "muscle": (
        lambda: exercise("EX01", targets=(replace(EX01.targets[0], muscle="x"),)),
        "exercises/EX01.yaml: target 'x' is not known",
    ),
    "no target": (lambda: exercise("EX01", targets=()), "exercises/EX01.yaml: has no target"),
    "stop": (lambda: exercise("EX01", stops=("x",)), "exercises/EX01.yaml: stop sign 'x' is not known"),
    "stop left out": (
        lambda: exercise("EX01", stops=EX01.stops[:-1]),
        f"exercises/EX01.yaml: does not name the stop sign {EX01.stops[-1]!r}",
    ),
    "claim": (lambda: exercise("EX01", claims=("C99",)), "exercises/EX01.yaml: claim 'C99' is not known"),
    "stand-in": (
        lambda: exercise("EX05", stand_ins=("EX99", "EX20")),
        "exercises/EX05.yaml: stand_ins: 'EX99' is not known",
    ),
    "itself": (
        lambda: exercise("EX09", stand_ins=("EX09", "EX11")),
        "exercises/EX09.yaml: stand_ins: names itself",
    ),
    "twice": (
        lambda: exercise("EX09", stand_ins=("EX11", "EX11")),
        "exercises/EX09.yaml: stand_ins: names one twice",
    ),
    "easier": (
        lambda: exercise("EX05", easier=("EX99",)),
        "exercises/EX05.yaml: easier: 'EX99' is not known",
    ),
    "harder": (
        lambda: exercise("EX05", harder=("EX99",)),
        "exercises/EX05.yaml: harder: 'EX99' is not known",
    ),
    "unlock": (
        lambda: exercise("EX05", unlock=Unlock(green_of=("EX99",), green_days=3)),
        "exercises/EX05.yaml: unlock: 'EX99' is not known",
    ),
    "unlock helps": (
        lambda: exercise("EX22", unlock=Unlock(helps="EX99")),
        "exercises/EX22.yaml: unlock: 'EX99' is not known",
    ),
    "unlock half": (
        lambda: exercise("EX05", unlock=Unlock(green_of=("EX23",))),
        "exercises/EX05.yaml: unlock: green_of and green_times or green_days need each other",
    ),
    "unlock nothing": (
        lambda: exercise("EX05", unlock=Unlock()),
        "exercises/EX05.yaml: unlock: asks for nothing",
    ),
    "unlock of a variant": (
        lambda: variant("EX20", 3, unlock=Unlock(helps="EX99")),
        "exercises/EX20.yaml: variant EX20c: unlock: 'EX99' is not known",
    ),
    "waits for itself": (
        lambda: exercise("EX23", unlock=Unlock(green_of=("EX05",), green_days=1)),
        "exercises/EX05.yaml: waits for itself",
    ),
    "easier in a circle": (
        lambda: exercise("EX09", easier=("EX10",)),
        "exercises/EX09.yaml: is harder than itself",
    ),
    "harder in a circle": (
        lambda: exercise("EX10", harder=("EX09",)),
        "exercises/EX10.yaml: is easier than itself",
    ),
    "muscle of a figure": (
        lambda: exercise("EX01", emg=(replace(EX01.emg[0], muscle="x"),)),
        "exercises/EX01.yaml: emg: 'x' is no muscle",
    ),
    "source of a figure": (
        lambda: exercise("EX01", emg=(replace(EX01.emg[0], source="x"),)),
        "exercises/EX01.yaml: emg 0: source 'x' is no source",
    ),
    "source of a note": (
        lambda: exercise("EX20", sources=("x",)),
        "exercises/EX20.yaml: source 'x' is no source",
    ),
    "note from an unread source": (
        lambda: exercise("EX20", sources=(unread_source(),)),
        f"exercises/EX20.yaml: its note is shown, but rests on {unread_source()!r}, tagged M",
    ),
    "sources without a note": (
        lambda: exercise("EX20", note=None),
        "exercises/EX20.yaml: has sources of a note, but no note",
    ),
    # variants
    "no variant": (lambda: exercise("EX01", variants=()), "exercises/EX01.yaml: has no variant"),
    "variant twice": (
        lambda: exercise("EX01", variants=(*EX01.variants, EX01.variants[0])),
        "exercises/EX01.yaml: two variants have the same id",
    ),
    "movement": (
        lambda: variant("EX01", 1, movement="EX01z"),
        "exercises/EX01.yaml: exactly one variant must show the movement 'EX01'",
    ),
    "movement of another": (
        lambda: variant("EX01", 0, movement="EX02"),
        "exercises/EX01.yaml: variant EX01a: id and movement must start with EX01",
    ),
    "equipment": (
        lambda: variant("EX01", 0, equipment=("x",)),
        "exercises/EX01.yaml: variant EX01a: equipment 'x' is not known",
    ),
    "no steps": (lambda: variant("EX01", 0, how=()), "exercises/EX01.yaml: variant EX01a: has no steps"),
    # ladder
    "start": (
        lambda: exercise("EX01", start=6),
        "exercises/EX01.yaml: start 6 is outside the ladder of 6 steps",
    ),
    "start below": (
        lambda: exercise("EX01", start=-1),
        "exercises/EX01.yaml: start -1 is outside the ladder of 6 steps",
    ),
    "tempo": (
        lambda: exercise("EX01", tempo=replace(EX01.tempo, rest_s=-1.0)),
        "exercises/EX01.yaml: tempo: a repetition must take some time",
    ),
    "ladder variant": (
        lambda: rung("EX01", 0, variant="EX01z"),
        "exercises/EX01.yaml: ladder 0: 'EX01z' is no variant",
    ),
    "ladder falls": (
        lambda: rung("EX01", 5, variant="EX01a"),
        "exercises/EX01.yaml: ladder 5: goes back to the easier variant EX01a",
    ),
    "variant off the ladder": (
        lambda: exercise("EX01", ladder=EX01.ladder[2:], start=1),
        "exercises/EX01.yaml: ladder: variant EX01a is on no step",
    ),
    "two measures": (
        lambda: rung("EX01", 0, dose=dose(hold_s=10.0)),
        "exercises/EX01.yaml: ladder 0: a dose needs exactly one of reps, hold_s or minutes",
    ),
    "no measure": (
        lambda: rung("EX01", 0, dose=dose(reps=None)),
        "exercises/EX01.yaml: ladder 0: a dose needs exactly one of reps, hold_s or minutes",
    ),
    "no repetitions": (
        lambda: rung("EX01", 0, dose=dose(reps=0)),
        "exercises/EX01.yaml: ladder 0: a dose must be more than nothing",
    ),
    "no sets": (
        lambda: rung("EX01", 0, dose=dose(sets=0)),
        "exercises/EX01.yaml: ladder 0: a dose must be more than nothing",
    ),
    "rest": (
        lambda: rung("EX01", 0, dose=dose(rest_s=-1.0)),
        "exercises/EX01.yaml: ladder 0: rest_s is below zero",
    ),
    "effort": (
        lambda: rung("EX01", 0, dose=dose(effort_cr10=11.0)),
        "exercises/EX01.yaml: ladder 0: effort_cr10 is outside 0 to 10",
    ),
    "effort missing": (
        lambda: rung("EX01", 0, dose=dose(effort_cr10=None)),
        "exercises/EX01.yaml: ladder 0: a strengthening dose needs the effort to aim at",
    ),
    # locks and stand-ins
    "lock": (
        lambda: exercise("EX01", locks=(LockOn(code="x"),)),
        "exercises/EX01.yaml: lock 'x' is not known",
    ),
    "lock twice": (
        lambda: exercise("EX01", locks=(*EX01.locks, EX01.locks[0])),
        "exercises/EX01.yaml: a lock stands twice",
    ),
    "limit": (
        lambda: exercise("EX01", locks=(LockOn(code="KNEE", limit_to=("EX01z", "EX01a")),)),
        "exercises/EX01.yaml: lock KNEE: limit_to 'EX01z' is not known",
    ),
    "limit out of reach": (
        lambda: exercise("EX31", locks=(LockOn(code="KNEE", limit_to=("EX31c",)),)),
        "exercises/EX31.yaml: lock KNEE: leaves nothing at or below the start, so it closes",
    ),
    "limit to all": (
        lambda: exercise("EX01", locks=(LockOn(code="KNEE", limit_to=("EX01a", "EX01b")),)),
        "exercises/EX01.yaml: lock KNEE: limits nothing and says nothing",
    ),
    "stand-in for another muscle": (
        lambda: exercise("EX28", stand_ins=("EX13",)),
        "exercises/EX28.yaml: stand-in EX13 shares neither a target nor a group with it",
    ),
    "no way left": (
        lambda: exercise("EX16", stand_ins=("EX17",)),
        "exercises/EX16.yaml: lock THR: closes every stand-in too",
    ),
    # words
    "mark": (
        lambda: variant("EX01", 0, how=("Lift your {leg} and {side} foot.",)),
        "exercises/EX01.yaml: variant EX01a: {leg} is no mark",
    ),
    "side where there is none": (
        lambda: variant("EX31", 0, how=("Bend your {side} knee.",)),
        "exercises/EX31.yaml: variant EX31a: speaks of a side, but the exercise has none",
    ),
    "side forgotten": (
        lambda: variant("EX01", 0, how=("Lift a foot.",)),
        "exercises/EX01.yaml: variant EX01a: its steps do not say which side",
    ),
    "side in a mistake": (
        lambda: exercise("EX01", mistakes=("The {side} knee falls in.",)),
        "exercises/EX01.yaml: only steps and cues may speak of a side",
    ),
    "side in a cue": (
        lambda: exercise("EX31", cues=("{Side} knee soft.",)),
        "exercises/EX31.yaml: cues: speak of a side, but the exercise has none",
    ),
    "no cues": (lambda: exercise("EX01", cues=()), "exercises/EX01.yaml: has no cues"),
    "no mistakes": (lambda: exercise("EX01", mistakes=()), "exercises/EX01.yaml: has no mistakes"),
    "empty text": (
        lambda: exercise("EX01", purpose=" "),
        "exercises/EX01.yaml: purpose is empty or has space around it",
    ),
    "empty step": (
        lambda: variant("EX01", 0, how=("Lift your {side} foot.", "")),
        "exercises/EX01.yaml: variants EX01a: how is empty or has space around it",
    ),
    # tables
    "position": (lambda: without("positions", "prone"), "positions.yaml: 'prone' is missing"),
    "order": (
        lambda: table("positions", "prone", order=1),
        "positions.yaml: two positions have the same order",
    ),
    "up and down": (
        lambda: table("positions", "sitting", order=9),
        "positions.yaml: the order goes down to the floor more than once",
    ),
    "empty family": (
        lambda: replace(KNOWN, families=KNOWN.families | {"x": replace(KNOWN.families["relief"], id="x")}),
        "families.yaml: x: no exercise belongs to it",
    ),
    "idle lock": (
        lambda: replace(KNOWN, locks=KNOWN.locks | {"x": replace(KNOWN.locks["FLEX"], id="x")}),
        "locks.yaml: x: closes no exercise",
    ),
    "lock that nothing raises": (
        lambda: replace(KNOWN, locks=KNOWN.locks | {"x": replace(KNOWN.locks["FLEX"], id="x")}),
        "locks.yaml: x: no answer raises it",
    ),
    "article to nothing": (
        lambda: table("article", "A01", exercises=()),
        "article.yaml: A01: leads to no exercise",
    ),
    "article to the unknown": (
        lambda: table("article", "A01", exercises=("EX99", "EX01")),
        "article.yaml: A01: exercise 'EX99' is not known",
    ),
    "article to a guideline": (
        lambda: table("article", "A01", exercises=("EX01", "EX20")),
        "article.yaml: A01: EX20 comes from a guideline, not from the article",
    ),
    "correction not said": (
        lambda: table("article", "A12", difference=None),
        "article.yaml: A12: EX15 was corrected, so the difference must be said",
    ),
    "untraced": (lambda: without("article", "A05"), "article.yaml: no item leads to EX05"),
    # sources, tags, claims
    "tag": (lambda: table("locks", "FLEX", tag="Y"), "locks.yaml: FLEX: 'Y' is no tag"),
    "tag never shown": (
        lambda: table("locks", "FLEX", tag="M"),
        "locks.yaml: FLEX: tagged M, which is never shown",
    ),
    "read in an unread source": (
        lambda: table("locks", "FLEX", tag="V", source=unread_source()),
        f"locks.yaml: FLEX: tagged V, but its source {unread_source()!r} is tagged M",
    ),
    "claim without a source": (
        lambda: table("claims", "C01", sources=()),
        "claims.yaml: C01: names no source",
    ),
    "claim on an unread source": (
        lambda: table("claims", "C01", sources=(unread_source(),)),
        f"claims.yaml: C01: is shown, but its source {unread_source()!r} is tagged M",
    ),
    "claim on nothing": (
        lambda: table("claims", "C01", sources=("x",)),
        "claims.yaml: C01: source 'x' is no source",
    ),
    # screen
    "question twice": (
        lambda: screening(questions=(*KNOWN.screening.questions, KNOWN.screening.questions[0])),
        f"screening.yaml: {KNOWN.screening.questions[0].id}: stands twice",
    ),
    "only_if": (
        lambda: question("OP2", only_if=("x",)),
        "screening.yaml: OP2: only_if 'x' is not known",
    ),
    "lock of an answer": (
        lambda: option("OP2", "older", locks=("x", "THR")),
        "screening.yaml: OP2: older: lock 'x' is not known",
    ),
    "caution": (
        lambda: option("ME1", "thinners", caution=("x",)),
        "screening.yaml: ME1: thinners: words 'caution.x' is not known",
    ),
    "one option": (
        lambda: question("OP2", options=KNOWN.screening.questions[0].options[:1]),
        "screening.yaml: OP2: a choice needs two options and no bands",
    ),
    "same options": (
        lambda: question("MH1", options=(KNOWN.screening.questions[0].options[0],) * 2),
        "screening.yaml: MH1: two options have the same id",
    ),
    "number without limits": (
        lambda: question("SV1", maximum=None),
        "screening.yaml: SV1: a number needs a minimum, a maximum and no options",
    ),
    "limits swapped": (
        lambda: question("SV1", maximum=0),
        "screening.yaml: SV1: its minimum is not below its maximum",
    ),
    "bands fall": (
        lambda: question(
            "SV1",
            bands=tuple(reversed(next(q for q in KNOWN.screening.questions if q.id == "SV1").bands)),
        ),
        "screening.yaml: SV1: its bands must rise and cover its minimum",
    ),
    "seen": (lambda: screening(seen="x"), "screening.yaml: seen 'x' is not known"),
    "clinician": (lambda: screening(clinician_ok="x"), "screening.yaml: clinician_ok 'x' is not known"),
    "session line": (lambda: screening(session_line="x"), "screening.yaml: session_line 'x' is not known"),
    "reopens": (
        lambda: screening(session_line_reopens=("x",)),
        "screening.yaml: session_line_reopens 'x' is not known",
    ),
    "urgent flag": (
        lambda: screening(urgent_flags=("x",)),
        "screening.yaml: urgent_flags 'x' is not known",
    ),
    "days": (lambda: screening(full_days=0), "screening.yaml: full_days must be above zero"),
    "combination twice": (
        lambda: screening(combinations=KNOWN.screening.combinations[:1] * 2),
        "screening.yaml: two combinations have the same id",
    ),
    "flag of a combination": (
        lambda: combination(all=("x",)),
        "screening.yaml: extra: flag 'x' is not known",
    ),
    "combination for all": (lambda: combination(), "screening.yaml: extra: holds for everybody"),
    "combination out of reach": (
        lambda: combination(at_least=2, of=("cancer",)),
        "screening.yaml: extra: at_least and of do not fit",
    ),
    "combination half": (
        lambda: combination(of=("cancer",)),
        "screening.yaml: extra: at_least and of do not fit",
    ),
    "source of a question": (
        lambda: question("OP2", source="x"),
        "screening.yaml: questions OP2: source 'x' is no source",
    ),
    # help to call
    "elsewhere": (
        lambda: without("countries", "ZZ"),
        "countries.yaml: 'ZZ', for everywhere else, is missing",
    ),
    "action": (lambda: without("actions", "U"), "actions.yaml: tier U is missing"),
    "mark of an action": (
        lambda: table("actions", "E", text="Call {number}."),
        "actions.yaml: E: mark 'number' is not known",
    ),
    "flag of an action": (
        lambda: table("actions", "E", lines=(replace(KNOWN.actions["E"].lines[0], flags=("x",)),)),
        "actions.yaml: E: flag 'x' is not known",
    ),
    # self-tests, questionnaires, rules, the rest
    "lock of a test": (
        lambda: table("selftests", "T1", needs=("x",)),
        "selftests.yaml: T1: lock 'x' is not known",
    ),
    "thing of a test": (
        lambda: table("selftests", "T1", equipment=("x",)),
        "selftests.yaml: T1: equipment 'x' is not known",
    ),
    "group of a test": (
        lambda: table("selftests", "T1", groups=("x",)),
        "selftests.yaml: T1: group 'x' is not known",
    ),
    "question of a test": (
        lambda: table("selftests", "T1", low_asks=("x",)),
        "selftests.yaml: T1: low_asks 'x' is not known",
    ),
    "test after nothing": (
        lambda: table("selftests", "T3", after="x"),
        "selftests.yaml: T3: after 'x' is not known",
    ),
    "test after itself": (
        lambda: table("selftests", "T3", after="T3"),
        "selftests.yaml: T3: comes after itself",
    ),
    "test after, how good": (
        lambda: table("selftests", "T3", after_max=None),
        "selftests.yaml: T3: after and after_max need each other",
    ),
    "mdc": (
        lambda: table("selftests", "T3", mdc_tag=None),
        "selftests.yaml: T3: mdc, mdc_source and mdc_tag need each other",
    ),
    "mdc source": (
        lambda: table("selftests", "T3", mdc_source="x"),
        "selftests.yaml: T3: mdc_source 'x' is no source",
    ),
    "mdc not read": (
        lambda: table("selftests", "T3", mdc_source=unread_source()),
        f"selftests.yaml: T3: tagged V, but its source {unread_source()!r} is tagged M",
    ),
    "sides of a test": (
        lambda: table("selftests", "T1", label_sides=True),
        "selftests.yaml: T1: names a side difference, but has no sides",
    ),
    "side in a test": (
        lambda: table("selftests", "T1", how=("Lift your {side} foot.",)),
        "selftests.yaml: T1: its steps speak of a side, but it has none",
    ),
    "empty norm": (
        lambda: table(
            "selftests",
            "T1",
            norms=(replace(KNOWN.selftests["T1"].norms[0], label="x", low=None, high=None),),
        ),
        "selftests.yaml: T1: norm 'x': has no value",
    ),
    "norm upside down": (
        lambda: table(
            "selftests",
            "T1",
            norms=(replace(KNOWN.selftests["T1"].norms[0], label="x", low=2.0, high=1.0),),
        ),
        "selftests.yaml: T1: norm 'x': low is above high",
    ),
    "item twice": (
        lambda: table("questionnaires", "RMDQ24", items=KNOWN.questionnaires["RMDQ24"].items[:1] * 2),
        "questionnaires.yaml: RMDQ24: two items have the same id",
    ),
    "scale": (
        lambda: table("questionnaires", "RMDQ24", maximum=0),
        "questionnaires.yaml: RMDQ24: its minimum is not below its maximum",
    ),
    "mic without a tag": (
        lambda: table("questionnaires", "RMDQ24", mic_tag=None),
        "questionnaires.yaml: RMDQ24: its mic has no tag",
    ),
    "wording": (
        lambda: table("questionnaires", "RMDQ24", wording_source="x"),
        "questionnaires.yaml: RMDQ24: wording_source 'x' is no source",
    ),
    "rule missing": (lambda: rules(RULES[:-1]), "rules.yaml: R11 must be named once"),
    "rule twice": (lambda: rules([*RULES, "R1"]), "rules.yaml: R1 must be named once"),
    "rule unknown": (lambda: rules([*RULES, "R12"]), "rules.yaml: rule 'R12' is not known"),
    "starter": (
        lambda: replace(KNOWN, planning=replace(KNOWN.planning, starters=("EX99",))),
        "planning.yaml: starter 'EX99' is not known",
    ),
    "starter twice": (
        lambda: replace(KNOWN, planning=replace(KNOWN.planning, starters=("EX09", "EX09"))),
        "planning.yaml: a starter stands twice",
    ),
    "goal twice": (lambda: goals(id="spine"), "planning.yaml: a goal stands twice"),
    "goal of no group": (
        lambda: goals(groups=("toes",)),
        "planning.yaml: goal hamstrings: group 'toes' is not known",
    ),
    "goal of no item": (
        lambda: goals(articles=("A99",)),
        "planning.yaml: goal hamstrings: item 'A99' is not known",
    ),
    "item without a goal": (
        lambda: goals(articles=("A01", "A02")),
        "planning.yaml: no goal asks for A03 of the article",
    ),
    "place without seconds": (
        lambda: replace(KNOWN, timing=replace(KNOWN.timing, place_s={"standing": 15.0})),
        "timing.yaml: place_s: 'prone' is missing",
    ),
    "thing that is moved": (
        lambda: replace(KNOWN, timing=replace(KNOWN.timing, switch_prop_s={"x": 15.0})),
        "timing.yaml: switch_prop_s 'x' is not known",
    ),
    "hazard off the scale": (
        lambda: table("hazards", "H2", severity=6),
        "hazards.yaml: H2: severity is not between 1 and 5",
    ),
    "hazard left out": (lambda: without("hazards", "H3"), "hazards.yaml: H4: stands where 'H3' belongs"),
    "hazard without controls": (
        lambda: table("hazards", "H2", controls=()),
        "hazards.yaml: H2: nothing stands against it",
    ),
    "hazard without a test": (
        lambda: table("hazards", "H2", controls=(Control(does="Hope.", tests=()),)),
        "hazards.yaml: H2: no test proves 'Hope.'",
    ),
    "hazard with a slip": (
        lambda: table("hazards", "H2", controls=(Control(does="Hope.", tests=("test_it",)),)),
        "hazards.yaml: H2: 'test_it' does not name a test",
    ),
    "hazard with a test twice": (
        lambda: table(
            "hazards", "H2", controls=(Control(does="Hope.", tests=("tests/a/test_b.py::test_c",) * 2),)
        ),
        "hazards.yaml: H2: a test stands twice under 'Hope.'",
    ),
}


def test_the_data_that_ship_are_sound() -> None:
    assert check(KNOWN) == []


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_named_in_one_line(name: str) -> None:
    make, line = FAULTS[name]
    faults = check(make())
    assert line in faults
    assert all("\n" not in fault for fault in faults)


@given(st.sampled_from(sorted(KNOWN.exercises)), st.sampled_from(["easier", "harder", "stand_ins"]))
def test_an_exercise_that_vanishes_is_missed_by_all_who_name_it(gone: str, relation: str) -> None:
    faults = check(without("exercises", gone))
    for one in KNOWN.exercises.values():
        if one.id != gone and gone in getattr(one, relation):
            assert f"exercises/{one.id}.yaml: {relation}: {gone!r} is not known" in faults


@given(st.sampled_from(sorted(KNOWN.locks)))
def test_a_lock_that_vanishes_is_missed_by_exercises_and_answers(gone: str) -> None:
    faults = check(without("locks", gone))
    missed = {line.split(":")[0] for line in faults if f"lock {gone!r} is not known" in line}
    named_in = {
        f"exercises/{e.id}.yaml" for e in KNOWN.exercises.values() if gone in {o.code for o in e.locks}
    }
    assert named_in | {"screening.yaml"} <= missed


def test_a_step_outside_its_variants_does_not_hide_the_other_faults() -> None:
    ladder = (Step(variant="EX01z", dose=Dose()), *EX01.ladder[1:])
    faults = check(exercise("EX01", ladder=ladder, start=9))
    assert "exercises/EX01.yaml: ladder 0: 'EX01z' is no variant" in faults
    assert "exercises/EX01.yaml: start 9 is outside the ladder of 6 steps" in faults
    assert "exercises/EX01.yaml: ladder: variant EX01a is on no step" not in faults


def fhir(**fields: Any) -> Knowledge:
    """Return the knowledge with something changed in what a health record is told."""
    return replace(KNOWN, fhir=replace(KNOWN.fhir, **fields))


def told(**fields: Any) -> Knowledge:
    """Return the knowledge with the field of the leg's pain told in another way."""
    shapes = dict(KNOWN.fhir.shapes)
    leg = replace(shapes["pain"].fields["leg_nprs"], **fields)
    shapes["pain"] = replace(shapes["pain"], fields={**shapes["pain"].fields, "leg_nprs": leg})
    return fhir(shapes=shapes)


LOINC = KNOWN.fhir.shapes["pain"].fields["leg_nprs"].codings[0]


@pytest.mark.parametrize(
    ("broken", "words"),
    [
        (told(unit="stone"), "fhir.yaml: pain.leg_nprs: unit 'stone' is not there"),
        (told(site="wing"), "fhir.yaml: pain.leg_nprs: site 'wing' is not there"),
        (told(part="wing"), "fhir.yaml: pain.leg_nprs: part 'wing' is not there"),
        (told(codings=(replace(LOINC, system="x"),)), "fhir.yaml: pain.leg_nprs: system 'x' is not there"),
        (told(codings=(replace(LOINC, source="x"),)), "fhir.yaml: pain.leg_nprs: source 'x' is no source"),
        (told(codings=(replace(LOINC, tag="M"),)), "72514-3 is tagged M, which is never shown"),
        (
            fhir(selftest_units={**KNOWN.fhir.selftest_units, "s": "stone"}),
            "fhir.yaml: selftest_units: unit 'stone' is not there",
        ),
        (fhir(selftest_units={}), "fhir.yaml: selftest_units: 's' of T1 is not there"),
        (fhir(concepts={}), "fhir.yaml: concepts: score.RMDQ24 is not there"),
        (
            replace(KNOWN, fhir_values=replace(KNOWN.fhir_values, sets={})),
            "fhir_values.yaml: Bundle.type: value set 'bundle-type' is not there",
        ),
    ],
)
def test_faults_of_the_health_record_are_named(broken: Knowledge, words: str) -> None:
    assert any(words in fault for fault in check(broken))
