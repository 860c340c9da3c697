"""Which tests a change can reach: what uses what changed, and in how many steps.

Files are counted from the commit at which this branch left `main`, uncommitted and new ones too.
grimp, which import-linter is made of, tells who imports whom in the package; tests are read for
what of it they name, be it in the text of a program that they run.
"""

import ast
import re
import subprocess
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator
from pathlib import Path

import grimp

REPO = Path(__file__).parents[1]
NAMED = re.compile(r"\bcoursekit(?:\.\w+)+")
INSIDE = "coursekit/sandbox/inside/"
COMMAND = re.compile(r'"-m", "coursekit"|\bbin/coursekit\b|"coursekit",')


def changed(repo: Path = REPO) -> list[str]:
    """Every file that is not as it was where this branch began, as paths from the repository."""
    base = _git(repo, "merge-base", "HEAD", "main") or ["HEAD"]
    known = _git(repo, "diff", "--name-only", "--no-renames", base[0])
    return sorted({*known, *_git(repo, "ls-files", "--others", "--exclude-standard")})


def _git(repo: Path, *words: str) -> list[str]:
    done = subprocess.run(["git", *words], cwd=repo, capture_output=True, text=True)
    return done.stdout.splitlines() if done.returncode == 0 else []


def module(path: str) -> str:
    """The dotted name of a module's file."""
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def mirrors(path: str) -> str:
    """How the names of a module's own test files begin: tests/ROOM/test_NAME."""
    _, *rooms, name = module(path).split(".") if module(path) != "coursekit" else ("", "coursekit")
    return "/".join(["tests", *rooms[:1], f"test_{name}"])


class Reach:
    """The files of tests, and who uses what."""

    def __init__(self, repo: Path = REPO):
        self.graph = grimp.build_graph("coursekit")
        found = sorted(p.relative_to(repo).as_posix() for p in (repo / "tests").rglob("*.py"))
        self.texts = {path: (repo / path).read_text("utf-8") for path in found}
        self.users: dict[str, set[str]] = defaultdict(set)  # files, by what they use
        for path, text in self.texts.items():
            for name in self._used(text):
                self.users[name].add(path)
            if path.endswith("conftest.py"):  # whether it is asked for or not
                folder = path.removesuffix("conftest.py")
                self.users[path] |= {p for p in found if p.startswith(folder)} - {path}

    def _used(self, text: str) -> Iterator[str]:
        names = set(NAMED.findall(text))
        names |= {"coursekit.__main__"} if COMMAND.search(text) else set()
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.ImportFrom) and node.module:
                names |= {node.module, *(f"{node.module}.{a.name}" for a in node.names)}
            elif isinstance(node, ast.Import):
                names |= {a.name for a in node.names}
        for name in names:
            path = f"tests/{name.removeprefix('tests.').replace('.', '/')}"
            yield from (p for p in (f"{path}.py", f"{path}/__init__.py") if p in self.texts)
            while name.startswith("coursekit.") and name not in self.graph.modules:
                name = name.rpartition(".")[0]
            if name in self.graph.modules:
                yield name

    def _importers(self, name: str) -> set[str]:
        known = name in self.graph.modules
        return self.graph.find_modules_that_directly_import(name) if known else set()

    def _naming(self, name: str) -> set[str]:
        ways = (f'"{name}"', f"/{name}") if name else ()
        return {p for p, text in self.texts.items() if any(way in text for way in ways)}

    def roots(self, path: str) -> set[str]:
        """The modules and files of tests that are others when a file is.

        Data change the module beside them, or that of their folder; data and pages change those who
        name them or their folder. What runs in the box is tested by its room from outside.
        """
        if path in self.texts:
            return {path}
        naming = self._naming(Path(path).name)
        if not path.startswith("coursekit/"):
            return naming | self._naming(Path(path).parent.name)
        home = module(re.sub(r"(_mistakes)?\.\w+$", "", path))
        while home not in self.graph.modules:
            home = home.rpartition(".")[0]
        if not path.endswith(".py"):
            return {home} | naming
        room = f"tests/{Path(path).parts[1]}/"
        boxed = path.startswith(INSIDE)
        return {home} | {p for p in self.texts if boxed and p.startswith(room)}

    def reached(self, paths: Iterable[str]) -> dict[str, int]:
        """Each file of tests that a change of these files reaches, and in how many steps.

        The nearest come first: what changed itself, then a changed module's own test file.
        """
        ahead = deque((root, 1) for path in paths for root in sorted(self.roots(path)))
        own = [mirrors(p) for p in paths if p.startswith("coursekit/") and p.endswith(".py")]
        steps = {p: 0 for p in self.texts if p in paths}
        steps |= {p: 0 for p in self.texts for o in own if re.fullmatch(rf"{o}(_\w+)?\.py", p)}
        seen: set[str] = set()
        while ahead:
            name, far = ahead.popleft()
            if name not in seen:
                seen.add(name)
                if name in self.texts:
                    steps.setdefault(name, far)
                ahead += [(n, far + 1) for n in sorted(self._importers(name) | self.users[name])]
        tests = {p: n for p, n in steps.items() if Path(p).name.startswith("test_")}
        return dict(sorted(tests.items(), key=lambda item: item[1]))
