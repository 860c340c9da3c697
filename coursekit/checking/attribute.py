"""An attribute that an object of the learner's lacks: what its class sets, and in which line."""

import ast
import re
from collections.abc import Iterator
from typing import NamedTuple

from coursekit.checking.answer import AnswerError
from coursekit.checking.source.reach import read
from coursekit.checking.task import Exercise
from coursekit.checking.words import closest

LACKS = re.compile(r"'(\w+)' object has no attribute '(\w+)'")
METHODS = (ast.FunctionDef, ast.AsyncFunctionDef)
SETS = ("register_buffer", "register_parameter", "register_module", "add_module", "setattr")
LONGEST, MOST = 120, 8  # characters of a line that is shown, attributes that are listed


class Set(NamedTuple):
    """Where a class gives an attribute a value; no method is named where the line is its own."""

    line: str
    method: str = ""


def attribute_story(end: AnswerError, exercise: Exercise, source: str | None) -> str:
    """Which attribute is missing, what the class sets instead, and where; "" of other errors.

    Only the text is read, so that a line is told as what it would do, run or not.
    """
    lacks = LACKS.search(end.message) if end.isa("AttributeError") else None
    every = attributes(source or "", lacks[1]) if lacks else {}
    if lacks is None or not every:
        return ""
    owner, name = lacks.groups()
    if one := every.get(name):
        if one.method:
            there = f"`{one.line}` in its `{one.method}` sets it; did that line run?"
            return f"{owner} has no `{name}` when it is needed: {there}"
        asks = "is something missing in there?"
        return f"`{name}` of {owner} is needed, and `{one.line}` could not give it; {asks}"
    # Two that the right answer has are two attributes, however near their names.
    right = {*re.findall(r"\w+", exercise.worked_answer())}
    near = closest(name, (known for known in every if not {known, name} <= right))
    # Of a line of the learner's Python has said so much already.
    told, its, it = f"{owner} has no `{name}`, which is needed here. ", "Its", "It"
    if end.where:
        told, its, it = "", f"{owner}'s", owner
    if near is None:
        own = [f"`{known}`" for known, one in every.items() if one.method][:MOST]
        return (told + f"{it} sets {', '.join(own)}." if own else told).strip()
    one = every[near]
    sets = f"{its} `{one.method}` sets" if one.method else f"{it} has"
    meant = "that" if end.where else f"`{name}`"
    return f"{told}{sets} `{near}`: `{one.line}`. Is {meant} meant?"


def attributes(source: str, owner: str) -> dict[str, Set]:
    """What a class in a source has, and those that it is made from: where each is first set."""
    known = read(source)
    found: dict[str, Set] = {}
    lines, todo, seen = source.split("\n"), [owner], set()
    while known and todo:
        name = todo.pop(0)
        classes = [n for n in known.bindings.get(name, ()) if isinstance(n, ast.ClassDef)]
        if name in seen or not classes:
            continue
        seen.add(name)
        for attribute, node, method in _set(classes[-1]):
            line = lines[node.lineno - 1].strip()[:LONGEST]
            found.setdefault(attribute, Set(line, method))
        todo += [base.id for base in classes[-1].bases if isinstance(base, ast.Name)]
    return found


def _set(made: ast.ClassDef) -> Iterator[tuple[str, ast.stmt | ast.expr, str]]:
    """(attribute, what sets it, the method that this stands in) of a class."""
    for part in made.body:
        if isinstance(part, METHODS):
            yield part.name, part, ""
            for name, node in _in_a_method(part):
                yield name, node, part.name
        elif isinstance(part, ast.Assign) or (isinstance(part, ast.AnnAssign) and part.value):
            targets = part.targets if isinstance(part, ast.Assign) else [part.target]
            for target in targets:
                if isinstance(target, ast.Name):
                    yield target.id, part, ""


def _in_a_method(method: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[tuple[str, ast.expr]]:
    """The attributes of its object that a method sets; what needs one to be there sets none."""
    mine = method.args.args[0].arg if method.args.args else ""
    updated = {id(target) for node in ast.walk(method) for target in _updated(node)}
    for node in ast.walk(method):
        match node:
            case ast.Attribute(value=ast.Name(id=own), attr=str(name), ctx=ast.Store()):
                if own == mine and id(node) not in updated:
                    yield name, node
            case (
                ast.Call(
                    func=ast.Attribute(value=ast.Name(id=own), attr=str(called)),
                    args=[ast.Constant(value=str(name)), *_],
                )
                | ast.Call(
                    func=ast.Name(id=str(called)),
                    args=[ast.Name(id=own), ast.Constant(value=str(name)), *_],
                )
            ):
                if own == mine and called in SETS:
                    yield name, node


def _updated(node: ast.AST) -> Iterator[ast.AST]:
    """What a statement writes to that it also reads, or only declares."""
    match node:
        case ast.AugAssign(target=target) | ast.AnnAssign(target=target, value=None):
            yield target
        case ast.Assign(targets=targets, value=value):
            read = {n.attr for n in ast.walk(value) if isinstance(n, ast.Attribute)}
            every = [n for target in targets for n in ast.walk(target)]
            yield from (n for n in every if isinstance(n, ast.Attribute) and n.attr in read)
