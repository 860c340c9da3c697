"""Handing in without a room; tests/workshop/test_handin.py does so with one."""

import pytest

from coursekit.errors import WorkshopError
from coursekit.learning import handin
from coursekit.learning.handin import feedback, lesson_of, submit
from coursekit.learning.live import member
from coursekit.learning.live.member import Member
from coursekit.workshop.wire import NOTEBOOK, is_lesson


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


@pytest.mark.parametrize("said", [{}, {"pages": 3}, {"pages": [3]}, {"pages": [{"lesson": "x"}]}])
def test_an_answer_that_is_no_rooms_is_told_in_words(own_workspace, monkeypatch, said):
    member.write(own_workspace, Member("http://127.0.0.1:9", "t"))
    (own_workspace / "01_x.ipynb").write_bytes(b"{}")
    monkeypatch.setattr(handin, "call", lambda *_, **__: said)
    for ask in (lambda: submit(own_workspace / "01_x.ipynb"), feedback):
        with pytest.raises(WorkshopError, match="no live room"):
            ask()


def test_a_page_that_cannot_be_written_is_told(own_workspace, monkeypatch):
    member.write(own_workspace, Member("http://127.0.0.1:9", "t"))
    (own_workspace / "feedback").write_text("a file where the folder should be")
    pages = {"pages": [{"lesson": "x", "page": "<p>"}]}
    monkeypatch.setattr(handin, "call", lambda *_, **__: pages)
    with pytest.raises(WorkshopError, match=r"x\.html cannot be written"):
        feedback()


SAYS = b'{"metadata": {"coursekit": {"lesson": "%s"}}}'


@pytest.mark.parametrize(
    "name, content",
    [
        ("my homework", SAYS % b"batchnorm_forward"),
        ("05_batchnorm_backward", SAYS % b"batchnorm_forward"),  # renamed: what is in it counts
        *(
            (name, content)
            for name in (
                "04_batchnorm_forward",
                "batchnorm_forward",
                "04_batchnorm_forward-Copy1",
                "04_batchnorm_forward (2)",
                "04_batchnorm_forward-2-Copy3",
                "ada_04_batchnorm_forward (1) (2).ipynb",
                "Copy of Copy of batchnorm_forward.IPYNB",
                "copy_of_04_batchnorm_forward-1.ipynb.txt",
                "v1.2_04_batchnorm_forward.ipynb",
                "Copy of 04_batchnorm_forward",
                "ada_04_batchnorm_forward",
            )
            for content in (b"", b"{}", b"[]", SAYS % b"none", b'{"metadata": []}', b"[" * 99_999)
        ),
    ],
)
def test_a_notebook_says_which_lesson_it_is_of_and_else_its_name_does(name, content):
    assert lesson_of(name, content) == "batchnorm_forward"


@pytest.mark.parametrize(
    "name", ["19_my_own.ipynb", "19_my_own-Copy1 (2).ipynb", "Copy of 19_my_own.ipynb"]
)
def test_a_copy_of_a_lesson_of_ones_own_is_of_that_lesson(name):
    assert lesson_of(name, b"{}") == "my_own"


@pytest.mark.parametrize(
    "name", [".ipynb", "Übung 3 (final)", "漢" * 200, "a.b", "x" * 300, "07_x-Copy1"]
)
def test_whatever_a_notebook_is_called_a_room_can_take_it(name):
    assert is_lesson(lesson_of(name, b"{}"))
