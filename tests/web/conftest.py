"""What the tests of the pages share."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.web import people
from tests.web.client import Visitor


@pytest.fixture
def visitor() -> Callable[..., Visitor]:
    """Return a maker of visitors; without a journal, of somebody on their first visit."""
    return Visitor


@pytest.fixture
def ready() -> Visitor:
    """Return someone who has answered everything and may start."""
    return Visitor(people.ready())


@pytest.fixture
def newcomer() -> Visitor:
    """Return someone on their first visit."""
    return Visitor()
