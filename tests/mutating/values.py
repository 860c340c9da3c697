"""Operators on what is computed: arithmetic, terms, signs, comparisons, constants, slices."""

import ast
from collections.abc import Iterator

from mutating.trees import Change, Scope, change, rewritten, shown

SWAPS: dict[type, list[type]] = {
    ast.Add: [ast.Sub, ast.Mult, ast.Div], ast.Sub: [ast.Add, ast.Mult, ast.Div],
    ast.Mult: [ast.Div, ast.Add, ast.Sub], ast.Div: [ast.Mult, ast.Add, ast.Sub, ast.FloorDiv],
    ast.Pow: [ast.Mult], ast.MatMult: [ast.Mult], ast.FloorDiv: [ast.Mult, ast.Div],
    ast.Mod: [ast.FloorDiv, ast.Mult],
}  # fmt: skip
SIGNS = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Pow: "**", ast.MatMult: "@",
    ast.FloorDiv: "//", ast.Mod: "%", ast.BitAnd: "&", ast.BitOr: "|", ast.BitXor: "^",
    ast.LShift: "<<", ast.RShift: ">>",
}  # fmt: skip
ORDER = (ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.Eq, ast.NotEq)
OTHERS = {ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In}


def arithmetic(node: ast.AST, scope: Scope) -> Iterator[Change]:
    """Another operation: `a + b` -> `a - b`."""
    if isinstance(node, ast.BinOp | ast.AugAssign):
        old = type(node.op)
        for new in SWAPS.get(old, []):

            def make(n, new=new):
                n.op = new()
                return n

            yield rewritten(node, f"{SIGNS[old]} -> {SIGNS[new]}", make)
    if isinstance(node, ast.AugAssign):
        kind = f"{SIGNS[type(node.op)]}= -> ="
        yield rewritten(node, kind, lambda n: ast.Assign([n.target], n.value))
        yield rewritten(node, f"{kind} a {SIGNS[type(node.op)]} b", _plain_assignment)


def _plain_assignment(n):
    loaded = ast.parse(ast.unparse(n.target), mode="eval").body
    return ast.Assign([n.target], ast.BinOp(loaded, n.op, n.value))


def operands(node: ast.AST, scope: Scope) -> Iterator[Change]:
    """`a - b` -> `b - a`."""
    if isinstance(node, ast.BinOp) and not isinstance(node.op, ast.Add | ast.Mult):
        kind = f"a {SIGNS[type(node.op)]} b -> b {SIGNS[type(node.op)]} a"
        yield rewritten(node, kind, lambda n: ast.BinOp(n.right, n.op, n.left))


def terms(node: ast.AST, scope: Scope) -> Iterator[Change]:
    """A term, a factor, a member of a condition, or an element left out."""
    if isinstance(node, ast.BinOp):
        sign = SIGNS[type(node.op)]
        left, right = shown(node.left), shown(node.right)
        yield change(node, left, f"without {sign} {right}", lambda n: n.left)
        yield change(node, right, f"without {left} {sign}", lambda n: n.right)
    if isinstance(node, ast.BoolOp):
        for i, value in enumerate(node.values):

            def make(n, i=i):
                rest = n.values[:i] + n.values[i + 1 :]
                return rest[0] if len(rest) == 1 else ast.BoolOp(n.op, rest)

            yield rewritten(node, f"condition without {shown(value)}", make)
    if isinstance(node, ast.Tuple | ast.List) and len(node.elts) > 1:
        for i, value in enumerate(node.elts):

            def without(n, i=i):
                n.elts = n.elts[:i] + n.elts[i + 1 :]
                return n

            yield rewritten(node, f"{shown(node)} without {shown(value)}", without)


def exchanged(node: ast.AST, scope: Scope) -> Iterator[Change]:
    """Two neighbours in a tuple or a list exchanged; a conditional's two sides exchanged."""
    if isinstance(node, ast.Tuple | ast.List):
        for i in range(len(node.elts) - 1):

            def make(n, i=i):
                n.elts = [*n.elts[:i], n.elts[i + 1], n.elts[i], *n.elts[i + 2 :]]
                return n

            yield rewritten(node, f"{shown(node)}: {i} and {i + 1} exchanged", make)
    if isinstance(node, ast.Dict):
        for i in range(len(node.values) - 1):

            def dealt(n, i=i):
                n.values = [*n.values[:i], n.values[i + 1], n.values[i], *n.values[i + 2 :]]
                return n

            yield rewritten(node, f"{shown(node)}: {i} and {i + 1} exchanged", dealt)


