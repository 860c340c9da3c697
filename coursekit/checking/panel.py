"""A Result as a panel: the same lines in plain text and in HTML, dark or light."""

import math
import re
from html import escape
from typing import TYPE_CHECKING

from coursekit.checking.trying import in_hand, marked, pre
from coursekit.checking.unwritten import SHIPPED, UNFINISHED
from coursekit.checking.words import sentence, told_apart
from coursekit.themes import PRINTED

FOLD = 5  # labels that are told at once
HELD = "Held on"
TRY = "copy this into a cell:"

if TYPE_CHECKING:  # a Result shows itself through this module
    from coursekit.checking.result import PartScore, Result
    from coursekit.checking.shown.case import Case

# The rungs that a learner climbs one by one; the others are said only when they fail.
CLIMB = ("runs", "structure", "shape", "dtype", "finite", "values", "gradients", "state")
MARKS = {
    "passed": "✓", "partial": "◐", "failed": "✗", "unsolved": "○", "missing": "?",
    "forbidden": "✗", "error": "✗", "timeout": "✗", "manual": "○", "guessed": "≠",
    "judge_failed": "!",
}  # fmt: skip
WORDS = {
    "passed": "passed",
    "partial": "partly right",
    "failed": "not yet",
    "unsolved": "not written yet",
    "missing": "not found",
    "forbidden": "not allowed",
    "error": "raised an error",
    "timeout": "took too long",
    "manual": "for your instructor",
    "guessed": "guessed, not right",
    "judge_failed": "the check itself failed; your work is kept",
}
OUTCOMES = {UNFINISHED: "not finished yet", SHIPPED: "not mended yet"}  # by what is said
# Text colours have a contrast of at least 4.5 on the panel's own background in both themes.
DARK = (
    "--ckp-fg:#e6edf3;--ckp-bg:#1c2128;--ckp-dim:#a0aab4;--ckp-line:#444c56;--ckp-good:#57d364;"
    "--ckp-bad:#ff938a;--ckp-calm:#79b8ff;--ckp-in:#161b22"
)
STYLE = (
    """
.ckp{--ckp-fg:#1f2328;--ckp-bg:#f6f8fa;--ckp-dim:#57606a;--ckp-line:#d0d7de;--ckp-good:#116329;
--ckp-bad:#a40e26;--ckp-calm:#0a53a8;--ckp-in:#fff;
font:14px/1.5 var(--jp-ui-font-family,system-ui,sans-serif);
color:var(--ckp-fg);background:var(--ckp-bg);border:1px solid var(--ckp-line);
border-left:4px solid var(--ckp-calm);border-radius:4px;padding:8px 12px;max-width:760px}
[data-jp-theme-light=false] .ckp{DARK}
.ckp-passed{border-left-color:var(--ckp-good)}.ckp-failed,.ckp-error,.ckp-timeout,.ckp-forbidden
{border-left-color:var(--ckp-bad)}.ckp-head{display:flex;gap:.6em;flex-wrap:wrap}
.ckp-head b{font-family:var(--jp-code-font-family,monospace)}.ckp-head span:last-child
{margin-left:auto;color:var(--ckp-dim)}.ckp-passed .ckp-mark{color:var(--ckp-good)}
.ckp-failed .ckp-mark,.ckp-error .ckp-mark,.ckp-timeout .ckp-mark,.ckp-forbidden .ckp-mark
{color:var(--ckp-bad)}.ckp .ckp-l{display:grid;gap:2px 12px;
grid-template-columns:max-content minmax(0,1fr);margin:6px 0 0}
.ckp .ckp-l dt{color:var(--ckp-dim);font-weight:400;white-space:nowrap;float:none;width:auto;
margin:0}.ckp .ckp-l dd{margin:0;padding:0;overflow-wrap:anywhere}
.ckp .ckp-l dd.ckp-key{font-weight:600}
.ckp summary{cursor:pointer}.ckp summary:focus-visible,.ckp-try:focus-visible,.ckp pre:focus-visible
{outline:2px solid var(--ckp-calm);outline-offset:2px}.ckp ul{margin:4px 0;padding-left:1.4em}
.ckp pre.ckp-pre{white-space:pre;overflow-x:auto;margin:6px 0;padding:6px 8px;font-size:13px;
line-height:1.4;font-family:var(--jp-code-font-family,monospace);color:var(--ckp-fg);
background:var(--ckp-in);border:1px solid var(--ckp-line);border-radius:3px}
.ckp-code{user-select:all}.ckp mark{color:var(--ckp-bad);background:none;font-weight:700}
.ckp-try{display:none;margin-top:4px;padding:3px 10px;font:inherit;color:var(--ckp-fg);
background:var(--ckp-in);border:1px solid var(--ckp-dim);border-radius:3px;cursor:pointer}
.jp-NotebookPanel-notebook .ckp-try{display:inline-block}
""".replace("\n", "").replace("DARK", DARK)
    + PRINTED
)


