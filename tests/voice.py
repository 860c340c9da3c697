"""How the lessons read, in figures: the length of sentences, and how often a mark stands in them.

python tests/voice.py           a line for each lesson
python tests/voice.py FILE...   of these pages only

Counted is prose: paragraphs and list items of markdown cells, a formula or a piece of code as one
word. Headings, tables, code, displayed formulas, directives and what an instructor reads are not.
"""

import re
import sys
from dataclasses import dataclass
from pathlib import Path

PAGES = sorted((Path(__file__).parents[1] / "solutions").glob("[0-9][0-9]_*.py"))
CELL = re.compile(r"^# %%.*$", re.MULTILINE)
SHORT = 6  # words: a sentence of so many or fewer is a short one
NOT_PROSE = re.compile(r"^\s*(#|\||\{\{(?!claim |result )|<|!\[|```|\$\$)")
ENDS = re.compile(r"(?<=[.?!])[)”\"*]*\s+(?=[\"“(*`$\\\w])")
ABBREVIATIONS = re.compile(r"\b(e\.g|i\.e|et al|vs|cf|Fig|fig|eq|Eq|St|Dr)\.")


@dataclass(frozen=True)
class Voice:
    """How one page reads.

    words: in all; mean: words in a sentence; short: the share of sentences of six words or fewer;
    marks: semicolons and colons in a thousand words.
    """

    words: int
    sentences: int
    mean: float
    short: float
    marks: float


def prose(page: str) -> list[str]:
    """The paragraphs and list items of a page's markdown cells, each in one line."""
    heads = list(CELL.finditer(page))
    ends = [*(h.start() for h in heads[1:]), len(page)]
    found: list[str] = []
    for head, end in zip(heads, ends, strict=True):
        if "[markdown]" not in head.group():
            continue
        text = re.sub(r"^# ?", "", page[head.end() : end], flags=re.MULTILINE)
        text = re.sub(r"```.*?```|\$\$.*?\$\$", "\n", text, flags=re.DOTALL)
        for block in re.split(r"\n\s*\n|\n(?=\s*(?:[-*]|\d+\.)\s)", text):
            lines = [line for line in block.splitlines() if not NOT_PROSE.match(line)]
            if joined := re.sub(r"^\s*(?:[-*]|\d+\.)\s+", "", " ".join(" ".join(lines).split())):
                found.append(joined)
    return found


def sentences(paragraph: str) -> list[str]:
    """The sentences of a paragraph, without their marks of formatting."""
    text = re.sub(r"\$[^$]+\$|`[^`]+`|\{\{[^}]*\}\}", " X ", paragraph)
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text)
    text = re.sub(r"\*\*\[[^\]]*\]\*\*|<[^>]*>", " ", text)
    text = ABBREVIATIONS.sub(r"\1", text.replace("*", ""))
    return [s for s in ENDS.split(text) if re.search(r"\w", s)]


def voice(page: str) -> Voice:
    """How a page (py:percent) reads.

    Raises:
        ValueError: there is no prose on it.
    """
    said = [s for paragraph in prose(page) for s in sentences(paragraph)]
    lengths = [len(re.findall(r"\w[\w’'.,/–-]*", s)) for s in said]
    if not (words := sum(lengths)):
        raise ValueError("there is no prose on this page")
    marks = sum(len(re.findall(r"[;:](?=\s|$)", s)) for s in said)
    short = sum(n <= SHORT for n in lengths) / len(said)
    return Voice(words, len(said), words / len(said), short, 1000 * marks / words)


def main(files: list[str]) -> None:
    """Print a line for each page."""
    print(f"{'':<32}{'words':>7}{'sentences':>11}{'mean':>7}{'short':>8}{'; and : in 1000':>17}")
    for file in map(Path, files or PAGES):
        v = voice(Path(file).read_text("utf-8"))
        print(
            f"{file.stem:<32}{v.words:>7}{v.sentences:>11}{v.mean:>7.1f}{v.short:>8.1%}{v.marks:>17.1f}"
        )


if __name__ == "__main__":
    main(sys.argv[1:])
