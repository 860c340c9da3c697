"""CONTRIBUTING.md says which files a change touches, and the last of its kind touches them."""

import re
from pathlib import Path

import pytest
from authoring.touches import PAGE, REPO, ROWS, TABLE, differ

SEARCHED = ("coursekit", "solutions", "notebooks", "docs", "tests")
LEFT_OUT = ("tests/answers/", "tests/submissions/", "docs/panels/", "docs/mutants.md")
LEFT_OUT += (
    "tests/mutating/found.json",
    "docs/holes.md",
    "tests/holes.json",
    "docs/naming.md",
    "tests/naming.json",
    "tests/named/edits.json",
    "tests/test_mirrors.py",
)
TEXT = {".py", ".txt", ".md", ".js", ".tsv", ".json", ".ipynb", ".toml"}
BY_PATH = ("a lesson",)  # other lessons name it too: only where its files lie is looked at
# test_new.py does these, and holds that all of the row is changed: README.md names no exercise.
DONE = ("a lesson", "an exercise", "a mistake")


def files() -> dict[str, str]:
    """Every file that counts, with its text."""
    found = [REPO / "README.md"]
    found += [path for name in SEARCHED for path in (REPO / name).rglob("*") if path.is_file()]
    named = {path.relative_to(REPO).as_posix(): path for path in found}
    return {
        name: path.read_text("utf-8") if path.suffix in TEXT else ""
        for name, path in named.items()
        if not name.startswith(LEFT_OUT) and "__pycache__" not in name
        and name != "tests/authoring/test_contributing.py"
    }  # fmt: skip


FILES = files()


def touched(kind: str, examples: list[str]) -> set[str]:
    """The files whose path or text has one of these words."""
    word = re.compile("|".join(rf"(?<![\w-]){re.escape(one)}(?!\w)" for one in examples))
    paths = {name for name in FILES if re.search("|".join(map(re.escape, examples)), name)}
    if kind in BY_PATH:
        return paths
    own = {name for name in paths if word.search(re.sub(r"(_mistakes|_slips)?\.\w+$", "", name))}
    own |= {name for name in paths if Path(name).name.startswith("test_")}
    return own | {name for name, text in FILES.items() if word.search(text)}


KINDS = [kind for kind, row in ROWS.items() if row[-1]]


def test_there_is_a_row_and_a_section_for_everything_one_may_add():
    wanted = ["an exercise", "a mistake", "a lesson", "a norm", "an explorable"]
    wanted += ["a platform's export", "a layout of submissions", "a pack", "an experiment"]
    assert list(ROWS) == wanted
    assert all(f"\n## I want to add {name}" in PAGE for name in wanted)


def test_there_is_a_row_for_what_one_may_change():
    rows = PAGE.partition("| You change |")[2].partition("\n\n")[0]
    kinds = ["a sentence of a lesson", "a question or a prediction", "a check's words"]
    kinds += ["a page or table of the grader", "a command", "the room", "the glossary"]
    kinds += ["an exercise's statement, hints or answer", "the sandbox"]
    assert {line.split(" | ")[0] for line in rows.splitlines()[2:]} == {f"| {k}" for k in kinds}


@pytest.mark.parametrize("kind", KINDS)
def test_the_last_one_touches_these_files_and_no_others(kind):
    others, idle = differ(kind, touched(kind, ROWS[kind][-1]))
    assert others == [], "write them into the table, or make the change smaller"
    assert idle == [] or kind in DONE


def test_every_file_that_the_page_names_is_there():
    prose = PAGE.replace(TABLE, "").partition("## How the code is laid out")[0]
    named = {n for n in re.findall(r"`([\w./-]+\.\w+|[\w/]+/)`", prose) if "/" in n}
    homes = ("", "coursekit", "coursekit/grading")
    missing = [
        n for n in sorted(named)
        if not re.search("[A-Z]{2,}", n) and not any((REPO / home / n).exists() for home in homes)
    ]  # fmt: skip
    assert missing == []
