"""Handing in without a room; tests/workshop/test_handin.py does so with one."""

import pytest

from coursekit.errors import WorkshopError
from coursekit.learning.handin import feedback, submit
from coursekit.learning.live import member
from coursekit.learning.live.member import Member
from coursekit.workshop.wire import NOTEBOOK


def test_what_cannot_be_handed_in_is_told(own_workspace):
    with pytest.raises(WorkshopError, match="no room"):
        submit(own_workspace / "01_x.ipynb")
    with pytest.raises(WorkshopError, match="no room"):
        feedback()
    member.write(own_workspace, Member("http://127.0.0.1:9", "t"))
    with pytest.raises(WorkshopError, match="cannot be read"):
        submit(own_workspace / "01_x.ipynb")
    (own_workspace / "01_x.ipynb").write_bytes(b"x" * (NOTEBOOK + 1))
    with pytest.raises(WorkshopError, match="larger than 8 MB"):
        submit(own_workspace / "01_x.ipynb")
    (own_workspace / "01_x.ipynb").write_bytes(b"{}")
    for call in (lambda: submit(own_workspace / "01_x.ipynb"), feedback):
        with pytest.raises(WorkshopError, match=r"not handed in|no feedback"):
            call()
