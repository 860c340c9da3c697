"""The first thing that a visitor sees, and the forms they are given."""

import re
import tomllib
from pathlib import Path

import pytest
import yaml
from PIL import Image

from tests import door

REPO = Path(__file__).parents[1]
README = (REPO / "README.md").read_text("utf-8")
FORMS = sorted(
    path for path in (REPO / ".github/ISSUE_TEMPLATE").glob("*.yml") if path.stem != "config"
)


@pytest.mark.parametrize("theme", door.THEMES)
def test_the_moving_picture_is_small_and_moves_and_ends_with_time_to_read(theme):
    path = door.PICTURES / f"{theme}.gif"
    assert path.stat().st_size <= 1_000_000
    with Image.open(path) as picture:
        assert picture.n_frames > 5
        picture.seek(picture.n_frames - 1)
        assert picture.info["duration"] >= 3_000
    assert f"docs/door/{theme}.gif" in README


@pytest.mark.parametrize("theme", door.THEMES)
def test_the_moving_picture_shows_what_the_check_says_today(theme):
    with Image.open(door.PICTURES / f"{theme}.gif") as picture:
        assert picture.info["comment"].decode() == door.digest(), "make picture"


def test_the_scene_is_a_known_mistake_and_a_right_answer():
    assert not door.shown(door.WRONG).passed and "N − 1" in str(door.shown(door.WRONG))
    assert door.shown(door.RIGHT).passed


def test_the_first_screen_says_what_it_is_how_to_start_and_for_whom():
    screen = "\n".join(README.splitlines()[:25])
    assert "An interactive course" in screen and '<img src="docs/door/light.gif"' in screen
    assert "git clone" in screen and "make lab" in screen and "make test" in screen
    rows = re.findall(r"^\| (?!You are|:).*\]\((\S+)\) \|$", screen, re.MULTILINE)
    assert len(rows) == 3 and len(set(rows)) == 3


def test_the_address_of_the_repository_is_the_same_wherever_it_is_said():
    """pyproject.toml is the place; until it names one, nothing else may."""
    project = tomllib.loads((REPO / "pyproject.toml").read_text("utf-8"))["project"]
    cited = yaml.safe_load((REPO / "CITATION.cff").read_text("utf-8"))
    address = project.get("urls", {}).get("Repository")
    assert cited.get("repository-code") == address
    assert f"git clone {address or 'ADDRESS'} coursekit" in README


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)
def test_an_issue_form_is_one_that_github_shows(path):
    """What https://docs.github.com says of the syntax of forms: else the form is left out."""
    form = yaml.safe_load(path.read_text("utf-8"))
    assert form["name"] and form["description"] and len(form["body"]) > 1
    ids = [part["id"] for part in form["body"] if part["type"] != "markdown"]
    assert len(ids) == len(set(ids)) and all(re.fullmatch(r"[\w-]+", name) for name in ids)
    for part in form["body"]:
        about = part["attributes"]
        assert part["type"] in ("markdown", "input", "textarea", "dropdown", "checkboxes")
        assert about["value"] if part["type"] == "markdown" else about["label"]
        assert part["type"] != "dropdown" or len(about["options"]) == len(set(about["options"]))
    assert any(part.get("validations", {}).get("required") for part in form["body"])


def test_a_right_answer_that_was_refused_is_reported_with_all_that_shows_it():
    form = yaml.safe_load((REPO / ".github/ISSUE_TEMPLATE/refused.yml").read_text("utf-8"))
    asked = {part["id"] for part in form["body"] if part.get("validations", {}).get("required")}
    assert {"exercise", "code", "panel", "doctor"} <= asked


def test_every_action_is_pinned_to_a_commit_and_says_its_version():
    used = [
        line
        for path in (REPO / ".github/workflows").glob("*.yml")
        for line in path.read_text("utf-8").splitlines()
        if re.search(r"\buses:", line)
    ]
    assert used
    for line in used:
        assert re.search(r"uses: [\w./-]+@[0-9a-f]{40}  # v\d+\.\d+\.\d+$", line), line
