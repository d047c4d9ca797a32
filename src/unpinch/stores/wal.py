"""Looking at SQLite's write-ahead log: are the pages in it what was written?

The form is that of https://www.sqlite.org/fileformat2.html#the_write_ahead_log. SQLite itself stops
reading at the first page that is wrong and says nothing, so what comes after it would be missed in
silence.
"""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Final, NamedTuple

from unpinch.stores.rescue import beside

_HEAD: Final = struct.Struct(">8I")
_FRAME: Final = struct.Struct(">6I")
_MAGIC: Final = {0x377F0682: "<", 0x377F0683: ">"}  # the order of bytes in the sums


class Log(NamedTuple):
    """What stands in the log of a store."""

    pages: int  # sound, of writes that were finished
    writes: int
    lost: int  # finished writes behind a page that is wrong

    @property
    def about(self) -> str:
        """One line."""
        if not self.writes and not self.lost:
            return "its log is empty"
        return f"its log holds {self.writes} writes ({self.pages} pages)" + (
            "" if self.lost else ", all as they were written"
        )

    @property
    def problem(self) -> str | None:
        """One line, if something is wrong."""
        if not self.lost:
            return None
        return (
            f"its log is damaged: {self.lost} later writes stand behind a page that is not what was written"
        )


def look_at_log(database: Path) -> Log:
    """Read the log of a database; change nothing.

    Raises
    ------
    OSError
        When it cannot be read.
    """
    path = beside(database)[0]
    raw = path.read_bytes() if path.is_file() else b""
    if len(raw) < _HEAD.size:
        return Log(0, 0, 0)
    magic, _, size, _, *salts, sum1, sum2 = _HEAD.unpack_from(raw)
    order = _MAGIC.get(magic)
    if order is None or _sums(raw[:24], (0, 0), order) != (sum1, sum2):
        return Log(0, 0, 0)  # a log that was begun and never used
    size = size or 65536
    pages = done = writes = lost = 0
    sums, sound = (sum1, sum2), True
    for start in range(_HEAD.size, len(raw) - size - _FRAME.size + 1, size + _FRAME.size):
        _, commit, *marks = _FRAME.unpack_from(raw, start)
        if marks[:2] != salts:
            break  # left over from before the log was begun anew
        if sound:
            body = raw[start : start + 8] + raw[start + _FRAME.size : start + _FRAME.size + size]
            sums = _sums(body, sums, order)
            sound = sums == (marks[2], marks[3])
        if sound:
            pages += 1
            if commit:
                done, writes = pages, writes + 1
        elif commit:
            lost += 1
    return Log(done, writes, lost)


def _sums(content: bytes, sums: tuple[int, int], order: str) -> tuple[int, int]:
    first, second = sums
    words = struct.unpack(f"{order}{len(content) // 4}I", content)
    for even, odd in zip(words[::2], words[1::2], strict=True):
        first = (first + even + second) & 0xFFFFFFFF
        second = (second + odd + first) & 0xFFFFFFFF
    return first, second
