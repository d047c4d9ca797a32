"""The measures of the course: the first value, the latest, and whether the change is beyond the MIC."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple

from unpinch.exchange.paper.asked import Asked
from unpinch.journal.mornings import Day, week_means
from unpinch.knowledge import speech
from unpinch.knowledge.clinical import Questionnaire as Instrument
from unpinch.knowledge.kinds import SHOWN_TAGS

LONGEST_LABEL: Final = 42


class Value(NamedTuple):
    """One value of a measure."""

    day: dt.date
    value: float


Told = tuple[str, list[Value], Instrument | None]
"""A measure by its name: its values in time, and the instrument whose MIC it is judged by."""


def measures(asked: Asked) -> list[dict[str, Any]]:
    """Return one row for each measure that was ever told, the pain first."""
    return [_row(asked, name, values, instrument) for name, values, instrument in _told(asked) if values]


def mornings(asked: Asked) -> list[Day]:
    """Return every morning in order."""
    return [Day(one.day, one.leg, one.distal) for one in asked.person.morning_entries]


def mic_words(asked: Asked, instrument: Instrument | None) -> str:
    """Return the minimal important change with its source, a dash where none may be shown."""
    source = None if instrument is None else asked.knowledge.sources.get(instrument.source)
    none = asked.say("report.value.none")
    if instrument is None or source is None or instrument.mic is None:
        return none
    if instrument.mic_tag not in SHOWN_TAGS or source.tag not in SHOWN_TAGS:
        return none
    points = speech.number(instrument.mic)
    if instrument.mic_pct is None:
        return asked.say("report.mic.points", points=points, source=source.cite)
    return asked.say(
        "report.mic.both", points=points, percent=speech.number(instrument.mic_pct), source=source.cite
    )


def reading(asked: Asked, values: Sequence[Value], instrument: Instrument | None) -> str:
    """Say what the change means beside the MIC; by points and by share, where both are known either does."""
    if instrument is None or instrument.mic is None or instrument.mic_tag not in SHOWN_TAGS:
        return asked.say("report.value.none")
    if instrument.kind == "change":  # it is a change already
        last = values[-1].value
        if abs(last) < instrument.mic:
            return asked.say("report.reading.within")
        return asked.say("report.reading.groc_better" if last > 0 else "report.reading.groc_worse")
    if len(values) < 2:
        return asked.say("report.reading.one")
    first, last = values[0].value, values[-1].value
    change = last - first
    share = instrument.mic_pct is not None and abs(change) * 100 >= instrument.mic_pct * abs(first) > 0
    if abs(change) < instrument.mic and not (share and instrument.mic_pct is not None):
        return asked.say("report.reading.within")
    better = (change > 0) == (instrument.better == "more")
    return asked.say("report.reading.better" if better else "report.reading.worse")


def _told(asked: Asked) -> Iterator[Told]:
    known = asked.knowledge.questionnaires
    nprs = known.get("NPRS")
    weeks = [Value(day, round(mean, 1)) for run in week_means(mornings(asked)) for day, mean in run]
    yield asked.say("report.measure.leg_morning"), weeks, nprs
    for field, key in (("leg_nprs", "leg_now"), ("back_nprs", "back_now"), ("worst_24h_nprs", "worst")):
        values = [
            Value(at.date(), float(getattr(pain, field)))
            for at, pain in asked.person.pains
            if getattr(pain, field) is not None and (field != "leg_nprs" or pain.when == "now")
        ]
        yield asked.say(f"report.measure.{key}"), values, nprs
    psfs = known.get("PSFS")
    yield asked.say("report.measure.PSFS"), _scores(asked, psfs, mean=True), psfs
    yield from _activities(asked, psfs)
    for name in ("RMDQ24", "GROC"):
        instrument = known.get(name)
        yield asked.say(f"report.measure.{name}"), _scores(asked, instrument), instrument


def _scores(asked: Asked, instrument: Instrument | None, *, mean: bool = False) -> list[Value]:
    """Return the scores: of the items that the instrument has, each within its limits."""
    if instrument is None:
        return []
    items = {item.id for item in instrument.items}
    found = []
    for at, done in asked.person.questionnaires:
        if done.instrument != instrument.id:
            continue
        low = 0 if instrument.kind == "tick" else instrument.minimum
        high = 1 if instrument.kind == "tick" else instrument.maximum
        points = [value for item, value in done.answers.items() if item in items and low <= value <= high]
        if done.answers and not points:
            continue  # answers to something else
        if points or instrument.kind == "tick":
            found.append(
                Value(at.date(), sum(points) / len(points) if mean and points else float(sum(points)))
            )
    return found


def _activities(asked: Asked, instrument: Instrument | None) -> Iterator[Told]:
    """Yield each activity of the person's own, under the name that it has now."""
    if instrument is None:
        return
    for number, item in enumerate(instrument.items, start=1):
        values, label = [], ""
        for at, done in asked.person.questionnaires:
            if done.instrument == instrument.id and item.id in done.answers:
                label = " ".join(done.labels.get(item.id, label).split()) or label
                if instrument.minimum <= done.answers[item.id] <= instrument.maximum:
                    values.append(Value(at.date(), float(done.answers[item.id])))
        shown = label if len(label) <= LONGEST_LABEL else label[: LONGEST_LABEL - 1].rstrip() + "…"
        name = (
            asked.say("report.measure.PSFS.item", label=shown)
            if shown
            else asked.say("report.measure.PSFS.unnamed", number=number)
        )
        # The published figure is for the mean of the activities, not for one of them.
        yield name, values, None


def _row(asked: Asked, name: str, values: Sequence[Value], instrument: Instrument | None) -> dict[str, Any]:
    first, last = values[0], values[-1]
    change = speech.number(last.value - first.value) if len(values) > 1 else asked.say("report.value.none")
    return {
        "name": name,
        "first": _on(first),
        "last": _on(last) if len(values) > 1 else asked.say("report.value.none"),
        "change": f"+{change}" if len(values) > 1 and last.value > first.value else change,
        "mic": mic_words(asked, instrument),
        "reading": reading(asked, values, instrument),
    }


def _on(one: Value) -> str:
    return f"{speech.number(one.value)} ({speech.date(one.day)})"
