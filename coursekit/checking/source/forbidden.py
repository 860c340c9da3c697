"""What an answer's source tells before it runs: forbidden names, a forgotten `return`.

What is written out is found, through helpers, aliases, threads and `torch.jit` too, for all of
them name what they use. What the source does not show (a name put together while running, code in
a string) is no reason to refuse anybody: the grader watches what torch runs. The sandbox does the
rest: it holds nothing of the course.
"""

import ast
from collections import defaultdict
from dataclasses import dataclass

from coursekit.checking.libraries import COURSE
from coursekit.checking.source.names import Reader
from coursekit.checking.source.reach import read
from coursekit.patience import TEXT, at_most

PROGRAMS = tuple(  # what another process runs is seen by nobody, where something must not run
    """subprocess.run subprocess.Popen subprocess.call subprocess.check_call subprocess.check_output
    subprocess.getoutput subprocess.getstatusoutput multiprocessing torch.multiprocessing
    concurrent.futures.ProcessPoolExecutor concurrent.futures.process joblib.Parallel pty.fork
    pty.spawn _posixsubprocess asyncio.create_subprocess_exec asyncio.create_subprocess_shell
    os.system os.popen os.fork os.forkpty os.posix_spawn os.posix_spawnp os.execl os.execle
    os.execlp os.execlpe os.execv os.execve os.execvp os.execvpe os.spawnl os.spawnle os.spawnlp
    os.spawnlpe os.spawnv os.spawnve os.spawnvp os.spawnvpe posix.fork""".split()
)


@dataclass(frozen=True)
class Use:
    """A forbidden name, as written, and the line it stands on."""

    name: str
    line: int
    reason: str = ""

    @property
    def words(self) -> str:
        """What to tell the learner."""
        said = self.reason or f"uses {self.name}, which this exercise asks you to write"
        return f"line {self.line} {said}."


@at_most(TEXT)
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
    names, programs = _Banned(banned), PROGRAMS if set(banned) - set(COURSE) else ()
    nodes = {id(node): node for _, node in known.reach(function)}  # one may bind many names
    found = (_use(node, known.reader(node), names, programs) for node in nodes.values())
    return next((use for use in found if use), None)


@at_most(TEXT)
def reached(source: str, function: str) -> set[str]:
    """The source's own names that a function is built on, its own among them."""
    known = read(source)
    return {name for name, _ in known.reach(function)} if known else set()


@at_most(TEXT)
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


class _Banned:
    """Dotted names, and what tells another name for the same."""

    def __init__(self, names: tuple[str, ...]):
        self.whole = frozenset(names)
        self.known: dict[str, bool] = {}
        self.leaves: dict[str, set[str]] = defaultdict(set)
        for name in names:
            root, _, rest = name.partition(".")
            if rest:
                self.leaves[root].add(rest.rpartition(".")[2])

    def __contains__(self, name: str) -> bool:
        """True for a banned name, for what it holds, and for the library's other names for it."""
        if name not in self.known:
            self.known[name] = self._is_banned(name.split("."))
        return self.known[name]

    def _is_banned(self, parts: list[str]) -> bool:
        if any(".".join(parts[:n]) in self.whole for n in range(1, len(parts) + 1)):
            return True
        leaves = self.leaves.get(parts[0], ())
        return any(
            leaf == part or ("_" in leaf[1:] and f"_{leaf}_" in f"_{part}_")
            for part in parts[1:]
            for leaf in leaves
        )


def _use(node: ast.AST, reader: Reader, banned: _Banned, programs: tuple[str, ...]) -> Use | None:
    """The first use inside a definition or a statement of the source."""
    todo = [node]
    while todo:
        inner = todo.pop()
        stored = isinstance(getattr(inner, "ctx", None), ast.Store)
        for name in () if stored else sorted(reader.dotted(inner)):
            line = getattr(inner, "lineno", 0)
            if name in banned:
                return Use(name, line)
            if any(name == p or name.startswith(p + ".") for p in programs):
                return Use(name, line, f"uses {name}: what another process does cannot be seen")
        todo += list(ast.iter_child_nodes(inner))[::-1]
    return None
