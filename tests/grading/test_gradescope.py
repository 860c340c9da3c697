"""results.json is what Gradescope's specification says, and shows only what a learner may see."""

import jsonschema
import pytest

from coursekit.grading.reports import gradescope
from grading.class_of import class_of, handed, passed, result

# Read off https://gradescope-autograders.readthedocs.io/en/latest/specs/, "Output format".
VISIBLE = {"enum": ["hidden", "after_due_date", "after_published", "visible"]}
FORMAT = {"enum": ["text", "html", "simple_format", "md", "ansi"]}
TEST = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "score": {"type": "number"},
        "max_score": {"type": "number"},
        "status": {"enum": ["passed", "failed"]},
        "name": {"type": "string"},
        "name_format": FORMAT,
        "number": {"type": "string"},
        "output": {"type": "string"},
        "output_format": FORMAT,
        "tags": {"type": "array", "items": {"type": "string"}},
        "visibility": VISIBLE,
        "extra_data": {"type": "object"},
    },
}
SCHEMA = {
    "type": "object",
    "additionalProperties": False,
    "anyOf": [
        {"required": ["score"]},
        {"properties": {"tests": {"items": {"required": ["score"]}}}, "required": ["tests"]},
    ],
    "properties": {
        "score": {"type": "number"},
        "execution_time": {"type": "number"},
        "output": {"type": "string"},
        "output_format": FORMAT,
        "test_output_format": FORMAT,
        "test_name_format": FORMAT,
        "visibility": VISIBLE,
        "stdout_visibility": VISIBLE,
        "extra_data": {"type": "object"},
        "tests": {"type": "array", "items": TEST},
        "leaderboard": {"type": "array"},
    },
}


def test_the_schema_can_refuse():
    for bad in (
        {},
        {"score": "2"},
        {"score": 1, "tests": [{"status": "partial"}]},
        {"tests": [{}]},
    ):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(bad, SCHEMA)


def test_a_student_gets_one_file_for_all_lessons_and_it_is_valid():
    told = result("g", message="it raised ValueError: 3.14159")
    shown = told.but(message="it raised ValueError.", diagnosis="eps_outside")
    whole = class_of(
        handed("ada", "a_lesson", passed("f", 3), seconds=1.26),
        handed("ada", "b_lesson", told, shown=(shown,), seconds=2.0, notes=("odd",)),
        handed("ben", "a_lesson", result("f", "missing"), shown=(), status="malformed",
               reason="it is empty", ungraded=True),
    )  # fmt: skip
    made = gradescope.results(whole)
    assert list(made) == ["ada", "ben"]
    for one in made.values():
        jsonschema.validate(one, SCHEMA)
    ada = made["ada"]
    assert ada["score"] == 3 and "odd" in ada["output"]
    assert "execution_time" not in ada, "how long it took may tell a hidden input"
    assert [(t["name"], t["score"], t["max_score"], t["status"]) for t in ada["tests"]] == [
        ("a lesson: f", 3, 3, "passed"), ("b lesson: g", 0, 2, "failed"),
    ]  # fmt: skip
    assert "eps_outside" in ada["tests"][1]["tags"] and "3.14159" not in str(made)
    assert "it is empty" in made["ben"]["output"] and made["ben"]["score"] == 0


def test_questions_without_points_are_shown_and_not_counted():
    asked = (result("quiz", "passed", 0, 0), result("guess", "guessed", 0, 0))
    made = gradescope.results(class_of(handed("ada", "a", *asked, passed())))
    quiz, guess, _ = made["ada"]["tests"]
    assert "score" not in quiz and quiz["status"] == "passed" and made["ada"]["score"] == 2
    assert "score" not in guess and "status" not in guess and "not right" in guess["output"]
    jsonschema.validate(made["ada"], SCHEMA)


def test_grading_without_a_sandbox_is_said():
    made = gradescope.results(class_of(handed("ada", "a", passed()), sandbox="none"))
    assert "Graded without a sandbox." in made["ada"]["output"]


@pytest.mark.parametrize("student", ["../../etc", "..", "a/b", ".hidden", "=x|y"])
def test_a_students_name_leads_nowhere_else(student):
    [folder] = gradescope.results(class_of(handed(student, "a", passed())))
    assert "/" not in folder and not folder.startswith(".") and folder
