"""CONTRIBUTING.md says which files a change touches, and the last of its kind touches them."""

import re
from pathlib import Path

import pytest

REPO = Path(__file__).parents[2]
PAGE = (REPO / "CONTRIBUTING.md").read_text("utf-8")
TABLE = PAGE.partition("<!-- touches -->\n")[2].partition("<!-- end -->")[0]
LINES = [re.split(r"\s*\|\s*", line.strip()[1:-1]) for line in TABLE.splitlines()[2:]]
NAMES = [columns[0].strip() for columns in LINES]
ROWS = [[re.findall(r"`([^`]+)`", column) for column in columns] for columns in LINES]
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

LISTS_LESSONS = {"notebooks/00_start_here.ipynb", "solutions/00_start_here.ipynb"}


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
        return paths | {"README.md"} | LISTS_LESSONS
    own = {name for name in paths if word.search(re.sub(r"(_mistakes|_slips)?\.\w+$", "", name))}
    own |= {name for name in paths if Path(name).name.startswith("test_")}
    return own | {name for name, text in FILES.items() if word.search(text)}


def pattern(path: str) -> str:
    """A path of the table, in which words of capitals stand for any name."""
    kept = {"README", "CONTRIBUTING"}
    parts = re.split(r"([A-Z]{2,})", path)
    return "".join(
        r"[^/]+" if n % 2 and part not in kept else re.escape(part) for n, part in enumerate(parts)
    )


KINDS = [pytest.param(n, *row[1:], id=n) for n, row in zip(NAMES, ROWS, strict=True) if row[-1]]


def test_there_is_a_row_and_a_section_for_everything_one_may_add():
    wanted = ["an exercise", "a mistake", "a lesson", "a norm", "an explorable"]
    wanted += ["a platform's export", "a layout of submissions", "a pack", "an experiment"]
    assert NAMES == wanted
    assert all(f"\n## I want to add {name}" in PAGE for name in wanted)


@pytest.mark.parametrize("kind, by_hand, by_command, examples", KINDS)
def test_the_last_one_touches_these_files_and_no_others(kind, by_hand, by_command, examples):
    found = touched(kind, examples)
    allowed = [pattern(path) for path in (*by_hand, *by_command)]
    others = sorted(n for n in found if not any(re.fullmatch(p, n) for p in allowed))
    assert others == [], "write them into the table, or make the change smaller"
    idle = [path for path in allowed if not any(re.fullmatch(path, name) for name in found)]
    assert idle == []


def test_every_file_that_the_page_names_is_there():
    prose = PAGE.replace(TABLE, "").partition("## How the code is laid out")[0]
    named = {n for n in re.findall(r"`([\w./-]+\.\w+|[\w/]+/)`", prose) if "/" in n}
    homes = ("", "coursekit", "coursekit/grading")
    missing = [
        n for n in sorted(named)
        if not re.search("[A-Z]{2,}", n) and not any((REPO / home / n).exists() for home in homes)
    ]  # fmt: skip
    assert missing == []
