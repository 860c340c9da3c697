"""The faults of the instructor's guide: thirty, each of real diagnoses, and none more frequent."""

import json
from collections import Counter
from pathlib import Path

import pytest

from coursekit.authoring import faults
from coursekit.errors import BuildError

REPO = Path(__file__).parents[2]
EVERY = faults.faults()
ANSWERS = list(faults.answers(REPO))
TOLD = [told for told in ANSWERS if told]


def test_a_diagnosis_belongs_to_one_fault():
    names = Counter(name for fault in EVERY for name in fault.told)
    assert set(names.values()) == {1}
    assert len({fault.name for fault in EVERY}) == len(EVERY) >= faults.SHOWN


@pytest.mark.parametrize("fault", EVERY, ids=lambda f: f.name)
def test_a_fault_is_made_of_mistakes_that_exist_and_says_something(fault):
    assert all(faults.sentence(name) for name in fault.told)
    assert fault.say.endswith((".", "?")) and 10 <= len(fault.say.split()) <= 60


def test_the_thirty_most_frequent_are_shown_and_no_other_diagnosis_is_more_frequent():
    shown = faults.ranked(ANSWERS)
    counts = [count for count, _, _ in shown]
    assert counts == [
        sum(not told.isdisjoint(fault.told) for told in TOLD) for _, fault, _ in shown
    ]
    assert counts == sorted(counts, reverse=True) and len(counts) == faults.SHOWN
    known = {name for fault in EVERY for name in fault.told}
    single = Counter(name for told in TOLD for name in told - known)
    assert not single or max(single.values()) <= counts[-1], "a fault is missing in faults.toml"


def test_each_row_has_its_count_its_sentence_and_what_to_say():
    lines = [line for line in faults.table(REPO).splitlines() if "**" in line]
    assert len(lines) == faults.SHOWN
    for line, (count, fault, found) in zip(lines, faults.ranked(ANSWERS), strict=True):
        most = found.most_common(1)[0][0]
        assert line.startswith(f"| {count} | ")
        assert f"**{fault.name}**" in line and fault.say.replace("|", r"\|") in line
        assert faults.sentence(most).replace("|", r"\|") in line


def test_what_was_told_is_read_in_its_parts(tmp_path):
    folder = tmp_path / faults.ANSWERS
    folder.mkdir(parents=True)
    (folder / "04_x.txt").write_text(
        "# %% exercise=f verdict=wrong id=a held=no\n# %% exercise=f verdict=right id=b held=no\n"
        "# %% exercise=g verdict=wrong id=c held=no\n"
    )
    said = {"a": {"diagnosis": "one in y+two"}, "b": {"diagnosis": "no"}, "c": {"status": "error"}}
    (folder / "said.json").write_text(json.dumps({"said": said}))
    assert list(faults.answers(tmp_path)) == [{"f.one", "f.two"}, set()]


def test_a_tree_without_answers_and_a_mistake_that_is_none_are_refused(tmp_path):
    with pytest.raises(BuildError, match="make answers"):
        list(faults.answers(tmp_path))
    with pytest.raises(BuildError, match=r"batch_norm\.epsilon is no mistake"):
        faults.sentence("batch_norm.epsilon")
