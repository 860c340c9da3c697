"""An update leaves the options under which a question was answered, and no others."""

import json

import pytest
from old_pages import CASES, LESSON, QUESTIONS, notebook, oldest

from coursekit.lettered import Page
from coursekit.workspace import make
from coursekit.workspace.update import update

NAME = f"04_{LESSON}.ipynb"


def todays(asked):
    return {letter: text for letter, (text, _) in asked.options.items()}


@pytest.fixture
def workspace(tmp_path):
    """A learner's folder with the oldest edition, and the course of today."""
    old, new = tmp_path / "old" / NAME, tmp_path / "new" / NAME
    for path, lines in ((old, lambda q: oldest(q).texts), (new, todays)):
        path.parent.mkdir()
        path.write_text(notebook(lines, lambda _: ""), "utf-8")
    folder = tmp_path / "work"
    make(folder, [old])
    return folder, new


def judged(path):
    cells = json.loads(path.read_text("utf-8"))["cells"]
    page = Page((cell["cell_type"], "".join(cell["source"])) for cell in cells)
    found = {}
    for asked in QUESTIONS:
        [text] = ["".join(c["source"]) for c in cells if c["id"] == asked.name]
        value = text.rpartition("= ")[2].strip("'")
        found[asked.name] = asked.printed_on(page).judge(... if value == "..." else value).status
    return found


def test_what_was_right_before_an_update_is_right_after_it_and_after_the_next(workspace):
    folder, new = workspace
    (folder / NAME).write_text(notebook(*CASES["old and right"][:2]), "utf-8")
    assert {*judged(folder / NAME).values()} == {"passed"}
    [done] = update(folder, [new])
    assert "5 cells as you answered them" in str(done)
    assert {*judged(folder / NAME).values()} == {"passed"}
    assert update(folder, [new]) == []
    later = json.loads(new.read_text("utf-8"))
    later["cells"][0]["source"] += "\n"
    later["cells"].append(later["cells"][0] | {"id": "more", "source": "1 + 1"})
    new.write_text(json.dumps(later), "utf-8")
    [done] = update(folder, [new])
    assert "answered" not in str(done)
    assert {*judged(folder / NAME).values()} == {"passed"}


def test_what_is_not_answered_yet_gets_todays_options(workspace):
    folder, new = workspace
    first = QUESTIONS[0]
    only = notebook(lambda q: oldest(q).texts, lambda q: oldest(q).answer if q is first else "")
    (folder / NAME).write_text(only, "utf-8")
    update(folder, [new])
    text = (folder / NAME).read_text("utf-8")
    assert judged(folder / NAME)[first.name] == "passed"
    cells = {c["id"]: "".join(c["source"]) for c in json.loads(text)["cells"]}
    theirs = {c["id"]: c["source"] for c in json.loads(new.read_text("utf-8"))["cells"]}
    assert [n for n in theirs if cells[n] != theirs[n]] == ["quiz", first.name]


def test_a_mended_word_comes_though_it_was_answered(workspace):
    folder, new = workspace
    start = json.loads((folder / NAME).read_text("utf-8"))
    for cell in start["cells"]:
        if cell["id"] == "quiz-3":
            cell["source"] = "".join(cell["source"]).replace(
                "no longer shift", "not shift any more"
            )
    new.write_text(json.dumps(start), "utf-8")
    (folder / NAME).write_text(notebook(*CASES["old and right"][:2]), "utf-8")
    update(folder, [new])
    assert "not shift any more" in (folder / NAME).read_text("utf-8")
    assert {*judged(folder / NAME).values()} == {"passed"}
