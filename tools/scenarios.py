"""Compare the golden scenarios with what Unpinch decides now; nothing is ever rewritten.

A scenario is one JSON file under ``tests/care/scenarios``: a title, why it matters, a journal, a
time, and what a clinician expects of the decision. ``python -m tools.scenarios`` prints every
difference and ends with 1 when there is one; ``python -m tools.scenarios NAME`` also prints what
is decided in the words of an expectation, to be copied by hand when it is right.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from unpinch import Decision, Journal, decide
from unpinch.care.changes import spoken_dose
from unpinch.knowledge import Knowledge, load

FOLDER: Final = Path(__file__).resolve().parent.parent / "tests" / "care" / "scenarios"


class Scenario(NamedTuple):
    """A journal, a time, and what is expected of the decision."""

    name: str
    title: str
    why: str
    journal: Journal
    at: dt.datetime
    expect: dict[str, Any]


def read(path: Path) -> Scenario:
    """Read one scenario.

    Raises
    ------
    ValueError
        Names the file, and what is missing or not known in it.
    """
    told = json.loads(path.read_text(encoding="utf-8"))
    if set(told) != {"title", "why", "journal", "at", "expect"}:
        raise ValueError(f"{path.name}: needs title, why, journal, at and expect, and nothing else")
    unknown = set(told["expect"]) - set(VIEWS)
    if unknown:
        raise ValueError(f"{path.name}: expect: nothing is known of {', '.join(sorted(unknown))}")
    lines = "\n".join(json.dumps(entry, ensure_ascii=False) for entry in told["journal"])
    return Scenario(
        name=path.stem,
        title=told["title"],
        why=told["why"],
        journal=Journal.from_jsonl(lines),
        at=dt.datetime.fromisoformat(told["at"]),
        expect=told["expect"],
    )


def scenarios(folder: Path = FOLDER) -> list[Scenario]:
    """Return every scenario, in the order of their names."""
    return [read(path) for path in sorted(folder.glob("*.json"))]


def view(decision: Decision, knowledge: Knowledge) -> dict[str, Any]:
    """Return a decision in the words of an expectation."""
    return {name: look(decision, knowledge) for name, look in VIEWS.items()}


def differences(scenario: Scenario, knowledge: Knowledge) -> list[str]:
    """Return one line for each expectation that is not met."""
    found = view(decide(scenario.journal, scenario.at, knowledge), knowledge)
    return [
        f"{scenario.name}: {name}: expected {_shown(wanted)}, found {_shown(found[name])}"
        for name, wanted in scenario.expect.items()
        if not _met(name, wanted, found[name])
    ]


def _met(name: str, wanted: Any, found: Any) -> bool:
    """Compare; of a mapping, and of what happened, only what is named has to be there."""
    if isinstance(wanted, dict) and isinstance(found, dict):
        return all(key in found and _met("", part, found[key]) for key, part in wanted.items())
    if name in {"rules", "because", "missing", "says"}:
        return all(any(_met("", part, other) for other in found) for part in wanted)
    if name in {"not_planned", "not_rules"}:
        return not set(wanted) & set(found)
    if name == "minutes_at_most":
        return found is not None and bool(found <= wanted)
    if isinstance(wanted, str) and isinstance(found, str) and wanted.startswith("..."):
        return wanted[3:] in found
    return bool(wanted == found)


# --- a decision in the words of an expectation -----------------------------------------------------


def _refusal(decision: Decision, _: Knowledge) -> str | None:
    return None if decision.refusal is None else decision.refusal.name


def _because(decision: Decision, _: Knowledge) -> list[list[str]]:
    return [[one.source, one.tier] for one in decision.clearance.because]


def _exercises(decision: Decision, _: Knowledge) -> list[str]:
    return [] if decision.session is None else [stop.exercise for stop in decision.session.exercises]


def _planned(decision: Decision, knowledge: Knowledge) -> dict[str, dict[str, Any]]:
    if decision.session is None:
        return {}
    return {
        stop.exercise: {
            "name": knowledge.exercises[stop.exercise].name,
            "variant": stop.variant,
            "rung": stop.rung,
            "dose": spoken_dose(stop.dose, stop.sides, knowledge),
            "sides": list(stop.sides),
            "new": stop.new,
            "why": stop.why.text,
        }
        for stop in decision.session.exercises
    }


def _closed(decision: Decision, _: Knowledge) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for lock in decision.clearance.locks:
        if not lock.limit_to:
            found.setdefault(lock.exercise, []).append(lock.code)
    return found


def _limited(decision: Decision, _: Knowledge) -> dict[str, list[str]]:
    return {lock.exercise: list(lock.limit_to) for lock in decision.clearance.locks if lock.limit_to}


def _changes(decision: Decision, _: Knowledge) -> dict[str, dict[str, Any]]:
    return {
        change.exercise: {
            "what": change.what,
            "before": change.before,
            "after": change.after,
            "rule": change.rule,
            "says": change.words.text,
        }
        for change in decision.changes
    }


def _findings(decision: Decision, _: Knowledge) -> dict[str, dict[str, Any]]:
    return {
        finding.test: {"label": finding.label, "weaker": finding.weaker, "says": finding.words.text}
        for finding in decision.findings
    }


def _says(decision: Decision, _: Knowledge) -> list[str]:
    refusal = [] if decision.refusal is None else [decision.refusal.words.text]
    return [
        *refusal,
        *(words.text for words in decision.clearance.cautions),
        *(fired.words.text for fired in decision.rules),
        *(lock.words.text for lock in decision.clearance.locks),
    ]


VIEWS: Final[dict[str, Callable[[Decision, Knowledge], Any]]] = {
    "tier": lambda decision, _: decision.clearance.tier,
    "because": _because,
    "refusal": _refusal,
    "until": lambda one, _: (
        None if one.refusal is None or one.refusal.until is None else one.refusal.until.isoformat()
    ),
    "missing": lambda decision, _: list(decision.clearance.missing),
    "kind": lambda decision, _: None if decision.session is None else decision.session.kind,
    "minutes_at_most": lambda decision, _: None if decision.session is None else decision.session.minutes,
    "exercises": _exercises,
    "not_planned": _exercises,
    "planned": _planned,
    "closed": _closed,
    "limited": _limited,
    "rules": lambda decision, _: [[one.rule, one.outcome, one.subject] for one in decision.rules],
    "not_rules": lambda decision, _: [one.outcome for one in decision.rules],
    "changes": _changes,
    "findings": _findings,
    "cautions": lambda decision, _: [words.key for words in decision.clearance.cautions],
    "asks": lambda decision, _: list(dict.fromkeys(ask.name for ask in decision.asks)),
    "says": _says,
}
"""What an expectation may name, and how it is found in a decision.

Of ``planned``, ``closed``, ``limited``, ``changes`` and ``findings`` only what is named is compared;
of ``because``, ``missing``, ``rules`` and ``says`` each that is named must be among the others. Text
that begins with ``...`` may stand anywhere.
"""


def _shown(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the differences; return 1 when there is one."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", nargs="*", help="scenarios to show in full; all are compared without")
    names = set(parser.parse_args(arguments).names)
    knowledge = load()
    told = [one for one in scenarios() if not names or one.name in names]
    found = [line for one in told for line in differences(one, knowledge)]
    for one in told:
        if names:
            decided = view(decide(one.journal, one.at, knowledge), knowledge)
            print(f"{one.name}: {one.title}\n{json.dumps(decided, indent=2, ensure_ascii=False)}")
    for line in found:
        print(line)
    print(f"{len(told)} scenarios, {len(found)} differences")
    return 1 if found or not told else 0


if __name__ == "__main__":
    sys.exit(main())
