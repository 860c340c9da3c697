"""Mechanical mutations of every right answer: how many does its check refuse?

Each operator, comparison, constant, axis and term of a right answer is changed, one at a time, and
the result is judged as if a learner had written it. A mutant that survives is either equivalent to
the right answer (EQUIVALENT says why) or a hole in the check.

    python tests/mutants.py          run, write docs/mutants.md
    python tests/mutants.py --check  exit 1 if a mutant survives unexplained, or the page is stale
"""

import ast
import copy
import inspect
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

from coursekit import exercises
from coursekit.checking import Exercise, Local, judge
from coursekit.files import write_whole

PAGE = Path(__file__).parents[1] / "docs" / "mutants.md"
SWAPS: dict[type, list[type]] = {
    ast.Add: [ast.Sub], ast.Sub: [ast.Add], ast.Mult: [ast.Div], ast.Div: [ast.Mult],
    ast.Pow: [ast.Mult], ast.MatMult: [ast.Mult], ast.FloorDiv: [ast.Mult],
    ast.Lt: [ast.GtE, ast.LtE], ast.Gt: [ast.LtE, ast.GtE], ast.LtE: [ast.Gt], ast.GtE: [ast.Lt],
    ast.Eq: [ast.NotEq], ast.NotEq: [ast.Eq], ast.Is: [ast.IsNot], ast.IsNot: [ast.Is],
    ast.And: [ast.Or], ast.Or: [ast.And],
}  # fmt: skip


class _Replace(ast.NodeTransformer):
    """Replace the n-th node of a tree by another."""

    def __init__(self, n: int, new: ast.AST):
        self.n, self.new, self.seen = n, new, -1

    def visit(self, node):
        self.seen += 1
        return self.new if self.seen == self.n else self.generic_visit(node)


def mutants(function: ast.FunctionDef | ast.ClassDef) -> Iterator[tuple[str, ast.AST]]:
    """Every (description, mutated definition) that differs in one place."""
    for n, node in enumerate(_walk(function)):
        for words, new in _changes(node):
            tree = _Replace(n, new).visit(copy.deepcopy(function))
            yield f"line {getattr(node, 'lineno', 0)}: {words}", ast.fix_missing_locations(tree)


def _walk(tree: ast.AST) -> Iterator[ast.AST]:
    """Nodes in the order a NodeTransformer visits them."""
    yield tree
    for child in ast.iter_child_nodes(tree):
        yield from _walk(child)


