"""What is said of widgets is in tests/widgets; here, what the solved notebooks hold."""

from pathlib import Path

from coursekit import stored
from coursekit.stored import WIDGET

SOLVED = Path(__file__).parents[1] / "solutions" / "04_batchnorm_forward.ipynb"


def test_outputs_are_those_of_the_solved_notebook():
    found = stored.outputs("04_batchnorm_forward", "borrowed")
    assert "24 of 24 outputs change" in "".join(found[0]["text"])
    assert stored.outputs("04_batchnorm_forward", "nowhere") == []
    assert stored.outputs("99_nowhere", "borrowed") == []


def test_an_installed_package_has_the_outputs_inside(tmp_path, monkeypatch):
    (tmp_path / "_solutions").mkdir()
    (tmp_path / "_solutions" / SOLVED.name).write_text(SOLVED.read_text("utf-8"), "utf-8")
    monkeypatch.setattr(stored, "PACKAGE", tmp_path)
    assert stored.outputs("04_batchnorm_forward", "borrowed")


def test_what_is_no_notebook_shows_nothing(tmp_path):
    path = tmp_path / "x.ipynb"
    assert stored.read(path) == {}
    for text in ("", "[]", "{}", '{"cells": [{}]}', '{"cells": 3}'):
        path.write_text(text)
        assert stored.read(path) == {}
    path.write_text('{"cells": [{"id": "a"}, {"id": "b", "outputs": []}]}')
    assert stored.read(path) == {"b": []}


def test_replaying_shows_texts_and_pictures_and_no_widget(capsys, monkeypatch):
    shown = []
    monkeypatch.setattr("IPython.display.display", lambda data, **_: shown.append(data))
    stored.replay(
        [
            {"output_type": "stream", "name": "stdout", "text": ["one\n", "two\n"]},
            {"output_type": "display_data", "data": {"text/html": ["<b>", "</b>"], WIDGET: {}}},
            {"output_type": "display_data", "data": {WIDGET: {}}},
        ]
    )
    assert capsys.readouterr().out == "one\ntwo\n"
    assert shown == [{"text/html": "<b></b>"}]
