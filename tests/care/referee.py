"""A second opinion on what is safe: read from the raw data files, sharing no code with `unpinch.care`.

Slow and simple on purpose: every prefix of the answers is looked at anew.
"""

from __future__ import annotations

import datetime as dt
import functools
from importlib.resources import files
from typing import Any

import yaml

from unpinch.journal import Journal

SLACK = dt.timedelta(minutes=10)
ORDER = ["G", "A", "R", "U", "E"]
GENTLE = {"relief", "aerobic"}
STRONG_LEG = 7
PAIN_FRESH = dt.timedelta(hours=12)

Row = dict[str, Any]


@functools.cache
def raw(name: str) -> Any:
    """Read one data file as plain strings, lists and mappings."""
    text = (files("unpinch.knowledge") / "data" / name).read_text(encoding="utf-8")
    return yaml.load(text, Loader=yaml.BaseLoader)


@functools.cache
def questions() -> dict[str, Row]:
    """Return the questions of the screen by id."""
    return {question["id"]: question for question in raw("screening.yaml")["questions"]}


@functools.cache
def exercises() -> dict[str, Row]:
    """Return the exercises by id."""
    folder = files("unpinch.knowledge") / "data" / "exercises"
    rows = [raw(f"exercises/{file.name}") for file in folder.iterdir() if file.name.endswith(".yaml")]
    return {row["id"]: row for row in rows}


@functools.cache
def usual_equipment() -> set[str]:
    """Return what is at hand unless told otherwise."""
    return {row["id"] for row in raw("equipment.yaml") if row["usual"] == "true"}


def parts(question: Row, answer: Any) -> list[Row]:
    """Return the options or bands that an answer stands for; all of them when it is not known."""
    if question.get("bands"):
        if isinstance(answer, bool | str | tuple | list):
            return list(question["bands"])
        below = [band for band in question["bands"] if float(band["at_least"]) <= answer]
        return below[-1:]
    known = {option["id"]: option for option in question["options"]}
    said = list(answer) if isinstance(answer, tuple | list) else [answer]
    if not said or any(not isinstance(one, str) or one not in known for one in said):
        return list(question["options"])
    return [known[one] for one in said]


def worst(rows: list[Row]) -> str:
    """Return the gravest tier of some options."""
    return max((row.get("tier", "G") for row in rows), key=ORDER.index, default="G")


def union(rows: list[Row], field: str) -> set[str]:
    """Return everything that some options raise."""
    return {value for row in rows for value in row.get(field, [])}


def holds(when: Row, flags: set[str]) -> bool:
    """Tell whether a combination holds."""
    if not set(when.get("all", [])) <= flags:
        return False
    if when.get("any") and not set(when["any"]) & flags:
        return False
    return "at_least" not in when or len(set(when["of"]) & flags) >= int(when["at_least"])


class Opinion:
    """What the referee thinks of a journal at a time."""

    def __init__(self, journal: Journal, now: dt.datetime) -> None:
        entries = [entry for entry in journal.entries if entry.at <= now + SLACK]
        gone = {entry.data.entry for entry in entries if entry.kind == "retraction"}  # type: ignore[attr-defined]
        self.entries = [entry for entry in entries if entry.kind != "retraction" and entry.id not in gone]
        self.now = now
        screens: list[Any] = [entry for entry in self.entries if entry.kind == "screen"]
        seen = [e.at for e in screens if e.data.question == "SEEN" and e.data.answer == "yes"]
        self.answers = [
            (e.at, e.data.question, e.data.answer)
            for e in screens
            if e.data.question in questions() and (not seen or e.at >= max(seen))
        ]
        latest = {question: answer for _, question, answer in self.answers}
        self.latest = {question: parts(questions()[question], answer) for question, answer in latest.items()}
        self.codes = {code for rows in self.latest.values() for code in union(rows, "locks")}
        self.flags = {flag for rows in self.latest.values() for flag in union(rows, "flags")}

    @property
    def blocking(self) -> str:
        """E or U when some moment had that sign, else G."""
        tiers, kept, now_up = ["G"], set[str](), dict[str, set[str]]()
        for _, question, answer in self.answers:
            rows = parts(questions()[question], answer)
            now_up[question] = union(rows, "flags")
            if worst(rows) in ("E", "U"):
                tiers.append(worst(rows))
                kept |= union(rows, "flags")
            flags = kept.union(*now_up.values())
            tiers += [
                combination["tier"]
                for combination in raw("screening.yaml")["combinations"]
                if combination["tier"] in ("E", "U") and holds(combination["when"], flags)
            ]
        return max(tiers, key=ORDER.index)

    @property
    def needs_clinician(self) -> bool:
        """Some answer means R, and no agreement at all was told after its first time."""
        agreed = [e.at for e in self.entries if getattr(e.data, "question", "") == "OKD" and _yes(e)]
        for question, rows in self.latest.items():
            first = min(at for at, name, _ in self.answers if name == question)
            if worst(rows) == "R" and not any(at > first for at in agreed):
                return True
        return any(worst(rows) == "R" and union_final(rows) for rows in self.latest.values())

    @property
    def missing(self) -> set[str]:
        """Questions of the full screen that apply and were never answered."""
        return {
            name
            for name, question in questions().items()
            if "full" in question["sets"]
            and name not in self.latest
            and (not question.get("only_if") or set(question["only_if"]) & self.flags)
        }

    @property
    def leg(self) -> int | None:
        """The newest leg number that is fresh."""
        told: list[Any] = [e for e in self.entries if e.kind == "pain" and e.data.leg_nprs is not None]  # type: ignore[attr-defined]
        if not told or self.now - told[-1].at > PAIN_FRESH:
            return None
        number: int = told[-1].data.leg_nprs
        return number

    @property
    def equipment(self) -> set[str]:
        """Return what is at hand."""
        told: list[Any] = [e for e in self.entries if e.kind == "profile" and e.data.equipment is not None]  # type: ignore[attr-defined]
        return set(told[-1].data.equipment) if told else usual_equipment()

    def may(self, exercise: str, variant: str) -> bool:
        """Tell whether a version of an exercise is open, as far as answers, pain and things go."""
        version = next(one for one in exercises()[exercise]["variants"] if one["id"] == variant)
        at_hand = set(version.get("equipment", [])) <= self.equipment
        return at_hand and not self.locked(exercise, variant)

    def locked(self, exercise: str, variant: str) -> bool:
        """Tell whether the answers or the pain close a version of an exercise."""
        row = exercises()[exercise]
        strong = "STRONG_LEG" in self.codes or (self.leg or 0) >= STRONG_LEG
        if strong and row["kind"] not in GENTLE:
            return True
        return any(
            lock["code"] in self.codes and variant not in lock.get("limit_to", [])
            for lock in row.get("locks", [])
        )


def _yes(entry: Any) -> bool:
    return bool(entry.data.answer == "yes")


def union_final(rows: list[Row]) -> bool:
    """Tell whether one of some bands can not be lowered."""
    return any(row.get("final") == "true" for row in rows)
