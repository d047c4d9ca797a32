"""Dates and numbers as a person says them."""

from __future__ import annotations

import datetime as dt
from typing import Final

DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS: Final = (
    "January February March April May June July August September October November December".split()
)
SMALL: Final = "no one two three four five six seven eight nine ten eleven twelve".split()


def day(date: dt.date, today: dt.date | None = None) -> str:
    """Return "Sunday 22 November", with the year when it is another one than ``today``'s."""
    year = f" {date.year}" if today is not None and date.year != today.year else ""
    return f"{DAYS[date.weekday()]} {date.day} {MONTHS[date.month - 1]}{year}"


def iso_day(text: str) -> str:
    """Return "22 November 2026" for "2026-11-22"."""
    date = dt.date.fromisoformat(text)
    return f"{date.day} {MONTHS[date.month - 1]} {date.year}"


def short_day(date: dt.date) -> str:
    """Return "22 Nov", for a chart."""
    return f"{date.day} {MONTHS[date.month - 1][:3]}"


def date(day: dt.date) -> str:
    """Return "22 Nov 2026", for a table."""
    return f"{short_day(day)} {day.year}"


def clock(at: dt.datetime) -> str:
    """Return "09:05"."""
    return f"{at:%H:%M}"


def number(value: float) -> str:
    """Return 4.0 as "4" and 4.26 as "4.3"; a minus sign is a real one."""
    shown = f"{value:.1f}".removesuffix(".0")
    return shown.replace("-", "−") if shown != "-0" else "0"


def count(value: int) -> str:
    """Return "four" for 4 and "14" for 14; zero is "no"."""
    return SMALL[value] if 0 <= value < len(SMALL) else f"{value}"


def plural(value: float, one: str, many: str | None = None) -> str:
    """Return "1 minute", "2 minutes"."""
    return f"{number(value)} {one if value == 1 else many or one + 's'}"


def until(at: dt.datetime, now: dt.datetime) -> str:
    """Return when something ends: a time today, "tomorrow", or a day."""
    days = (at.date() - now.date()).days
    if days <= 0:
        return f"{clock(at)} today"
    return "tomorrow" if days == 1 else day(at.date(), now.date())
