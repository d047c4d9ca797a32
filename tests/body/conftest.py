"""The mannequin and the movements as written, read once."""

import pytest

from unpinch.body.movement import Movement, load_movement, movement_files
from unpinch.body.skeleton import Skeleton, load_skeleton


@pytest.fixture(scope="session")
def skeleton() -> Skeleton:
    return load_skeleton()


@pytest.fixture(scope="session")
def movements(skeleton: Skeleton) -> dict[str, Movement]:
    return {name: load_movement(path, skeleton) for name, path in movement_files().items()}
