"""A Result as a panel: the same lines in plain text and in HTML, dark or light."""

import re
from html import escape
from typing import TYPE_CHECKING

from coursekit.checking.words import sentence

if TYPE_CHECKING:  # a Result shows itself through this module
    from coursekit.checking.result import Result

# The rungs that a learner climbs one by one; the others are said only when they fail.
CLIMB = ("runs", "structure", "shape", "dtype", "finite", "values", "gradients", "state")
MARKS = {
    "passed": "✓", "partial": "◐", "failed": "✗", "unsolved": "○", "missing": "?",
    "forbidden": "✗", "error": "✗", "timeout": "✗", "manual": "○", "judge_failed": "!",
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
    "judge_failed": "the check itself failed; your work is kept",
}
# Text colours have a contrast of at least 4.5 on the panel's own background in both themes.
DARK = (
    "--ckp-fg:#e6edf3;--ckp-bg:#1c2128;--ckp-dim:#a0aab4;--ckp-line:#444c56;--ckp-good:#57d364;"
    "--ckp-bad:#ff938a;--ckp-calm:#79b8ff"
)
STYLE = """
.ckp{--ckp-fg:#1f2328;--ckp-bg:#f6f8fa;--ckp-dim:#57606a;--ckp-line:#d0d7de;--ckp-good:#116329;
--ckp-bad:#a40e26;--ckp-calm:#0a53a8;font:14px/1.5 var(--jp-ui-font-family,system-ui,sans-serif);
color:var(--ckp-fg);background:var(--ckp-bg);border:1px solid var(--ckp-line);
border-left:4px solid var(--ckp-calm);border-radius:4px;padding:8px 12px;max-width:760px}
[data-jp-theme-light=false] .ckp{DARK}
.ckp-passed{border-left-color:var(--ckp-good)}.ckp-failed,.ckp-error,.ckp-timeout,.ckp-forbidden
{border-left-color:var(--ckp-bad)}.ckp-head{display:flex;gap:.6em;flex-wrap:wrap}
.ckp-head b{font-family:var(--jp-code-font-family,monospace)}.ckp-head span:last-child
{margin-left:auto;color:var(--ckp-dim)}.ckp-passed .ckp-mark{color:var(--ckp-good)}
.ckp-failed .ckp-mark,.ckp-error .ckp-mark,.ckp-timeout .ckp-mark,.ckp-forbidden .ckp-mark
{color:var(--ckp-bad)}.ckp .ckp-l{display:grid;grid-template-columns:max-content 1fr;gap:2px 12px;
margin:6px 0 0}.ckp .ckp-l dt{color:var(--ckp-dim);font-weight:400;white-space:nowrap;float:none;
width:auto;margin:0}.ckp .ckp-l dd{margin:0;padding:0}.ckp .ckp-l dd.ckp-key{font-weight:600}
""".replace("\n", "").replace("DARK", DARK)


def lines(result: "Result") -> list[tuple[str, str]]:
    """The panel's body as (label, text), in reading order; hidden inputs show no values."""
    r, said = result, []
    # A diagnosis says it better than the first differing number; that number follows as evidence.
    if r.explanation:
        said.append(("Diagnosis", r.explanation))
    said.append(("Found" if r.status != "passed" else "Result", _message(r)))
    if r.pattern and not r.explanation and not r.hidden:
        said.append(("Pattern", sentence(r.pattern)))
    if r.difference and r.difference.error is not None and not r.hidden:
        d = r.difference
        said.append(("Error", f"{d.error:.2g}; allowed is {d.allowed:.2g}"))
    if r.rung in CLIMB and r.max:  # a question has no ladder
        said.append(("Reached", " · ".join(_climbed(r.rung))))
    if r.case and not r.hidden:
        said.append(("Tried on", r.case))
    if r.ruled_out:
        said.append(("Ruled out", "as the only fault: " + " · ".join(r.ruled_out)))
    if r.verified:
        said.append(("Held on", " · ".join(r.verified) if not r.hidden else "every hidden case"))
    said += [("Note", note) for note in r.notes]
    if r.next:
        said.append(("Next", r.next))
    return said


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
    about += [f"{r.score:g} of {r.max:g} point{'s' if r.max != 1 else ''}"] if r.max else []
    outcome = "answered" if r.passed and not r.max else WORDS[r.status]  # questions have no points
    return MARKS[r.status], r.exercise, outcome, " · ".join(about)


def text(result: "Result") -> str:
    """The panel as plain text, for terminals, screen readers and tests."""
    mark, name, outcome, about = head(result)
    first = f"{mark} {name}: {outcome}" + (f"  ({about})" if about else "")
    return "\n".join([first, *(f"  {label:<10} {words}" for label, words in lines(result))])


def _marked(words: str) -> str:
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
        f"<dt>{label}</dt><dd{' class=ckp-key' if label == key else ''}>{_marked(words)}</dd>"
        for label, words in lines(result)
    )
    return (
        f'<div class="ckp ckp-{result.status}" role="{role}" aria-label="check of {escape(name)}">'
        f'<div class="ckp-head"><span class="ckp-mark" aria-hidden="true">{mark}</span>'
        f"<{title}>{escape(name)}</{title}><span>{outcome}</span><span>{escape(about)}</span></div>"
        f"<dl class=ckp-l>{rows}</dl></div>"
    )
