import ast

from coursekit.learning.coursecells import cells, exercises, find


def test_a_cell_is_known_by_its_python_and_else_by_its_id_in_its_notebook():
    cell = next(c for c in cells() if (c.notebook[:2], c.id) == ("04", "borrowed"))
    assert cell.needs == {"torch"} and not cell.answers
    same = ast.parse("# mine\n" + ast.unparse(cell.tree))
    assert find(same, None, None) == cell
    other = ast.parse("print(1234)")
    assert find(other, "borrowed", "04_batchnorm_forward") == cell
    assert find(other, "borrowed", "05_batchnorm_backward") is None
    assert find(other, "borrowed", None) is None


def test_answers_and_checks_are_told_from_what_only_shows():
    told = {c.id: c.answers for c in cells() if c.notebook == "04_batchnorm_forward"}
    assert told["batch_norm"] and told["check-batch_norm"] and told["predict_n1"]
    assert not told["columns"] and not told["imports"]
    assert {"batch_norm", "predict_n1"} <= exercises()
