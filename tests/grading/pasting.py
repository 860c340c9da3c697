"""Answers of the exercises as a learner would hand them in: pasted into a cell."""

import ast
import inspect
import json
import sys
from functools import cache
from importlib import import_module
from pathlib import Path

from coursekit.checking import Exercise, Mistake
from coursekit.checking.edits import edited, source_of
from coursekit.checking.source.reach import DEFINITIONS, read

REPO = Path(__file__).parents[2]


class Renamed(ast.NodeTransformer):
    """The code with the answer under its asked-for name, and helpers under names of their own."""

    def __init__(self, names: dict[str, str]):
        self.names = names

    def visit_Name(self, node):
        node.id = self.names.get(node.id, node.id)
        return node

    def visit_Attribute(self, node):  # an Exercise's `right` is the plain function here
        self.generic_visit(node)
        return node.value if node.attr == "right" and isinstance(node.value, ast.Name) else node

    def definition(self, node):
        node.name = self.names.get(node.name, node.name)
        self.generic_visit(node)
        return node

    visit_FunctionDef = visit_ClassDef = definition


COURSE = ("alternative", "exercise", "mistake")


@cache
def plain(module: str, old: str = "", new: str = ""):
    """A module of exercises, `new` for `old`, without what registers them, read."""
    tree = ast.parse(inspect.getsource(sys.modules[module]).replace(old, new))
    tree.body = [n for n in tree.body if not isinstance(n, ast.Expr)]  # z_score.edits(…)
    for node in ast.walk(tree):
        if isinstance(node, DEFINITIONS):
            kept = [d for d in node.decorator_list if not any(c in ast.unparse(d) for c in COURSE)]
            node.decorator_list = kept
    return read(ast.unparse(tree))


def pasted(function, name: str, change: tuple[str, str] = ("", "")) -> str:
    """The source of an answer and of all that it is built on, imports first."""
    made: dict[str, list[str]] = {"imports": [], "code": []}
    names = {name: f"right_{name}", function.__name__: name}
    _collect(function.__module__, function.__name__, name, names, made, set(), change)
    return "\n".join(dict.fromkeys([*made["imports"], *made["code"]]))


def _collect(module, wanted, exercise, names, made, seen, change=("", "")) -> None:
    if (module, wanted) in seen:
        return
    known = plain(module, *change)
    reached = list(known.reach(wanted))
    seen |= {(module, name) for name, _ in reached} | {(module, wanted)}
    for _, node in reached:
        if isinstance(node, DEFINITIONS) and node.name != wanted:
            names.setdefault(node.name, f"{node.name}_of_{exercise}")
    used = {wanted}.union(*(known.names_used(node) for _, node in reached))
    for node in known.tree.body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            for alias in node.names:
                local = (alias.asname or alias.name).partition(".")[0]
                home = getattr(node, "module", None) or alias.name
                if local not in used:
                    continue
                if home.startswith("coursekit"):
                    import_module(home)
                    names.setdefault(local, names.get(alias.name, alias.name))
                    _collect(home, alias.name, exercise, names, made, seen)
                else:
                    alone = type(node)(**{**vars(node), "names": [alias]})
                    made["imports"].append(ast.unparse(alone))
    for node in sorted({id(n): n for _, n in reached}.values(), key=lambda n: n.lineno):
        copy = ast.parse(ast.unparse(node)).body[0]
        made["code"].append(ast.unparse(Renamed(names).visit(copy)))


def mistaken(exercise: Exercise, mistake: Mistake) -> str:
    """The source of a wrong answer; nothing where it has none of its own, as of a made function."""
    if mistake.edits:
        source = source_of(exercise.right)
        change = source, edited(source, mistake.edits)
        text = f"import numpy as np\n{pasted(exercise.right, exercise.name, change)}"
    else:
        text = pasted(mistake.function, exercise.name)
    found = read(text)
    return text if found and exercise.name in found.bindings else ""


def notebook(lesson: str, answers: dict[str, str]) -> str:
    """The learner's notebook of that lesson with these answers in their cells."""
    found = list((REPO / "notebooks").glob(f"??_{lesson}.ipynb"))
    whole = json.loads(found[0].read_text("utf-8")) if found else None
    if whole is None:  # a lesson whose notebook is not there yet
        cells = [{"cell_type": "code", "id": n, "metadata": {}, "outputs": []} for n in answers]
        whole = {"cells": cells, "nbformat": 4, "nbformat_minor": 5}
        whole["metadata"] = {"kernelspec": {"language": "python", "name": "python3"}}
    for cell in whole["cells"]:
        if cell["id"] in answers:
            cell["source"] = answers[cell["id"]]
    return json.dumps(whole)
