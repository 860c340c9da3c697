"""One room for all tests that do not need one to themselves."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from rooms import served


@pytest.fixture(scope="session")
def shared(tmp_path_factory):
    with served(tmp_path_factory.mktemp("room")) as room:
        yield room


@pytest.fixture
def house(shared):
    """A room that is shared: what others have done there is there, too."""
    yield shared
    shared.close_clients()


@pytest.fixture
def room(tmp_path):
    """A room of this test's own."""
    with served(tmp_path) as room:
        yield room
