import pytest

from coursekit.checking import REGISTRY
from coursekit.checking.expected import expected
from tests.checking import toy


@pytest.fixture
def toy_exercise(monkeypatch):
    """The toy exercise, registered for one test; nothing is remembered of it."""
    made = toy.make()
    monkeypatch.setitem(REGISTRY, made.name, made)
    expected.cache_clear()
    yield made
    expected.cache_clear()
