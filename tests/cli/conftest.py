"""What the tests of the commands share."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from unpinch import cli

Run = Callable[..., tuple[int, bytes, str]]


@pytest.fixture
def run(capsysbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Run a command in a data folder of its own; return status, output and errors."""
    monkeypatch.setenv("UNPINCH_DATA", str(tmp_path / "data"))
    monkeypatch.delenv("UNPINCH_DEBUG", raising=False)

    def command(*args: object, stdin: bytes = b"") -> tuple[int, bytes, str]:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        status = cli.run([str(arg) for arg in args])
        told = capsysbinary.readouterr()
        return status, told.out, told.err.decode()

    return command