def signs(node: ast.AST, scope: Scope) -> Iterator[Change]:
    """A sign taken away, or put before what is returned or assigned."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        yield change(node, shown(node.operand), "-a -> a", lambda n: n.operand)
    plain = isinstance(node, ast.Return | ast.Assign | ast.AugAssign) and node.value is not None
    if plain and not isinstance(node.value, ast.Tuple | ast.Constant | ast.Dict | ast.List):

        def make(n):
            n.value = ast.UnaryOp(ast.USub(), n.value)
            return n

        yield rewritten(node, "minus before every value", make)


def comparisons(node: ast.AST, scope: Scope) -> Iterator[Change]:
    """Every other comparison."""
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        old = type(node.ops[0])
        others = [o for o in ORDER if o is not old] if old in ORDER else [OTHERS[old]]
        for new in others:

            def make(n, new=new):
                n.ops = [new()]
                return n

            yield rewritten(node, f"{old.__name__} -> {new.__name__}", make)


def conditions(node: ast.AST, scope: Scope) -> Iterator[Change]:
    """A condition negated, or forced; `and` and `or` exchanged."""
    if isinstance(node, ast.If | ast.While | ast.IfExp | ast.Assert):
        text = shown(node.test)
        for new in ("not", "True", "False"):

            def make(n, new=new):
                inverse = ast.UnaryOp(ast.Not(), n.test)
                n.test = inverse if new == "not" else ast.Constant(new == "True")
                return n

            new_text = f"not ({text})" if new == "not" else new
            yield Change(f"{text} -> {new_text}", f"{text} -> {new_text}", make)
    if isinstance(node, ast.comprehension):
        for i, test in enumerate(node.ifs):

            def without(n, i=i):
                n.ifs = n.ifs[:i] + n.ifs[i + 1 :]
                return n

            yield Change(f"without if {shown(test)}", f"without if {shown(test)}", without)
    if isinstance(node, ast.BoolOp):
        new_op = ast.Or if isinstance(node.op, ast.And) else ast.And

        def turned(n):
            n.op = new_op()
            return n

        yield rewritten(node, f"{type(node.op).__name__} -> {new_op.__name__}", turned)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not | ast.Invert):
        yield change(node, shown(node.operand), "not a -> a", lambda n: n.operand)


def constants(node: ast.AST, scope: Scope) -> Iterator[Change]:
    """A number one off, ten times or a tenth of it, its negative, 0, 1, 2 or a half; not a bool."""
    if not isinstance(node, ast.Constant):
        return
    value = node.value
    new: list[object] = []
    if isinstance(value, bool):
        new = [not value]
    elif isinstance(value, int | float):
        new = [value + 1, value - 1, -value, 10 * value, value / 10, 0, 1, 2, 0.5]
    elif value is None:
        new = [0, 1, True]
    for other in dict.fromkeys(repr(n) for n in new):
        if other != repr(value):
            text = f"{value!r} -> {other}"
            yield Change(text, text, lambda n, other=other: ast.parse(other, mode="eval").body)


def slices(node: ast.AST, scope: Scope) -> Iterator[Change]:
    """A slice or an index moved by one; a bound or the whole of it left out."""
    if isinstance(node, ast.Slice):
        for part in ("lower", "upper", "step"):
            if getattr(node, part) is None:
                continue

            def without(n, part=part):
                setattr(n, part, None)
                return n

            yield rewritten(node, f"{shown(node)} without {part}", without)
            for op in (ast.Add, ast.Sub):

                def moved(n, part=part, op=op):
                    setattr(n, part, ast.BinOp(getattr(n, part), op(), ast.Constant(1)))
                    return n

                yield rewritten(node, f"{shown(node)}: {part} {SIGNS[op]} 1", moved)
    if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load):
        kind = f"[{shown(node.slice)}] left out"
        yield change(node, shown(node.value), kind, lambda n: n.value)
        if isinstance(node.slice, ast.Name | ast.BinOp):
            for op in (ast.Add, ast.Sub):

                def shifted(n, op=op):
                    n.slice = ast.BinOp(n.slice, op(), ast.Constant(1))
                    return n

                yield rewritten(node, f"[{shown(node.slice)}] {SIGNS[op]} 1", shifted)
