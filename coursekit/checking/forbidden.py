"""What an answer's source tells before it runs: forbidden names, a forgotten `return`.

What is written out is found, through helpers, aliases, threads and `torch.jit` too, for all of
them name what they use. What the source does not show (a name put together while running, code in
a string that cannot be read) is refused with the reason where it could lead to something
forbidden. The sandbox does the rest: it holds nothing of the course.
"""

import ast
from collections import defaultdict
from dataclasses import dataclass

from coursekit.checking.names import UNKNOWN, Reader
from coursekit.checking.source import Source, read

RUNS_TEXT = frozenset(
    {"builtins.eval", "builtins.exec", "builtins.compile", "torch.jit.CompilationUnit"}
)
PICKS = frozenset({"operator.attrgetter", "operator.methodcaller"})
DIRECT = RUNS_TEXT | {"builtins.getattr", "builtins.__import__", "importlib.import_module"}
DOORS = frozenset(
    "pickle.load pickle.loads dill.load dill.loads marshal.loads torch.load torch.jit.load "
    "runpy.run_path runpy.run_module os.system os.popen subprocess.run subprocess.Popen "
    "subprocess.call subprocess.check_call subprocess.check_output".split()
)
INWARD = frozenset({"__globals__", "__subclasses__", "__loader__", "__builtins__", "f_globals"})
HOLDERS = ("torch.ops", "torch._C", "builtins")  # what they hold is not listed
DEPTH_LIMIT = 3  # of code in a string in code in a string


@dataclass(frozen=True)
class Use:
    """A forbidden name, as written, or why none can be ruled out; and the line it stands on."""

    name: str
    line: int
    reason: str = ""

    @property
    def words(self) -> str:
        """What to tell the learner."""
        said = self.reason or f"uses {self.name}, which this exercise asks you to write"
        return f"line {self.line} {said}."


def forbidden_use(source: str, function: str, banned: tuple[str, ...]) -> Use | None:
    """The first use of a banned dotted name in a function or in what it is built on.

    Args:
        source: the module or notebook that defines the function.
        function: the function's name.
        banned: dotted names; a banned module bans what it holds, and what is banned of a library
            stays so under the library's other names for it.
    """
    known = read(source)
    if known is None:
        return None
    search = _Search(known, banned)
    found = (search.inside(node) for _, node in known.reach(function))
    return next((use for use in found if use), None) or search.taken_from_what_was_passed()


def reached(source: str, function: str) -> set[str]:
    """The source's own names that a function is built on, its own among them."""
    known = read(source)
    return {name for name, _ in known.reach(function)} if known else set()


def returns(source: str, function: str) -> bool:
    """False if the function certainly gives nothing back: no return of a value, yield or raise."""
    known = read(source)
    mine = known.functions.get(function) if known else None
    if mine is None or mine.decorator_list:
        return True
    ways_out = ast.Yield | ast.YieldFrom | ast.Raise
    return any(
        isinstance(node, ways_out) or (isinstance(node, ast.Return) and node.value is not None)
        for node in ast.walk(mine)
    )


