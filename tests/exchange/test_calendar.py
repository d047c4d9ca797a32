"""The calendar file: two parsers agree on it, it gives nothing away, and it falls silent."""

from __future__ import annotations

import datetime as dt
import json
import re
import subprocess
import typing
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import pytest
from dateutil.rrule import rrulestr

from tests.care.journals import made
from tests.web import decisions, people
from unpinch import decide
from unpinch.care.decision import RefusalName
from unpinch.exchange import zone as zones
from unpinch.exchange.calendar import calendar, rhythm, uid
from unpinch.exchange.zone import local_zone
from unpinch.journal import Journal, make
from unpinch.journal.kinds import Note, Pain, SessionEvent
from unpinch.knowledge import load

ROOT = Path(__file__).resolve().parents[2]
KNOWN = load()
LONDON = ZoneInfo("Europe/London")
PARIS = ZoneInfo("Europe/Paris")
NEW_YORK = ZoneInfo("America/New_York")
PLAN = KNOWN.calendar


def file(journal: Journal, now: dt.datetime = people.NOW, zone: ZoneInfo = LONDON, **more: Any) -> bytes:
    JOURNALS.append(journal)
    return calendar(journal, decide(journal, now), KNOWN, zone, **more)


NAMES = (
    "sessions",
    "sessions-later",
    "mornings",
    "check-weekly",
    "check-full",
    *(f"questionnaire-{name}" for name in KNOWN.questionnaires),
)
JOURNALS: list[Journal] = []
"""Those that were looked at: a UID tells its event to nobody else."""


def name_of(told: str) -> str:
    """Return the name behind a UID."""
    return next(name for journal in JOURNALS for name in NAMES if uid(name, journal) == told)


def read(raw: bytes) -> Any:
    """Return the events as icalendar reads them."""
    return icalendar.Calendar.from_ical(raw).walk("VEVENT")


def events(raw: bytes) -> dict[str, Any]:
    """Return the events by the names behind their UIDs."""
    return {name_of(str(one["uid"])): one for one in read(raw)}


def occurrences(raw: bytes) -> list[dict[str, Any]]:
    """Read a file by icalendar and the rules of dateutil."""
    found = []
    for one in read(raw):
        start = one["dtstart"].dt
        times = [start]
        if "rrule" in one:
            times = list(rrulestr(one["rrule"].to_ical().decode(), dtstart=start))
        found += [
            {
                "uid": str(one["uid"]),
                "summary": str(one["summary"]),
                "start": time.timestamp(),
                "clock": time.replace(tzinfo=None).isoformat(),
                "alarms": len(one.walk("VALARM")),
                "sequence": int(one["sequence"]),
            }
            for time in times
        ]
    return found


def by_ical_js(raw: bytes, folder: Path) -> list[dict[str, Any]]:
    path = folder / "calendar.ics"
    path.write_bytes(raw)
    script = str(ROOT / "tests" / "exchange" / "read_calendar.mjs")
    done = subprocess.run(["node", script, str(path)], cwd=ROOT, capture_output=True, text=True, check=True)
    told: list[dict[str, Any]] = json.loads(done.stdout)
    return told


@pytest.mark.parametrize(
    ("now", "zone", "offsets"),
    [
        (dt.datetime(2026, 3, 20, 8, tzinfo=PARIS), PARIS, {3600, 7200}),
        (dt.datetime(2026, 10, 16, 8, tzinfo=PARIS), PARIS, {3600, 7200}),
        (dt.datetime(2026, 10, 25, 12, tzinfo=NEW_YORK), NEW_YORK, {-14400, -18000}),
        (dt.datetime(2026, 6, 1, 8, tzinfo=ZoneInfo("Asia/Kathmandu")), ZoneInfo("Asia/Kathmandu"), {20700}),
        (dt.datetime(2026, 6, 1, 8, tzinfo=dt.UTC), ZoneInfo("UTC"), {0}),
    ],
    ids=["spring", "autumn", "america", "no summer time", "utc"],
)  # fmt: skip
def test_two_parsers_find_the_same_occurrences(
    tmp_path: Path, now: dt.datetime, zone: ZoneInfo, offsets: set[int]
) -> None:
    shift = now - people.NOW
    journal = Journal(
        make(entry.id, entry.at + shift, entry.data) for entry in people.ready() if entry.kind != "retraction"
    )
    raw = file(journal, now, zone)
    ours, theirs = occurrences(raw), by_ical_js(raw, tmp_path)
    for one in theirs:
        one["clock"] = one["clock"].removesuffix("Z")  # ical.js says UTC in this way
    assert ours == theirs
    sessions = [one for one in ours if name_of(one["uid"]).startswith("sessions")]
    assert len(sessions) == 5 * PLAN.weeks
    seen = {
        int(offset.total_seconds())
        for one in sessions
        if (offset := dt.datetime.fromtimestamp(one["start"], zone).utcoffset()) is not None
    }
    assert seen == offsets
    clocks = {one["clock"][11:16] for one in sessions}
    assert clocks == {PLAN.session_at}, "the same time of day, whatever the clocks do"


