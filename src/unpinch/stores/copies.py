"""The copies of a journal that Unpinch makes by itself, in a folder beside it.

A copy is made whenever the journal has grown since the last one; of the older ones those of the
last days, weeks and months stay. A copy goes only when every entry of it stands in the journal, so
that nothing is lost by making room.
"""

from __future__ import annotations

import datetime as dt
import os
import re
import stat
import time
from contextlib import suppress
from pathlib import Path
from typing import Final, NamedTuple
from urllib.parse import quote

from unpinch.exchange.backup import pack, read_backup
from unpinch.exchange.files import UNFINISHED, FileError, sync_folder, write_whole
from unpinch.journal import Journal, JournalConflict
from unpinch.knowledge.keeping import Keeping
from unpinch.stores.base import StoreError

_NAME: Final = re.compile(r"unpinch-(\d{8}T\d{6}Z)\.zip")
_STAMP: Final = "%Y%m%dT%H%M%SZ"
_ABANDONED_S: Final = 3600.0
"""A copy that was begun so long ago is nobody's any more."""


class Kept(NamedTuple):
    """A copy that is there."""

    path: Path
    made: dt.datetime  # UTC, from its name


class Found(NamedTuple):
    """What a look at all copies found: one line about them, and one for each thing that is wrong."""

    about: str
    problems: tuple[str, ...]


def copies_folder(database: Path, person: str = "me") -> Path:
    """Return the folder with the copies of a person's journal."""
    whose = "" if person == "me" else f"-{quote(person, safe='')}"
    return database.with_name(f"{database.stem}-backups{whose}")


