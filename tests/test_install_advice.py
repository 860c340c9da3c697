"""Nobody is told to install coursekit from the index: there the name is somebody else's."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
HERE = Path(__file__).name
PLACES = ("coursekit", "docs", "solutions", "notebooks", "benchmarks", "tests", ".github")
ENDINGS = {".py", ".md", ".ipynb", ".toml", ".yml", ".yaml", ".txt", ".lock", ".js", ".html", ".sh"}
JOINED = re.compile(r"""["']\s*\n\s*f?["']""")  # one string over two lines
ADVICE = re.compile(
    r"""\b(?:pip3?|pipx|uv|conda|mamba|poetry)[ \t]+(?:install|add)[ \t]"""
    r"""[^\n`;|&#]*?(?<![\w./@-])coursekit(?![\w./-])"""
)


def texts():
    files = [p for p in ROOT.iterdir() if p.is_file() and not p.name.startswith(".coverage")]
    for place in PLACES:
        files += [p for p in (ROOT / place).rglob("*") if p.suffix in ENDINGS and p.is_file()]
    for path in files:
        if path.name != HERE:
            text = path.read_text("utf-8", errors="replace")
            yield path.relative_to(ROOT), JOINED.sub("", text).replace(r"\n", "\n")


def test_no_page_message_or_notebook_gives_it():
    seen = [*texts()]
    assert {"README.md", "Makefile", "environment.yml"} <= {str(path) for path, _ in seen}
    assert sum(path.suffix == ".ipynb" for path, _ in seen) > 20
    found = [f"{path}: {hit[0]}" for path, text in seen for hit in ADVICE.finditer(text)]
    assert found == []


@pytest.mark.parametrize(
    "text",
    [
        "pip install coursekit",
        "pip3 install -U coursekit",
        "pip install 'coursekit[grade,scale]'",
        "python -m pip install --user -c lock 'coursekit>=1'",
        "!pip install -q coursekit",
        "%pip install coursekit",
        "uv pip install coursekit",
        "uv add coursekit",
        "pipx install coursekit",
        "conda install -c conda-forge coursekit",
        """needs it: pip install "\n            "'coursekit[scale]'""",
    ],
)
def test_such_advice_would_be_found(text):
    assert ADVICE.search(JOINED.sub("", text))


@pytest.mark.parametrize(
    "text",
    [
        "pip install -e '.[grade]'\ncoursekit grade",
        "`pip install .` here, then `coursekit lab my-course`",
        "pip install -e . && coursekit lab",
        "pip install ./coursekit",
        "pip install keras  # coursekit needs it",
    ],
)
def test_other_advice_is_not(text):
    assert not ADVICE.search(JOINED.sub("", text))
