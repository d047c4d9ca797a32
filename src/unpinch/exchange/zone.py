"""The time zone of this machine by its name, which the clock itself does not tell."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

LINK: Final = Path("/etc/localtime")
NAME: Final = Path("/etc/timezone")


def local_zone() -> ZoneInfo:
    """Return the zone that ``TZ`` or the system names; UTC where neither does."""
    named = [os.environ.get("TZ", "").removeprefix(":")]
    with suppress(OSError):
        named.append(os.readlink(LINK).partition("zoneinfo/")[2])
    with suppress(OSError, UnicodeDecodeError):
        named.append(NAME.read_text(encoding="ascii").strip())
    for name in filter(None, named):
        with suppress(ZoneInfoNotFoundError, ValueError, OSError):
            return ZoneInfo(name)
    return ZoneInfo("UTC")