def test_the_same_input_gives_the_same_bytes_and_lines_are_crlf() -> None:
    raw = file(people.month())
    assert raw == file(people.month())
    assert raw.count(b"\n") == raw.count(b"\r\n")
    assert max(len(line) for line in raw.split(b"\r\n")) <= 75
    assert len({str(one["uid"]) for one in events(raw).values()}) == len(events(raw))
    stamps = {one["dtstamp"].dt for one in events(raw).values()}
    assert stamps == {people.NOW.astimezone(dt.UTC)}


def test_what_changes_keeps_its_uid_and_rises_in_sequence() -> None:
    before = file(people.month())
    session = SessionEvent(session="s-new", event="started")
    later = people.NOW + dt.timedelta(hours=9, minutes=40)
    grown = people.month().append(make("zz-new", later, session))
    after = file(grown, later + dt.timedelta(minutes=5))
    assert set(events(before)) & set(events(after)) >= {"sessions", "sessions-later", "check-weekly"}
    for name, event in events(after).items():
        old = events(before).get(name)
        if old is not None:
            assert event["uid"] == old["uid"]
            assert int(event["sequence"]) > int(old["sequence"])
    tomorrow = file(people.month(), people.NOW + dt.timedelta(days=1))
    assert int(events(tomorrow)["sessions"]["sequence"]) > int(events(before)["sessions"]["sequence"])
    noon = file(people.month(), people.NOW + dt.timedelta(hours=4))
    assert re.sub(rb"DTSTAMP:\S+", b"", noon) == re.sub(rb"DTSTAMP:\S+", b"", before)


def test_sessions_stand_at_the_usual_time_of_the_person() -> None:
    journal = people.ready()
    for day, clock in enumerate(("18:02", "18:10", "07:00", "18:05", "17:58")):
        hour, minute = clock.split(":")
        at = (people.NOW - dt.timedelta(days=day + 1)).replace(hour=int(hour), minute=int(minute))
        journal = journal.append(make(f"s{day}", at, SessionEvent(session=f"s{day}", event="started")))
    assert events(file(journal))["sessions"]["dtstart"].dt.time() == dt.time(18, 0)


def test_the_rhythm_is_spread_over_the_week() -> None:
    assert len(rhythm(KNOWN.planning.sessions_per_week)) == KNOWN.planning.sessions_per_week
    assert rhythm(1) == (0,)
    assert rhythm(3) == (0, 2, 4)
    assert rhythm(7) == tuple(range(7))
    assert rhythm(99) == tuple(range(7))
    for count in range(1, 8):
        assert len(set(rhythm(count))) == count


# --- silence ------------------------------------------------------------------------------------------


def test_no_kind_of_event_reminds_more_often_than_may_be_ignored() -> None:
    alarms: dict[str, int] = {}
    for one in occurrences(file(people.month())):
        kind = name_of(one["uid"])
        alarms[kind] = alarms.get(kind, 0) + one["alarms"]
    assert alarms["sessions"] == alarms["mornings"] == PLAN.ignored_most == 3
    assert alarms["sessions-later"] == 0
    assert max(alarms.values()) <= 3


@pytest.mark.parametrize("silent_days", range(8))
def test_reminders_stop_after_three_that_were_let_pass_and_come_back(silent_days: int) -> None:
    start = people.NOW.replace(day=16)  # a Monday
    journal = people.ready()
    journal = Journal(make(one.id, one.at - (people.NOW - start), one.data) for one in journal)
    journal = journal.append(make("s0", start, SessionEvent(session="s0", event="started")))
    now = start + dt.timedelta(days=silent_days)
    found = occurrences(file(journal, now))
    mornings = [one for one in found if name_of(one["uid"]).startswith("mornings")]
    let_pass = max(0, silent_days - 1)
    assert len(mornings) == max(0, 3 - let_pass)
    sessions = sum(one["alarms"] for one in found if name_of(one["uid"]).startswith("sessions"))
    week = rhythm(KNOWN.planning.sessions_per_week)
    due = sum((start + dt.timedelta(days=n)).weekday() in week for n in range(1, silent_days))
    assert sessions == max(0, 3 - due)
    back = journal.append(make("m", now, Pain(when="morning", leg_nprs=3)))
    assert sum(name_of(one["uid"]).startswith("mornings") for one in occurrences(file(back, now))) == 3