class Copies:
    """The copies in one folder.

    Parameters
    ----------
    folder
        Where they are; it is made for this user's eyes alone when the first copy is.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def kept(self) -> tuple[Kept, ...]:
        """Return the copies that are there, the newest first."""
        found = []
        for path in self._files():
            if name := _NAME.fullmatch(path.name):
                with suppress(ValueError):
                    made = dt.datetime.strptime(name[1], _STAMP).replace(tzinfo=dt.UTC)
                    found.append(Kept(path, made))
        return tuple(sorted(found, key=lambda one: one.made, reverse=True))

    def make(self, journal: Journal, now: dt.datetime) -> Kept | None:
        """Copy a journal unless the newest sound copy is the same; return the new copy.

        Raises
        ------
        StoreError
            When it cannot be written.
        """
        if not journal or self._holding(journal) is not None:
            return None
        try:
            if not self.folder.exists():
                self.folder.mkdir(mode=0o700)
                sync_folder(self.folder.parent)
            content = pack(journal, now)
            for later in range(60):  # two programs may copy in the same second
                stamp = now.astimezone(dt.UTC).replace(microsecond=0) + dt.timedelta(seconds=later)
                path = self.folder / f"unpinch-{stamp.strftime(_STAMP)}.zip"
                if not path.exists():
                    write_whole(content, path)
                    return Kept(path, stamp)
        except OSError as error:
            raise StoreError(f"{self.folder}: {error.strerror or error}") from error
        except FileError as error:
            raise StoreError(str(error)) from error
        raise StoreError(f"{self.folder}: too many copies at once")

    def thin(self, journal: Journal, keeping: Keeping) -> tuple[Path, ...]:
        """Remove the copies that are no longer needed; return those that went.

        Nothing goes while no sound copy holds the whole journal, and no copy goes that holds an
        entry which the journal does not.
        """
        holding = self._holding(journal)
        if holding is None:
            return ()
        self._clear_away()
        gone = []
        for one in spare(list(self.kept()), keeping, holding):
            try:
                needless = all(entry in journal for entry in read_backup(one.path).journal)
            except FileError:
                continue  # something may still be read of it, by hand
            if needless:
                with suppress(OSError):
                    one.path.unlink()
                    gone.append(one.path)
        return tuple(gone)

    def examine(self, journal: Journal | None = None) -> Found:
        """Read every copy and say how they are; compare them with a journal where one is given."""
        kept, problems, most = self.kept(), [], 0
        for one in kept:
            try:
                copy = read_backup(one.path).journal
            except FileError as error:
                problems.append(str(error))
                continue
            most = max(most, len(copy))
            if journal is not None and (words := _beyond(copy, journal)):
                problems.append(f"{one.path}: {words}")
            if os.name == "posix" and (mode := stat.S_IMODE(one.path.stat().st_mode)) & 0o077:
                problems.append(f"{one.path}: other users may open it (mode {mode:o}, should be 600)")
        if not kept:
            return Found(f"no automatic copies in {self.folder}", ())
        sound = "all can be read" if not problems else "not all is well"
        number = "1 automatic copy" if len(kept) == 1 else f"{len(kept)} automatic copies"
        newest = f"the newest of {kept[0].made:%Y-%m-%d}"
        return Found(
            f"{number} in {self.folder}, {newest}, up to {most} entries; {sound}",
            tuple(problems),
        )

    def delete_everything(self) -> int:
        """Overwrite and remove every copy, also half-written ones; return how many there were.

        Raises
        ------
        StoreError
            When one could not be removed.
        """
        kept, left = len(self.kept()), []
        for path in self._files():
            if _NAME.fullmatch(path.name) or path.name.startswith(UNFINISHED):
                try:
                    _wipe(path)
                except FileNotFoundError:
                    continue  # another program was quicker
                except OSError as error:
                    left.append(f"{path}: could not be deleted ({error.strerror or error})")
        if left:
            raise StoreError("; ".join(left))
        with suppress(OSError):  # somebody else's files stay, and so does the folder
            self.folder.rmdir()
        sync_folder(self.folder.parent)
        return kept

    def _holding(self, journal: Journal) -> Path | None:
        """Return the newest copy that can be read if it is this journal exactly."""
        for one in self.kept():
            try:
                return one.path if read_backup(one.path).journal == journal else None
            except FileError:
                continue
        return None

    def _files(self) -> list[Path]:
        try:
            return [path for path in self.folder.iterdir() if path.is_file()]
        except FileNotFoundError:
            return []

    def _clear_away(self) -> None:
        for path in self._files():
            with suppress(OSError):
                if path.name.startswith(UNFINISHED) and time.time() - path.stat().st_mtime > _ABANDONED_S:
                    path.unlink()


def spare(kept: list[Kept], keeping: Keeping, fresh: Path | None = None) -> list[Kept]:
    """Return the copies that the plan does not keep.

    Of each of the last days, weeks and months that have one, the newest stays; days are those of UTC.

    Parameters
    ----------
    kept
        What is there.
    keeping
        How many days, weeks and months.
    fresh
        One that stays in any case.
    """
    newest_first = sorted(kept, key=lambda one: one.made, reverse=True)
    stay: set[Path] = {fresh} if fresh is not None else set()
    for pattern, most in (
        ("%Y-%m-%d", keeping.daily),
        ("%G-W%V", keeping.weekly),
        ("%Y-%m", keeping.monthly),
    ):
        spans: dict[str, Path] = {}
        for one in newest_first:
            spans.setdefault(one.made.strftime(pattern), one.path)
        stay.update(list(spans.values())[:most])
    return [one for one in newest_first if one.path not in stay]


def _beyond(copy: Journal, journal: Journal) -> str | None:
    """Say what a copy holds that the journal does not."""
    try:
        missing = len(journal.merge(copy)) - len(journal)
    except JournalConflict as error:
        return f"differs from the journal: {error}"
    if missing:
        return f"holds {missing} that the journal does not; `unpinch journal restore` adds them"
    return None


def _wipe(path: Path) -> None:
    """Overwrite a file before it is removed: on many disks its words are then gone, too."""
    with suppress(PermissionError), path.open("r+b") as file:
        file.write(bytes(path.stat().st_size))
        file.flush()
        os.fsync(file.fileno())
    path.unlink()
