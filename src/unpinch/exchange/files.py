"""Writing a file whole or not at all, for this user's eyes alone."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Final

UNFINISHED: Final = ".unpinch-"
"""How the name of a file begins that is not written to its end yet."""


class FileError(Exception):
    """A file cannot be read or written; one line names it and says why."""


def write_whole(content: bytes, place: str | Path, *, replace: bool = False) -> None:
    """Write a file, mode 0600; afterwards it is on the disk, whatever happens to the machine.

    Killed half-way, the file is the old one or none at all, never half of the new one.

    Parameters
    ----------
    content
        All of it.
    place
        The file.
    replace
        Whether a file that is already there may be written over.

    Raises
    ------
    FileError
        When it cannot be written, or is already there.
    """
    path = Path(place)
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=UNFINISHED)  # mode 0600
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            _put(Path(name), path, replace)
        finally:
            Path(name).unlink(missing_ok=True)
        sync_folder(path.parent)
    except FileExistsError as error:
        raise FileError(f"{place}: is already there") from error
    except OSError as error:
        raise FileError(f"{place}: {error.strerror or error}") from error


def sync_folder(folder: Path) -> None:
    """Make sure that the names in a folder are on the disk; where that is not known, do nothing."""
    with suppress(OSError, AttributeError):  # Windows opens no folders
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _put(made: Path, path: Path, replace: bool) -> None:
    if replace:
        made.replace(path)
        return
    if path.is_dir():
        raise FileExistsError
    try:
        os.link(made, path)  # refuses, also when another program was quicker
    except FileExistsError:
        raise
    except OSError:  # a disk that knows no second name
        if path.exists():
            raise FileExistsError from None
        made.replace(path)
