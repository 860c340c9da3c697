"""--join is the room's, whatever else stands there is Jupyter's."""

import pytest

from coursekit.errors import WorkshopError
from coursekit.workspace.joining import joining


def test_the_rooms_address_is_told_from_what_is_jupyters():
    for words in (["--join", "ABC@host"], ["--join=ABC@host"]):
        assert joining(["--port", "1", *words, "--x=y"]) == ("ABC@host", ["--port", "1", "--x=y"])
    assert joining(["--no-browser"]) == (None, ["--no-browser"])
    for words in (["--join"], ["--join="], ["--join", "--no-browser"]):
        with pytest.raises(WorkshopError, match="--join CODE@host"):
            joining(words)