def test_questions_that_are_late_stand_today_for_three_days_and_no_more() -> None:
    weekly = KNOWN.screening.weekly_days
    for late in range(6):
        found = events(file(people.ready(), people.NOW + dt.timedelta(days=weekly + late)))
        assert ("check-weekly" in found) == (late < 3)
        if late < 3:
            day = people.NOW.date() + dt.timedelta(days=weekly + late)
            assert found["check-weekly"]["dtstart"].dt.date() == day


# --- what is shut -------------------------------------------------------------------------------------


def test_where_the_answers_forbid_exercise_no_session_stands() -> None:
    assert events(file(people.emergency())) == {}
    assert events(file(people.urgent())) == {}
    told = events(file(people.clinician_first()))
    assert told
    assert not any(name.startswith("sessions") for name in told)
    assert events(file(Journal())) == {}
    assert not any(name.startswith("sessions") for name in events(file(people.half_screened())))


@pytest.mark.parametrize("name", typing.get_args(RefusalName))
def test_every_refusal_has_its_rule(name: RefusalName) -> None:
    JOURNALS.append(people.month())
    told = events(calendar(people.month(), decisions.refused(name), KNOWN, LONDON))
    has = any(one.startswith("sessions") for one in told)
    assert has == (name in {"StaleAnswers", "PainMissing", "NothingFits"})


def test_no_made_up_journal_has_sessions_that_its_decision_forbids() -> None:
    shut = sessions = 0
    for seed in range(60):
        one = made(seed)
        decision = decide(one.journal, one.now)
        JOURNALS[:] = [one.journal]
        raw = calendar(one.journal, decision, KNOWN, LONDON)
        has = any(name.startswith("sessions") for name in events(raw))
        if decision.clearance.tier in {None, "R", "U", "E"}:
            shut += 1
            assert not has, seed
        sessions += has
    assert shut > 5
    assert sessions > 5


# --- discretion ---------------------------------------------------------------------------------------

INTIMATE = re.compile(
    r"pain|sciat|leg|back|nerve|exercise|symptom|screen|health|numb(?!er)|stretch|clinic|therap|body|RMDQ|PSFS|GROC",
    re.IGNORECASE,
)


@pytest.mark.parametrize("titles", PLAN.titles)
def test_the_words_reveal_nothing(titles: str) -> None:
    journal = people.month().append(make("n", people.NOW, Note(text="my words")))
    found = events(file(journal, titles=titles)).values()
    assert found
    for event in found:
        assert not INTIMATE.search(str(event["summary"])), event["summary"]
        assert set(event) <= {
            "SUMMARY", "DTSTART", "DTEND", "DTSTAMP", "UID", "SEQUENCE", "RRULE", "CLASS", "TRANSP"
        }  # fmt: skip
        assert event["class"] == "PRIVATE"
        for alarm in event.walk("VALARM"):
            assert str(alarm["description"]) == str(event["summary"])
    assert b"my words" not in file(journal, titles=titles)


def test_uids_name_no_questionnaire_to_whoever_looks() -> None:
    """A UID is not shown by calendars, and yet it goes to whoever hosts one."""
    for one in read(file(people.ready())):
        assert re.fullmatch(r"[0-9a-f]{32}@unpinch", str(one["uid"]))


def test_titles_that_nobody_wrote_are_refused() -> None:
    with pytest.raises(KeyError):
        file(people.month(), titles="loud")


# --- the zone of the machine ----------------------------------------------------------------------------


def test_the_zone_is_found_by_name(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(zones, "LINK", tmp_path / "localtime")
    monkeypatch.setattr(zones, "NAME", tmp_path / "timezone")
    monkeypatch.delenv("TZ", raising=False)
    assert local_zone().key == "UTC"
    (tmp_path / "timezone").write_text("Asia/Tokyo\n")
    assert local_zone().key == "Asia/Tokyo"
    (tmp_path / "localtime").symlink_to("/usr/share/zoneinfo/Europe/Paris")
    assert local_zone().key == "Europe/Paris"
    monkeypatch.setenv("TZ", ":America/New_York")
    assert local_zone().key == "America/New_York"
    monkeypatch.setenv("TZ", "CET-1CEST")
    assert local_zone().key == "Europe/Paris"
