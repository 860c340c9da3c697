"""One headless Chromium for all front ends; a stage is a bare page in it."""

import pytest
from widgets.stage import Stage, blank_page


def pytest_collection_modifyitems(items):
    for item in items:
        if "stage" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.needs("chromium"))


@pytest.fixture(scope="session")
def chromium_page():
    with blank_page() as page:
        yield page


@pytest.fixture
def stage(chromium_page, request):
    """Open a stage; afterwards it must be free of errors and of requests to anywhere."""
    one = Stage(chromium_page, **getattr(request, "param", {}))
    yield one
    one.close()
    assert one.problems == []
    assert one.outside() == []
