"""A notebook's cell as the Python that the box runs of it: what is analysed is what runs.

IPython knows where its commands stand; what becomes of each is decided here. Every line stays on
its line, so that messages name the learner's own.
"""

import ast
import re
import warnings
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from coursekit.checking.source.reach import parse
from coursekit.sandbox.inside.shell import HARMLESS
from coursekit.sandbox.sanitize import plain

NOT_PLAIN = re.compile(r"(?m)^[ \t]*(?:[%!?,;/]|>>>|In \[)|=[ \t]*[%!]|\?[ \t]*$|\A\s*^[ \t]")
LONGEST = 1 << 15  # characters of one cell with commands
EFFORT = 1 << 21  # characters times commands, of all cells: IPython reads on from each command
RUNS_ITS_CODE = {  # magic -> its options that take a value
    "time": "", "timeit": "nrp", "capture": "", "prun": "lsTD", "memit": "rti", "mprun": "fcT",
    "lprun": "fmDTuz", "snakeviz": "f", "pyinstrument": "",
}  # fmt: skip
LEFT_OUT = "was left out: only Python runs while grading"


class Told(NamedTuple):
    """The Python of one cell; why it is none, if so; and what of it is not run."""

    text: str
    problem: str = ""
    notes: tuple[str, ...] = ()


def tell(source: str) -> Told:
    """The cell as plain Python, with the lines where they were."""
    return next(tell_all([source]))


def tell_all(sources: Iterable[str]) -> Iterator[Told]:
    """Each cell as plain Python; who searches them for magics has an end."""
    left = EFFORT
    for source in sources:
        text = source.replace("\r\n", "\n").replace("\r", "\n")
        problem = _problem(text)
        effort = len(text) * len(NOT_PLAIN.findall(text)) if problem else 0
        if effort > left or (effort and len(text) > LONGEST):
            words = "so long a cell, or so many, are not searched for magics: split it"
            yield Told(text, f"{problem}; {words}")
            continue
        left -= effort
        yield _searched(text, problem) if effort else Told(text, problem)


def _searched(text: str, problem: str) -> Told:
    notes: list[str] = []
    try:
        made = _plain(text, notes)
    except (SyntaxError, ValueError, RuntimeError, RecursionError, MemoryError):
        return Told(text, problem)
    return Told(made, _problem(made), tuple(dict.fromkeys(notes)))


def _problem(text: str) -> str:
    """Why Python does not run the text, or nothing."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(text, "<cell>", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
        parse(text)
    except SyntaxError as error:
        lines, n = text.split("\n"), error.lineno or 0
        at = f"line {n}: {lines[n - 1].strip()[:120]} raised " if 0 < n <= len(lines) else ""
        return plain(f"{at}{type(error).__name__}: {error.msg}")
    except (RecursionError, MemoryError):
        return "it cannot be read: it is nested too deep"
    except ValueError as error:  # null bytes, half a character
        return plain(f"it cannot be read: {error}")
    return ""


def _plain(text: str, notes: list[str]) -> str:
    """The text with IPython's commands turned into Python.

    Raises:
        SyntaxError, ValueError, RuntimeError: it cannot be told where they are.
    """
    from IPython.core import inputtransformer2 as ipython

    lines = [line + "\n" for line in text.split("\n")]
    above = next((i for i, line in enumerate(lines) if not line.isspace()), 0)
    head, lines = lines[:above], lines[above:]
    kept = len(lines)
    for clean in (_outdented, ipython.classic_prompt, ipython.ipython_prompt):
        lines = clean(lines)
    while lines and (found := re.match(r"%%(\w+)[ \t]*(.*)", lines[0])):
        name, line = found[1], found[2]
        if name not in RUNS_ITS_CODE:
            notes.append(f"%%{name} {LEFT_OUT}")
            return ""
        setup = _code(name, line) if name == "timeit" else ""
        head.append(setup + "\n")  # the magic's own line counts
        lines = lines[1:]
    if len(head) + len(lines) != above + kept:
        raise ValueError("lines were lost")
    return "".join([*head, *_commands(lines, notes)]).removesuffix("\n")


def _outdented(lines: list[str]) -> list[str]:
    """The lines without the indentation that all of them have."""
    margins = [re.match(r"[ \t]*", line)[0] for line in lines if not line.isspace()]  # type: ignore[index]
    margin = min(margins, key=len, default="")
    if not margin or any(not m.startswith(margin) for m in margins):
        return lines
    return [line.removeprefix(margin) for line in lines]


def _commands(lines: list[str], notes: list[str]) -> list[str]:
    from IPython.core import inputtransformer2 as ipython

    class Kept:
        """One command, turned into Python; the lines after it stay where they are."""

        start_line: int
        start_col: int

        def transform(self, lines: list[str]) -> list[str]:
            made = super().transform(lines)  # type: ignore[misc]
            n, column = self.start_line, self.start_col
            before, call = made[n][:column], made[n][column:].rstrip("\n")
            line = before + _python(call, assigned="=" in before, notes=notes) + "\n"
            return [*made[:n], line, *["\n"] * (len(lines) - len(made)), *made[n + 1 :]]

    manager: Any = ipython.TransformerManager()
    manager.token_transformers = [
        type(kind.__name__, (Kept, kind), {}) for kind in manager.token_transformers
    ]
    return manager.do_token_transforms(lines)


def _python(call: str, *, assigned: bool, notes: list[str]) -> str:
    """What runs in the place of IPython's call for a command."""
    nothing = "None" if assigned else "pass"
    found = re.fullmatch(r"get_ipython\(\)\.(\w+)\((.*)\)", call, re.DOTALL)
    if not found:  # `,f a b` is f("a", "b")
        return call or nothing
    method, arguments = found[1], ast.literal_eval(f"({found[2]},)")
    if method in ("system", "getoutput"):
        notes.append(f"!{arguments[0][:60]} {LEFT_OUT}")
        return "[]" if assigned else nothing
    name, line = (*arguments, "")[:2]
    if name in RUNS_ITS_CODE:
        code = _code(name, line)
        if code and _compiles(code, "eval" if assigned else "exec"):
            return code
        if not code:
            return nothing
    if name not in HARMLESS:
        notes.append(f"%{str(name)[:60]} {LEFT_OUT}")
    return nothing


def _code(name: str, line: str) -> str:
    """The code on a magic's line, without its options."""
    valued, words = RUNS_ITS_CODE[name], _words(line)
    start = 0
    for start, word in words:
        if not word.startswith("-"):
            return line[start:].strip()
        if word == "--":
            break
        if len(word) == 2 and word[1] in valued:
            next(words, None)
    rest = next(words, None)
    return line[rest[0] :].strip() if rest else ""


def _words(line: str) -> Iterator[tuple[int, str]]:
    return ((found.start(), found[0]) for found in re.finditer(r"\S+", line))


def _compiles(code: str, mode: str) -> bool:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(code, "<magic>", mode, ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True
