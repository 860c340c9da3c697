"""What tests of whole classes share."""

import pytest

from grading.classes import forget_packs


@pytest.fixture
def packs_of_its_own():
    """A process grades by one set of packs; a test leaves none behind."""
    yield
    forget_packs()