class _Search:
    """The search through all that one function is built on."""

    def __init__(self, source: Source, banned: tuple[str, ...]):
        self.source, self.banned = source, banned
        self.leaves: dict[str, set[str]] = defaultdict(set)
        for name in banned:
            root, _, rest = name.partition(".")
            if rest:
                self.leaves[root].add(rest.rpartition(".")[2])
        self.passed = ""  # a library that is handed on as a value
        self.taken: Use | None = None  # a banned name, taken from something that has no name

    def taken_from_what_was_passed(self) -> Use | None:
        """`m.batch_norm`, where `m` may be a library that was passed on."""
        return self.taken if self.passed else None

    def inside(self, node: ast.AST) -> Use | None:
        """The first use inside a definition or a statement of the source."""
        return self._walk(node, self.source.reader(node))

    def _walk(self, node: ast.AST, reader: Reader, depth: int = 0, at: int = 0) -> Use | None:
        """Look at every expression below a node; `at` is the line of a string it comes from."""
        todo = [node]
        plain: set[int] = set()  # nodes whose meaning their parent has seen to
        while todo:
            inner = todo.pop()
            line = at or getattr(inner, "lineno", 0)
            stored = isinstance(getattr(inner, "ctx", None), ast.Store)
            names = set() if stored else reader.dotted(inner)
            found = next((Use(n, line) for n in sorted(names) if self._is_banned(n)), None)
            reason = self._hidden(inner, names, reader, id(inner) in plain)
            if found or reason:
                return found or Use("", line, reason)
            if isinstance(inner, ast.Call):
                found = self._text_that_runs(inner, reader, depth, line)
                if found:
                    return found
            self._note(inner, names, reader, id(inner) in plain, line)
            plain |= {id(n) for n in _seen_to(inner, names)}
            todo += list(ast.iter_child_nodes(inner))[::-1]
        return None

    def _hidden(self, node: ast.AST, names: set[str], reader: Reader, plain: bool) -> str:
        """Why an expression could stand for something forbidden without saying so; or nothing."""
        if isinstance(node, ast.Attribute) and node.attr in INWARD:
            return f"reaches through {node.attr}: what it finds there cannot be read here"
        for name in names:
            owner = name.partition(UNKNOWN)[0].rstrip(".")
            if UNKNOWN in name and self._holds(owner):
                what = f"takes something from {owner}" if owner else "imports something"
                return f"{what} by a name that the source does not show: write the name out"
        if plain:
            return ""
        direct = names & (DIRECT | {"sys.modules"})
        if direct and isinstance(node, ast.Name | ast.Attribute):
            said = min(direct).removeprefix("builtins.")
            return f"passes {said} on, so that what it will do cannot be read: call it directly"
        if any(
            self._holds(owner) for owner in reader.owners(node) if owner != "builtins.globals()"
        ):
            return "takes all that a library holds: write out the one name that you need"
        return ""

    def _note(self, node: ast.AST, names: set[str], reader: Reader, plain: bool, line: int) -> None:
        """Note a library that is passed on, and a banned name taken from nobody knows what."""
        if not plain:
            self.passed = self.passed or next((n for n in names if self._is_library(n)), "")
        leaf = ""
        match node:
            case ast.Attribute(attr=name) if not names:
                leaf = name
            case ast.Call(func=function, args=[_, name, *_]) if not names:
                found = reader.text(name) if "builtins.getattr" in reader.dotted(function) else ()
                leaf = next((text for text in found or () if self._is_leaf(text)), "")
        if self._is_leaf(leaf) and not self.taken:
            words = f"takes {leaf} from something that may be a library: this exercise asks for it"
            self.taken = Use(leaf, line, words)

    def _is_leaf(self, name: str) -> bool:
        return any(self._is_banned(f"{root}.{name}") for root in self.leaves if name)

    def _is_library(self, name: str) -> bool:
        """True for a module, by its name, that something forbidden is in."""
        return name != "coursekit" and any(b.startswith(name + ".") for b in self.banned)

    def _text_that_runs(self, call: ast.Call, reader: Reader, depth: int, line: int) -> Use | None:
        """What code in a string uses, or that it cannot be read."""
        functions = reader.dotted(call.func)
        door = sorted(functions & DOORS)
        if door:
            return Use(door[0], line, f"uses {door[0]}: what it brings cannot be read here")
        if not functions & (RUNS_TEXT | PICKS) or not call.args:
            return None
        if reader.dotted(getattr(call.args[0], "func", call)) & {"builtins.compile"}:
            return None  # exec(compile(…)): its text is read there
        what = min(functions & (RUNS_TEXT | PICKS)).removeprefix("builtins.")
        texts = reader.text(call.args[0])
        if texts is None or depth >= DEPTH_LIMIT:
            return Use(what, line, f"gives {what} a text that the source does not show")
        for text in sorted(texts):
            if functions & PICKS:
                if any(self._is_banned(f"{root}.{text}") for root in self.leaves):
                    return Use(text, line)
                continue
            found = self._walk_text(text, reader, depth, line, "CompilationUnit" in what)
            if found:
                return found
        return None

    def _walk_text(
        self, text: str, reader: Reader, depth: int, line: int, script: bool
    ) -> Use | None:
        known = read(text.strip())
        if known is None:
            return None  # it will raise a SyntaxError
        own = known.reader(known.tree)
        torch = {"torch": {"torch"}} if script else {}
        merged = {**reader.names, **known.aliases, **torch}
        inner = Reader(
            merged, {**reader.values, **own.values}, reader.stars | own.stars, reader.bound
        )
        return self._walk(known.tree, inner, depth + 1, line)

    def _is_banned(self, name: str) -> bool:
        if any(name == b or name.startswith(b + ".") for b in self.banned):
            return True
        root, _, rest = name.partition(".")
        leaves = self.leaves.get(root, ())
        return any(
            leaf == part or ("_" in leaf[1:] and f"_{leaf}_" in f"_{part}_")
            for part in rest.split(".")
            for leaf in leaves
        )

    def _holds(self, owner: str) -> bool:
        """True if something forbidden may be had from a module, by some name."""
        inside = any((owner + ".").startswith(holder + ".") for holder in HOLDERS)
        return not owner or inside or any(b.startswith(owner + ".") for b in self.banned)


def _seen_to(node: ast.AST, names: set[str]) -> list[ast.AST]:
    """Parts of an expression that are only dangerous elsewhere."""
    match node:
        case ast.Call(func=function, args=args):
            table = getattr(function, "value", function) if names else function
            return [function, table, *(args[:1] if names else [])]
        case ast.Subscript(value=table) if names:
            return [table]
        case ast.Attribute(value=table) if names and not any("sys.modules" in n for n in names):
            return [table]
        case ast.Assign(targets=targets, value=value):  # a renaming, which is followed
            return [value] if all(isinstance(t, ast.Name) for t in targets) else []
        case ast.Compare(comparators=tables):  # "torch" in sys.modules
            return [*tables]
    return []
