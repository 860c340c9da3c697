"""The record of verdicts is that of answers that are there; see verdicts.py."""

import verdicts


def test_every_answer_is_recorded_or_has_a_reason_not_to_be():
    known = {row[:2] for row in verdicts.recorded()}
    now = {
        (task.name, name or "the right answer")
        for task in verdicts.exercises.load().values()
        if isinstance(task, verdicts.Exercise)
        for name in ("", *task.alternatives, *task.mistakes)
    }
    assert now ^ known <= verdicts.reasons().keys()


def test_one_exercise_is_judged_as_it_was_and_a_reason_is_of_a_verdict_that_has_changed():
    names = {exercise for exercise, _ in verdicts.reasons()}
    assert verdicts.main(["keras_momentum", *names]) == 0


def test_recording_one_exercise_leaves_the_others_and_takes_out_its_reasons(tmp_path, monkeypatch):
    data, reasons = tmp_path / "verdicts.tsv", tmp_path / "verdicts.toml"
    text = verdicts.DATA.read_text("utf-8")
    data.write_text(text.replace("keras_momentum\tunchanged", "keras_momentum\tgone", 1), "utf-8")
    others = '[batch_mean]\nmean_axis_1 = "a reason"\n'
    reasons.write_text('# why\n[keras_momentum]\ngone = "it is"\n' + others, "utf-8")
    monkeypatch.setattr(verdicts, "DATA", data)
    monkeypatch.setattr(verdicts, "REASONS", reasons)
    verdicts.record(["keras_momentum"])
    assert sorted(data.read_text("utf-8").splitlines()) == sorted(text.splitlines())
    assert reasons.read_text("utf-8") == "# why\n" + others
    assert verdicts.reasons() == {("batch_mean", "mean_axis_1"): "a reason"}
