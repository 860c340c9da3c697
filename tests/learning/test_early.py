import pytest
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from coursekit import check
from coursekit.learning import early


@pytest.mark.parametrize(
    "cell, wanted",
    [
        ("check(standardize)", {"check"}),
        ("use(standardize); hint('standardize')", {"use", "hint"}),
        ("check(my_own)", set()),
        ("from coursekit import check\ncheck(standardize)", set()),
        ("check = print\ncheck(standardize)", set()),
        ("def check(f): ...\ncheck(standardize)", set()),
        ("print('check(standardize)')", set()),
        ("check()", set()),
    ],
)
def test_only_a_call_on_an_exercise_of_a_name_that_is_not_there_is_ours(cell, wanted):
    assert early._wanted(cell, {}) == wanted
    assert early._wanted(cell, dict.fromkeys(early.OURS)) == set()


def test_the_course_is_there_for_the_time_of_the_cell(monkeypatch):
    shell = InteractiveShell.instance(config=Config({"HistoryManager": {"enabled": False}}))
    try:
        info = type("Info", (), {"raw_cell": "check(standardize)", "cell_id": None,
                                 "transformed_cell": "check(standardize)"})  # fmt: skip
        early.before(info)
        assert shell.user_ns["check"] is check and "hint" not in shell.user_ns
        early.after(None)
        assert "check" not in shell.user_ns
        early.before(type("Broken", (), {"raw_cell": "check( ="}))
        assert "check" not in shell.user_ns
    finally:
        InteractiveShell.clear_instance()
