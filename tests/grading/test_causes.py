"""Causes are counted, and what nobody has named is put together with its like."""

from coursekit.grading.gradebook.adjust import Override, adjusted
from coursekit.grading.gradebook.policy import Policy
from coursekit.grading.reports import outputs, overview
from coursekit.grading.reports.causes import causes, clusters, draft
from coursekit.grading.reports.results import SubmissionReport
from grading.class_of import class_of, handed, passed, result

CODE = "def f(x):\n    return x.mean() * 2\n"
LONGER = "def f(x):\n    # the mean, twice\n    return 2 * x.mean()\n"


def alike(student, code=CODE, behaviour="1f3a9c", **more):
    unnamed = result(behaviour=behaviour, pattern="yours = expected × 2 everywhere", **more)
    return handed(student, "my_lesson", unnamed, nameless=(("f", code),))


def a_class():
    return class_of(
        alike("ada", LONGER), alike("ben"), alike("cem"), alike("dia", behaviour="000000"),
        handed("eva", "my_lesson", result(behaviour="1f3a9c", diagnosis="twice")),
        handed("fay", "my_lesson", result(diagnosis="slip_sign_1f3a", explanation="As if.")),
        handed("flo", "my_lesson", result(diagnosis="slip_sign_1f3a+slip_axis_0c2b")),
        handed("fin", "my_lesson", result(diagnosis="twice+slip_axis_0c2b", explanation="As if.")),
        handed("gil", "my_lesson", result(diagnosis="eps_missing in dx")),
        handed("hal", "my_lesson", passed()),
    )  # fmt: skip


def test_causes_say_how_they_were_found():
    assert causes(a_class().submissions) == {
        "f: twice": 1,
        "f: slip sign 1f3a (a slip without a name)": 1,
        "f: slip sign 1f3a+slip axis 0c2b (a slip without a name)": 1,
        "f: twice+slip axis 0c2b (a slip without a name)": 1,
        "f: eps missing in dx (explains a part, not all)": 1,
    }


def test_what_has_no_name_is_put_together_with_its_like():
    [cluster] = clusters(a_class().submissions)
    assert cluster.name == "f_1f3a9c" and cluster.code == CODE
    assert cluster.files == tuple(f"{who}/01_my_lesson.ipynb" for who in ("ada", "ben", "cem"))
    words = "three answers to f behave alike, nobody named it yet (f_1f3a9c)"
    assert str(cluster) == words
    assert words in a_class().summary() and words in overview.page(a_class())


def test_questions_are_no_behaviour_and_no_cause_whatever_their_points():
    for points in (0, 2):
        both = [alike(who, points=points, question=True) for who in ("ada", "ben")]
        wrong = handed("cem", "my_lesson", result("q", points=points, diagnosis="b", question=True))
        assert clusters(both) == [] and causes([wrong]) == {}


def test_points_given_by_hand_are_no_behaviour():
    word = Override("ada", "my_lesson", "f", 1, "by word of mouth")
    free = [adjusted(alike(who), Policy(), {"f": word}) for who in ("ada", "ben")]
    assert clusters(free) == [] and not free[0].results[0].told


def test_a_warm_up_is_an_exercise_though_it_has_no_points():
    [cluster] = clusters([alike(who, points=0) for who in ("ada", "ben")])
    assert cluster.name == "f_1f3a9c"
    assert causes([handed("eva", "my_lesson", result(points=0, diagnosis="twice"))]) == {
        "f: twice": 1
    }


def test_the_draft_says_what_it_is_and_is_python(tmp_path):
    [cluster] = clusters(a_class().submissions)
    names = {}
    exec(draft(cluster), names)
    assert draft(cluster).startswith("# three answers to f behave alike, nobody named it yet")
    assert "# yours = expected × 2 everywhere" in draft(cluster) and names["f"]


def test_the_draft_says_what_can_be_done_with_it():
    [cluster] = clusters(a_class().submissions)
    of_a_pack = draft(cluster)
    assert "add it to your pack" in of_a_pack and "coursekit new mistake" not in of_a_pack
    assert '@f.mistake("' in of_a_pack
    ours = draft(cluster._replace(exercise="batch_norm", lesson="batchnorm_forward"))
    assert "#     coursekit new mistake batch_norm --from batch_norm_1f3a9c.py" in ours
    assert "your pack" not in ours


def test_a_draft_is_written_and_goes_when_its_behaviour_has_a_name(tmp_path):
    outputs.write(a_class(), tmp_path)
    assert [p.name for p in (tmp_path / "unnamed").iterdir()] == ["f_1f3a9c.py"]
    outputs.write(class_of(alike("ada")), tmp_path)
    assert [*(tmp_path / "unnamed").iterdir()] == []


def test_a_report_from_before_has_no_codes():
    from coursekit.grading.gradebook.stored import from_text, to_text

    kept = to_text(alike("ada"))
    assert from_text(kept).nameless == (("f", CODE),)
    assert isinstance(from_text(kept.replace('"nameless"', '"other"')), SubmissionReport)
