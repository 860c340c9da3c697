"""What holds for every room: modules stay small, and what a room says of itself is there."""

import ast
import re
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "coursekit"
LINES = 250
READMES = sorted(PACKAGE.rglob("README.md"))


def test_a_module_has_fewer_lines_than_250():
    long = {
        str(path.relative_to(PACKAGE))
        for path in PACKAGE.rglob("*.py")
        if len(path.read_text("utf-8").splitlines()) >= LINES
    }
    assert long == set()


@pytest.mark.parametrize("guest", ["checking/guest", "sandbox/wire", "sandbox/inside"])
def test_what_a_box_shows_imports_nothing_else_of_the_course(guest):
    known = {
        *sys.stdlib_module_names,
        "numpy",
        "torch",
        *(["msgspec"] if guest != "checking/guest" else []),
    }
    for path in (PACKAGE / guest).glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                assert {name.name.partition(".")[0] for name in node.names} <= known, path
            if isinstance(node, ast.ImportFrom) and not node.level:
                assert str(node.module).partition(".")[0] in known, path
            if isinstance(node, ast.ImportFrom) and node.level == 2:
                assert str(node.module).partition(".")[0] in ("guest", "wire"), path


def test_the_hard_rooms_say_what_they_are():
    assert {path.parent.name for path in READMES} >= {"sandbox", "checking"}


@pytest.mark.parametrize("readme", READMES, ids=lambda path: path.parent.name)
def test_what_a_rooms_readme_names_is_there(readme):
    text = readme.read_text("utf-8")
    homes = (readme.parent, PACKAGE, PACKAGE / "checking", PACKAGE.parent)
    files = set(re.findall(r"[\w/]+\.py\b", text)) | set(
        re.findall(r"\b[\w/]+/(?=[\s,;:`\"<])", text)
    )
    files |= {
        f"{name}.py"
        for name in re.findall(r"`((?:guest|inside|limits|shown|source|wire)/\w+)`", text)
    }
    assert len(files) > 10
    assert [name for name in files if not any((home / name).exists() for home in homes)] == []


@pytest.mark.parametrize("readme", READMES, ids=lambda path: path.parent.name)
def test_a_bare_name_in_a_rooms_readme_is_a_module_or_stands_in_one(readme):
    names = set(re.findall(r"`([a-z_]+)(?:\.([a-z_]+))?`", readme.read_text("utf-8")))
    code = "\n".join(path.read_text("utf-8") for path in PACKAGE.rglob("*.py"))
    words = {word for pair in names for word in pair if word}
    assert [word for word in words if not re.search(rf"\b{word}\b", code)] == []