def lines(result: "Result") -> list[tuple[str, str]]:
    """The panel's body as (label, text), in reading order; hidden inputs show no values."""
    r, said = result, []
    # A diagnosis says it better than the first differing number; that number follows as evidence.
    if r.explanation:
        said.append(("Diagnosis", r.explanation))
    said.append(("Result" if r.status in ("passed", "guessed") else "Found", _message(r)))
    if r.pattern and not (r.explanation and r.named) and not r.hidden:
        said.append(("Pattern", sentence(r.pattern)))
    d = r.difference
    if d and d.error is not None and math.isfinite(d.error) and not r.hidden:
        said.append(("Error", "{}; allowed is {}".format(*told_apart(d.error, d.allowed, 2))))
    if r.rung in CLIMB and not r.question:
        said.append(("Reached", " · ".join(_climbed(r.rung))))
    if r.label and not r.hidden:
        said.append(("Tried on", r.label))
    if r.verified:
        said.append((HELD, _held(r.verified) if not r.hidden else "every hidden case"))
    said += [("Part", _part(part)) for part in r.parts]
    said += [("Note", note) for note in r.notes]
    if r.next:
        said.append(("Next", r.next))
    return said


def _part(part: "PartScore") -> str:
    earned = f": {WORDS[part.status]}, {_points(part.score, part.max)}"
    return f"{MARKS[part.status]} {part.name}{earned}"


def _points(score: float, most: float) -> str:
    return f"{score:g} of {most:g} point{'s' if most != 1 else ''}"


def _held(labels: tuple[str, ...]) -> str:
    """As many labels as still read as a line, and how many more there are."""
    more = len(labels) - FOLD
    return " · ".join(labels[:FOLD]) + (f" · and {more} more" if more > 0 else "")


def _climbed(rung: str) -> list[str]:
    """The rungs of the ladder up to the one that failed."""
    passed = CLIMB[: CLIMB.index(rung)]
    return [f"✓ {name}" for name in passed] + [f"✗ {rung}"]


def _message(r: "Result") -> str:
    return r.difference.blind if r.hidden and r.difference else r.message


def head(result: "Result") -> tuple[str, str, str, str]:
    """The panel's first line: mark, exercise, outcome in words, attempt and points."""
    r = result
    about = [f"attempt {r.attempt}"] if r.attempt else []
    timed = r.seconds >= 0.005 and not r.hidden  # how long it took may tell a hidden input
    about += [f"{r.seconds:.2f} s"] if timed else []
    about += [_points(r.score, r.max)] if r.max else []
    outcome = "answered" if r.passed and r.question else WORDS[r.status]
    outcome = OUTCOMES.get(r.message, outcome)
    name = f"{r.exercise}, {r.part}" if r.part else r.exercise
    return MARKS[r.status], name, outcome, " · ".join(about)


def text(result: "Result") -> str:
    """The panel as plain text, for terminals, screen readers and tests."""
    mark, name, outcome, about = head(result)
    first = f"{mark} {name}: {outcome}" + (f"  ({about})" if about else "")
    said = [first, *(f"  {label:<10} {words}" for label, words in lines(result))]
    if result.case is not None:
        said += [f"  {'Try it':<10} {TRY}", *(f"    {line}".rstrip() for line in _code(result))]
    return "\n".join(said)


def _code(result: "Result") -> list[str]:
    return result.case.code.splitlines()


def in_html(words: str) -> str:
    """Escaped text with `code` between backticks as code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(words))


def html(result: "Result") -> str:
    """The panel as self-contained HTML that announces itself (role=status)."""
    return f"<style>{STYLE}</style>{element(result)}"


def element(result: "Result", *, role: str = "status", title: str = "b") -> str:
    """The panel without its style, for a page that shows many.

    Args:
        role: "status" is read out when it appears; a page that is there already says "group".
        title: the tag of the exercise's name: a heading where it heads a part of a page.
    """
    mark, name, outcome, about = head(result)
    key = "Diagnosis" if result.explanation else ""
    rows = "".join(
        f"<dt>{label}</dt><dd{' class=ckp-key' if label == key else ''}>"
        f"{_folded(result) if label == HELD else in_html(words)}</dd>"
        for label, words in lines(result)
    )
    rows += in_hand(result.case) if result.case is not None else ""
    return (
        f'<div class="ckp ckp-{result.status}" role="{role}" aria-label="check of {escape(name)}">'
        f'<div class="ckp-head"><span class="ckp-mark" aria-hidden="true">{mark}</span>'
        f"<{title}>{escape(name)}</{title}><span>{outcome}</span><span>{escape(about)}</span></div>"
        f"<dl class=ckp-l>{rows}</dl></div>"
    )


def case_html(case: "Case") -> str:
    """A case in hand, which a cell shows by itself."""
    shown = pre(marked(str(case)), "arguments and outputs")
    label = f"{escape(case.exercise)} on {escape(case.label)}"
    return f'<style>{STYLE}</style><div class="ckp" role="group" aria-label="{label}">{shown}</div>'


def _folded(result: "Result") -> str:
    """What held, in one line; all of it, where that is more, when it is opened."""
    labels = result.verified
    if result.hidden or len(labels) <= FOLD:
        return escape("every hidden case" if result.hidden else _held(labels))
    every = "".join(f"<li>{escape(label)}</li>" for label in labels)
    return f"<details><summary>{escape(_held(labels))}</summary><ul>{every}</ul></details>"