def _changes(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    match node:
        case ast.BinOp(left=left, op=op, right=right):
            old = ast.unparse(node)
            for swap in SWAPS.get(type(op), []):
                new = ast.BinOp(left, swap(), right)
                yield f"{old} -> {ast.unparse(new)}", new
            for kept in (left, right):
                yield f"{old} -> {ast.unparse(kept)}", kept
        case ast.Compare(left=left, ops=[op], comparators=others):
            for swap in SWAPS.get(type(op), []):
                new = ast.Compare(left, [swap()], others)
                yield f"{ast.unparse(node)} -> {ast.unparse(new)}", new
        case ast.BoolOp(op=op, values=values):
            for swap in SWAPS[type(op)]:
                new = ast.BoolOp(swap(), values)
                yield f"{ast.unparse(node)} -> {ast.unparse(new)}", new
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            yield f"{ast.unparse(node)} -> {ast.unparse(operand)}", operand
        case ast.Constant(value=bool(value)):
            yield f"{value} -> {not value}", ast.Constant(not value)
        case ast.Constant(value=int() | float() as value):
            for new_value in {value + 1, -value} - {value}:
                yield f"{value} -> {new_value}", ast.Constant(new_value)


def survivors(exercise: Exercise) -> tuple[int, list[str]]:
    """How many mutants an exercise has, and which its check accepts."""
    source = textwrap.dedent(inspect.getsource(exercise.right))
    definition = next(
        n for n in ast.parse(source).body if isinstance(n, ast.FunctionDef | ast.ClassDef)
    )
    definition.decorator_list = []
    if ast.get_docstring(definition):
        definition.body = definition.body[1:]
    home = dict(inspect.getmodule(exercise.right).__dict__)
    count, accepted = 0, []
    for words, mutant in mutants(definition):
        code = compile(ast.Module([mutant], []), exercise.name, "exec")
        scope = dict(home)
        exec(code, scope)
        count += 1
        if judge(exercise, Local(scope[exercise.name], timeout=5.0)).passed:
            accepted.append(words)
    return count, accepted


def main() -> int:
    """Run every exercise; print and write the table; 1 if an unexplained mutant survives."""
    total, lines, holes = 0, [], 0
    for task in exercises.load().values():
        if not isinstance(task, Exercise):
            continue
        count, accepted = survivors(task)
        total += count
        explained = EQUIVALENT.get(task.name, {})
        for words in accepted:
            why = next((w for part, w in explained.items() if part in words), "")
            holes += not why
            lines.append(f"| {task.name} | `{words}` | {why or '**unexplained**'} |")
        print(f"{task.name:<28} {count:>4} mutants, {len(accepted)} accepted", flush=True)
    refused = total - len(lines)
    different = total - len(lines) + holes
    share = 100 * refused / different
    text = PAGE_HEAD.format(total=total, refused=refused, different=different, share=share)
    text += "\n".join(lines) + "\n"
    stale = not PAGE.exists() or PAGE.read_text("utf-8") != text
    if stale and "--check" in sys.argv:
        print("docs/mutants.md is stale: run `make mutants` and commit it")
        return 1
    write_whole(PAGE, text)
    print(f"{refused} of {different} that differ are refused ({share:.1f} %), {holes} unexplained")
    return 1 if holes else 0


PAGE_HEAD = """\
# Mutants

Generated by `make mutants`. Of {total} mechanical mutations of the right answers, {different}
change what the function does; {refused} of these are refused by their check ({share:.1f} %).
The others are accepted, as they should be:

| exercise | mutation | why it is the same function |
|:--|:--|:--|
"""
PROBE = "another probe of the same invariance"
UNKNOWN = "NumPy takes any one negative length for the one that it is to find"
EQUIVALENT: dict[str, dict[str, str]] = {  # exercise -> part of the mutation -> why it is no change
    "influence_of_sample": {"1 -> -1": "the last axis of a table is axis 1"},
    "bn_invariances": {
        "1 -> -1": "the last axis of a table is axis 1",
        "x + per_feature": PROBE,
        "per_feature * per_sample": PROBE,
        "x * per_feature": PROBE,
        "x + per_sample": PROBE,
    },
    "stable_var32": {"0 -> 1": "any row is close enough to the mean to be subtracted first"},
    "gradcheck": {"0 -> 1": "another seed draws another cotangent"},
    "diagnose_gap": {
        "30 -> 31": "thirty training calls have settled already",
        "> 0.5 ->": "no gap is 0.5 to the last digit",
    },
    "hessian_condition": {
        "X.T @ X / len(X) -> X.T @ X": "a ratio of curvatures does not depend on N",
    },
    "batch_norm_nd": {"1 -> 2": UNKNOWN},
    "keras_to_torch": {
        "-2 -> 2": "the running statistics, then last in the list, are never taken from it",
        "2 -> -2": "the running statistics, then last in the list, are never taken from it",
    },
    "conv_to_torch": {"2 -> -2": "axis −2 of four is axis 2"},
    "dense_to_torch": {"2 -> -2": "axis −2 of four is axis 2", "1 -> 2": UNKNOWN},
    "instance_norm": {"2 -> -2": "axis −2 of (N, C, H, W) is axis 2"},
    "adain": {"2 -> -2": "axis −2 of (N, C, H, W) is axis 2"},
}

if __name__ == "__main__":
    raise SystemExit(main())
