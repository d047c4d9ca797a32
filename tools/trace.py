"""Write, from the data, where each item of the article went and what the exercises are.

``python -m tools.trace`` writes ``docs/article-trace.md`` and ``docs/exercises.md``; with
``--check`` it only says which of them is out of date.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable
from pathlib import Path

from unpinch.knowledge import Knowledge, load
from unpinch.knowledge.models import ArticleItem, Dose, Exercise, LockOn, Unlock

ROOT = Path(__file__).resolve().parent.parent
TRACE = "docs/article-trace.md"
OVERVIEW = "docs/exercises.md"

ORIGINS = {
    "article": "the article",
    "article_corrected": "the article, corrected",
    "fills_heading": "fills an empty heading",
    "guideline": "added from guidelines and practice",
}


def pages(knowledge: Knowledge) -> dict[str, str]:
    """Return the text of each page, by its path from the top of the project."""
    return {TRACE: trace(knowledge), OVERVIEW: overview(knowledge)}


# --- the article --------------------------------------------------------------------------------


def trace(knowledge: Knowledge) -> str:
    """Return the page that leads from each item of the article to what became of it."""
    items = list(knowledge.article.values())
    added = [one for one in knowledge.exercises.values() if one.origin == "guideline"]
    empty = sum(len(item.exercises) for item in items if len(item.exercises) > 1)
    lines = [
        "# Where each exercise of the article went",
        "",
        'Unpinch grew out of an article, "Exercises to relieve sciatic pain". This page follows each of its',
        "exercises, and its one heading without an exercise, to what became of it. It is written by",
        "`python -m tools.trace` from `src/unpinch/knowledge/data/article.yaml`; a test keeps it up to date.",
        "",
        f"{len(items)} items, {len(knowledge.exercises)} exercises: {len(items) - 1} from the article, "
        f"{empty} for its empty heading, {len(added)} added.",
        "",
        "| item | heading | the article says | exercise | page | tried as | pictures |",
        "|---|---|---|---|---|---|---|",
    ]
    for item in items:
        for number, name in enumerate(item.exercises):
            exercise = knowledge.exercises[name]
            first = (item.id, item.heading, item.says) if number == 0 else ("", "", "")
            lines.append(_row(*first, *_whereabouts(exercise, knowledge)))
    lines += ["", "## What is done otherwise, and why", ""]
    for item in items:
        lines += _difference(item, knowledge)
    lines += [
        "",
        "## Not in the article",
        "",
        "Added, since guidelines and practice advise them or since they are the gentler way in.",
        "",
        "| exercise | page | tried as | pictures |",
        "|---|---|---|---|",
        *(_row(*_whereabouts(exercise, knowledge)) for exercise in added),
    ]
    return "\n".join(lines) + "\n"


def _whereabouts(exercise: Exercise, knowledge: Knowledge) -> tuple[str, str, str, str]:
    pictures = dict.fromkeys(variant.movement for variant in exercise.variants)
    return (
        f"{exercise.id} {exercise.name}",
        f"`/exercises/{exercise.id}`",
        knowledge.families[exercise.family].name,
        ", ".join(pictures),
    )


def _difference(item: ArticleItem, knowledge: Knowledge) -> Iterable[str]:
    if item.difference is None:
        return []
    names = ", ".join(knowledge.exercises[name].name for name in item.exercises)
    return [f"- **{item.id} {names}** ({', '.join(item.exercises)}): {item.difference}"]


# --- the exercises ------------------------------------------------------------------------------


def overview(knowledge: Knowledge) -> str:
    """Return the page that lists every exercise with its versions, doses and locks."""
    lines = [
        "# The exercises",
        "",
        "What a clinician may want to see at a glance. It is written by `python -m tools.trace` from",
        "`src/unpinch/knowledge/data/exercises/`, one file an exercise; a test keeps it up to date.",
        "",
        "An exercise has versions, the easiest first, and a ladder of doses over them. The dose in bold is",
        "where a person starts: sets × repetitions, or seconds, at the effort to aim at (Borg CR10). A lock",
        "closes an exercise, or leaves only the versions that are named open.",
    ]
    for family in knowledge.families.values():
        lines += ["", f"## {family.name}", "", family.about]
        if not family.on_trial:
            lines += ["", "Never on trial: always free to do."]
        for exercise in knowledge.exercises.values():
            if exercise.family == family.id:
                lines += ["", *_exercise(exercise, knowledge)]
    lines += ["", "## The locks", "", "| lock | what the person is told |", "|---|---|"]
    lines += [_row(f"{code.id}: {code.name}", code.words) for code in knowledge.locks.values()]
    return "\n".join(lines) + "\n"


def _exercise(exercise: Exercise, knowledge: Knowledge) -> list[str]:
    targets = ", ".join(f"{knowledge.muscles[t.muscle].name} ({t.role})" for t in exercise.targets)
    place = knowledge.positions[exercise.position].name
    sides = "one side, then the other" if exercise.sided else "both legs together or in turn"
    lines = [
        f"### {exercise.id} {exercise.name}",
        "",
        exercise.purpose,
        "",
        f"- From: {ORIGINS[exercise.origin]}. {place}; {sides}.",
        f"- For: {targets or 'rest'}.",
        f"- How often: {_often(exercise)}.",
    ]
    lines += [f"- Stands in for it: {', '.join(exercise.stand_ins)}."] if exercise.stand_ins else []
    if exercise.unlock is not None:
        lines.append(f"- Opens when {_unlock(exercise.unlock)}.")
    for variant in exercise.variants:
        if variant.unlock is not None:
            lines.append(f"- {variant.id} opens when {_unlock(variant.unlock)}.")
    if exercise.locks:
        lines.append(f"- Locks: {'; '.join(map(_lock, exercise.locks))}.")
    lines += ["", "| version | needs | doses |", "|---|---|---|"]
    for variant in exercise.variants:
        needs = ", ".join(_plain(knowledge.equipment[name].name) for name in variant.equipment)
        doses = ", ".join(
            f"**{_dose(step.dose)}**" if number == exercise.start else _dose(step.dose)
            for number, step in enumerate(exercise.ladder)
            if step.variant == variant.id
        )
        lines.append(_row(f"{variant.id} {variant.name}", needs or "nothing", doses))
    return lines


def _plain(name: str) -> str:
    return name.removeprefix("A ").removeprefix("An ").lower()


def _often(exercise: Exercise) -> str:
    days = "every day" if exercise.per_week_max == 7 else f"up to {exercise.per_week_max} days a week"
    daily = f", up to {exercise.per_day_max} times a day" if exercise.per_day_max > 1 else ""
    gap = f", {exercise.min_gap_h} hours apart" if exercise.min_gap_h else ""
    return days + daily + gap


def _dose(dose: Dose) -> str:
    if dose.minutes is not None:
        each = f"{dose.minutes:g} min" if dose.minutes >= 1 else f"{dose.minutes * 60:g} s"
    elif dose.reps is not None:
        each = f"{dose.reps}"
    else:
        each = f"{dose.hold_s:g} s"
    amount = f"{dose.sets} × {each}" if dose.sets > 1 or dose.minutes is None else each
    return amount if dose.effort_cr10 is None else f"{amount} at {dose.effort_cr10:g}"


def _unlock(unlock: Unlock) -> str:
    parts = []
    if unlock.green_of:
        how_often = f"{unlock.green_times} times" if unlock.green_times else f"on {unlock.green_days} days"
        parts.append(f"{' and '.join(unlock.green_of)} went green {how_often}")
    if unlock.helps is not None:
        parts.append(f"{unlock.helps} has moved the pain up the leg or eased it")
    if unlock.leg_nprs_max is not None:
        parts.append(f"the leg is at {unlock.leg_nprs_max} or less")
    if unlock.after_rising_min is not None:
        parts.append(f"{unlock.after_rising_min} minutes have passed since getting up")
    if unlock.clinician:
        parts.append("a clinician advised it")
    return ", ".join(parts)


def _lock(lock: LockOn) -> str:
    return f"{lock.code} leaves {', '.join(lock.limit_to)}" if lock.limit_to else f"{lock.code} closes"


def _row(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


# --- running ------------------------------------------------------------------------------------


def stale(knowledge: Knowledge, root: Path = ROOT) -> list[str]:
    """Return the pages that are missing or say something else than the data."""
    found = []
    for name, text in pages(knowledge).items():
        path = root / name
        if not path.is_file() or path.read_text("utf-8") != text:
            found.append(name)
    return found


def main(arguments: list[str] | None = None, root: Path = ROOT) -> int:
    """Write the pages, or with ``--check`` say which are out of date; return 1 when one is."""
    parser = argparse.ArgumentParser(prog="tools.trace", description=main.__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing")
    options = parser.parse_args(arguments)
    knowledge = load()
    out_of_date = stale(knowledge, root)
    if options.check:
        for name in out_of_date:
            print(f"{name} is out of date; run `python -m tools.trace`", file=sys.stderr)
        return 1 if out_of_date else 0
    for name in out_of_date:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(pages(knowledge)[name], "utf-8")
        print(name)
    return 0


if __name__ == "__main__":
    sys.exit(main())
