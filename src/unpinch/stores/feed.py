"""The private address of the calendar: a long random token in a file beside the journal."""

from __future__ import annotations

import re
import secrets
from pathlib import Path
from typing import Final

from unpinch.exchange.files import write_whole

_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{43}")


class Feed:
    """Whether the calendar has an address, and which.

    Parameters
    ----------
    path
        The file; None keeps the token in memory.
    """

    def __init__(self, path: Path | None = None) -> None:
        self.path = path
        self._token: str | None = None

    @property
    def token(self) -> str | None:
        """The token; None when there is no address."""
        if self.path is None:
            return self._token
        try:
            told = self.path.read_text(encoding="ascii").strip()
        except (OSError, UnicodeDecodeError):
            return None
        return told if _TOKEN.fullmatch(told) else None

    def renew(self) -> str:
        """Make an address, or another one in place of it; the old one leads nowhere from now on.

        Raises
        ------
        FileError
            When it cannot be kept.
        """
        token = secrets.token_urlsafe(32)
        if self.path is None:
            self._token = token
        else:
            write_whole(token.encode(), self.path, replace=True)
        return token

    def forget(self) -> None:
        """Let the address lead nowhere."""
        self._token = None
        if self.path is not None:
            self.path.unlink(missing_ok=True)

    def opens(self, token: str) -> bool:
        """Tell whether a token is the right one, in a time that tells nothing about it."""
        return self.token is not None and secrets.compare_digest(token.encode(), self.token.encode())
