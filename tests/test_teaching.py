"""The page that leads through a course names commands that there are, with what they print."""

import pytest
import teaching
from whole_class import LESSONS

from coursekit.cli import parser

TEXT = teaching.PAGE.read_text("utf-8")
COMMANDS = teaching.commands(TEXT)


def test_its_class_is_made_and_then_graded_and_given_back():
    words = [" ".join(command[:2]) for command in COMMANDS]
    assert words[:2] == ["python tests/class.py", "coursekit grade"]
    assert words.count("coursekit feedback") == 3
    assert sum(f"{lesson}=times/moodle-{lesson}.csv" in COMMANDS[1] for lesson in LESSONS) == 3


@pytest.mark.parametrize("command", COMMANDS[1:], ids=" ".join)
def test_each_command_can_be_given(command):
    parser().parse_args(command[1:])


def test_below_each_stands_what_it_printed():
    for block in teaching.BLOCK.finditer(TEXT):
        assert block["said"].strip(), f"run python tests/teaching.py: {block['command']}"
        assert "/" + "tmp" not in block["said"] and str(teaching.REPO) not in block["said"]


def test_a_long_output_is_cut_in_its_middle():
    said = teaching.shown("".join(f"{n}\n" for n in range(20)))
    assert said.splitlines()[5:8] == ["5", "… 8 more lines …", "14"]
