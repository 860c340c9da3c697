"""The single edits that are made of a right answer: what people leave out, move or exchange."""

import ast
import warnings
from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from coursekit.checking.edits import Place
from coursekit.checking.naming.said import Public
from coursekit.checking.naming.single import Single, Text
from coursekit.checking.naming.slots import axes, choices, constants, keepdims, names, numbers
from coursekit.checking.naming.terms import symbol, terms

MOST = 900  # edits of one answer; the least likely are left out


class Made(NamedTuple):
    """An edit before it is counted: its kind, its words, and what stands where instead."""

    kind: str
    words: str
    place: Place


def singles(source: str) -> list[Single]:
    """The single edits of a source, each also at all places where it stands; likely ones first."""
    text = Text(source)
    public = Public(text.tree)
    made = [one for node in _code(text.tree) for one in _edits(text, public, node)]
    made += list(names(text, public))
    alike: dict[tuple[str, str, str, str], list[Made]] = defaultdict(list)
    for one in map(Made._make, made):
        old = source[one.place.start : one.place.end]
        if one.place.new != old:
            alike[one.kind, one.words, old, one.place.new].append(one)
    found: dict[tuple[Place, ...], Single] = {}
    for (kind, words, _, _), group in alike.items():
        for one in group:
            said = words and words + public.where(text, one.place)
            found.setdefault((one.place,), Single(kind, said, (one.place,)))
        places = _outermost([one.place for one in group])
        if len(places) > 1:
            everywhere = f"{words}, wherever it stands" if words else ""
            found.setdefault(places, Single(kind, everywhere, places))
    likely = sorted(found.values(), key=lambda single: single.rank)
    return [single for single in likely if _is_python(single.of(source))][:MOST]


def _outermost(places: list[Place]) -> tuple[Place, ...]:
    """Those that lie in no other."""
    kept: list[Place] = []
    for place in sorted(set(places), key=lambda p: (p.start, -p.end)):
        if not kept or place.start >= kept[-1].end:
            kept.append(place)
    return tuple(kept)


