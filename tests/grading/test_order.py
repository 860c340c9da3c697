"""Lessons are in the course's order, students by name whatever letters they write."""

from coursekit.grading.reports import order


def test_lessons_are_in_course_order_and_others_come_after_them():
    mixed = ["scaling_inputs", "tiny", "start_here", "mean_and_variance"]
    assert order.lessons(mixed) == ["start_here", "mean_and_variance", "scaling_inputs", "tiny"]
    assert [order.title(n) for n in ("scaling_inputs", "tiny")] == ["02 Scaling inputs", "Tiny"]


def test_accents_and_case_come_second_and_numbers_count():
    names = ["Zoë", "s10", "émile", "S9", "Zoe", "Emilia", "Ångström", "ada", "王小明", "Иван"]
    assert sorted(names, key=order.by_name) == [
        "ada", "Ångström", "émile", "Emilia", "S9", "s10", "Zoe", "Zoë", "Иван", "王小明",
    ]  # fmt: skip