def _is_python(source: str) -> bool:
    """True if it can be run, and Python itself sees nothing odd in it."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            compile(source, "<edit>", "exec")
    except (SyntaxError, SyntaxWarning, ValueError):
        return False
    return True


def _code(tree: ast.Module) -> Iterator[ast.AST]:
    """Every node that runs and can be spoken of: no docstrings, and no numbers in an index."""
    for node in ast.walk(tree):
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant):
                child.value.kind = "docstring"
        if isinstance(node, ast.Subscript):
            for part in ast.walk(node.slice):
                if isinstance(part, ast.Constant):
                    part.kind = "index"
    for node in ast.walk(tree):
        if getattr(node, "kind", None) not in ("docstring", "index"):
            yield node


def _edits(text: Text, public: Public, node: ast.AST) -> Iterator[tuple[str, str, Place]]:
    """The edits that begin at a node."""
    if isinstance(node, ast.BinOp):
        yield from terms(text, public, node)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.Not | ast.Invert):
        yield "sign", "a sign were turned", text.instead(node, text.of(node.operand))
    elif isinstance(node, ast.Call):
        yield from _calls(text, public, node)
    elif isinstance(node, ast.Attribute) and node.attr in ("T", "mT"):
        yield "turned", "a transpose were left out", text.instead(node, text.of(node.value))
    elif isinstance(node, ast.If | ast.IfExp | ast.While):
        yield from choices(text, node)
    elif isinstance(node, ast.Compare | ast.BoolOp):
        yield from choices(text, node)
    elif isinstance(node, ast.Constant):
        yield from constants(text, node)
    elif isinstance(node, ast.Tuple | ast.List) and isinstance(node.ctx, ast.Load):
        yield from _order(text, node)
    elif isinstance(node, ast.FunctionDef):
        yield from _options(text, public, node)
    if isinstance(node, ast.Assign | ast.AugAssign | ast.Expr | ast.For | ast.Return):
        yield from _steps(text, public, node)


ALIKE = {
    "var": ("std",), "std": ("var",), "mean": ("sum", "max"), "sum": ("mean",), "zeros": ("ones",),
    "ones": ("zeros",), "sqrt": ("square",), "square": ("sqrt",), "max": ("min", "mean"),
    "min": ("max",), "any": ("all",), "all": ("any",), "zeros_like": ("ones_like",),
    "ones_like": ("zeros_like",), "norm": ("sum",), "abs": ("square",), "argmin": ("argmax",),
    "argmax": ("argmin",), "eigh": ("eig",), "eigvalsh": ("eigvals",), "rsqrt": ("sqrt",),
}  # fmt: skip


def _calls(text: Text, public: Public, node: ast.Call) -> Iterator[tuple[str, str, Place]]:
    called = node.func.attr if isinstance(node.func, ast.Attribute) else text.of(node.func)
    method = isinstance(node.func, ast.Attribute) and not public.is_module(node.func.value)
    given = node.func.value if method and isinstance(node.func, ast.Attribute) else None
    first = given if given is not None else node.args[0] if node.args else None
    if first is not None and called not in ("range", "len", "super"):
        inner = text.of(first)
        said = public.call(called)
        words = f"{said} were left out" if said else ""
        yield "dropped", words, text.instead(node, f"({inner})")
        plus = first if not method else None
        if isinstance(plus, ast.BinOp) and isinstance(plus.op, ast.Add | ast.Sub):
            sign = symbol(plus.op)
            start, end = text.span(plus)
            inside = [Place(start, end, text.of(plus.left))]
            call = _replaced(text, node, inside)
            moved = f"({call} {sign} {text.of(plus.right)})"
            words = _outside(public, plus.right, called)
            yield "moved", words, text.instead(node, moved)
        elif isinstance(first, ast.BinOp) and isinstance(first.op, ast.Mult | ast.Div | ast.Pow):
            sign = symbol(first.op)
            call = _replaced(text, node, [text.instead(first, f"({text.of(first.left)})")])
            words = _outside(public, first.right, called)
            yield "moved", words, text.instead(node, f"({call} {sign} {text.of(first.right)})")
    for other in ALIKE.get(called, ()):
        if isinstance(node.func, ast.Attribute):
            end = text.span(node.func)[1]
            words = f"{public.call(called)} were {public.call(other)}" if public.call(other) else ""
            yield "exchanged", words, Place(end - len(called), end, other)
    yield from axes(text, node, called, method)
    yield from keepdims(text, node, called)


def _outside(public: Public, node: ast.AST, called: str) -> str:
    call = public.call(called)
    return f"{public.term(node)} stood outside {call}" if call else ""


def _replaced(text: Text, node: ast.AST, places: list[Place]) -> str:
    start, end = text.span(node)
    source = text.source[:end]
    for place in sorted(places, reverse=True):
        source = source[: place.start] + place.new + source[place.end :]
    return source[start:]


def _order(text: Text, node: ast.Tuple | ast.List) -> Iterator[tuple[str, str, Place]]:
    """Two values of a returned tuple in each other's place."""
    if 2 <= len(node.elts) <= 4 and not all(isinstance(e, ast.Constant) for e in node.elts):
        parts = [text.of(e) for e in node.elts]
        for i in range(len(parts) - 1):
            for j in range(i + 1, len(parts)):
                new = list(parts)
                new[i], new[j] = new[j], new[i]
                start, end = text.span(node.elts[0])[0], text.span(node.elts[-1])[1]
                yield "turned", "two values changed places", Place(start, end, ", ".join(new))


def _steps(text: Text, public: Public, node: ast.stmt) -> Iterator[tuple[str, str, Place]]:
    """Statements left out, and values that are another."""
    match node:
        case ast.Assign(targets=[target]):
            what = public.target(target)
            yield "step", f"{what} were never set", text.instead(node, "pass")
            for new in numbers(public):
                value = new.format(f"({text.of(node.value)})")
                words = f"{what} were {public.value(new)}"
                yield "value", words, text.instead(node.value, value)
        case ast.AugAssign():
            what = public.target(node.target)
            yield "step", f"{what} were never changed", text.instead(node, "pass")
            start, end = text.span(node.target)[1], text.span(node.value)[0]
            yield "step", f"{what} were set and not added to", Place(start, end, " = ")
        case ast.Expr(value=ast.Call()):
            yield "step", "one step were left out", text.instead(node, "pass")
        case ast.Return(value=ast.expr() as value) if not isinstance(value, ast.Tuple):
            for new in numbers(public)[:1]:
                words = f"the result were {public.value(new)}"
                yield "value", words, text.instead(value, new.format(f"({text.of(value)})"))


def _options(text: Text, public: Public, node: ast.FunctionDef) -> Iterator[tuple[str, str, Place]]:
    """What was given is not used: its default stands there instead."""
    given = node.args.args[len(node.args.args) - len(node.args.defaults) :]
    body = [n for n in node.body if getattr(getattr(n, "value", None), "kind", "") != "docstring"]
    if not body:
        return
    start = text.span(body[0])[0]
    for argument, default in zip(given, node.args.defaults, strict=True):
        words = f"{public.name(argument.arg)} were not used, and always {text.of(default)}"
        yield "option", words, Place(start, start, f"{argument.arg} = {text.of(default)}; ")
