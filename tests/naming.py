"""How often a check names the cause: of what a published tool breaks, and of what people wrote.

Every right answer is edited by the operators of a mutation tool (named/mutmut_edits.py says which,
and why), singly and in pairs; each mistake is judged by a check that does not know it; right
answers by one that should find nothing to tell.

    python tests/naming.py          judge them all, where anything has changed; write docs/naming.md
    python tests/naming.py --check  exit 1 if what is kept is stale, if one of a random 2 % is told
                                    otherwise now, or if a false name is told too often, of edits
                                    or of people's answers
"""

import sys
from pathlib import Path

from named import counts, edits, page, people, record

from coursekit.files import write_whole

PAGE = Path(__file__).parents[1] / "docs" / "naming.md"
STALE = "is stale: run `make naming` and commit what it writes"


def problems(found: dict[str, record.Found]) -> list[str]:
    """The bars that are not met."""
    return [f"not met: {bar.words}: {bar.share}" for bar in every_bar(found) if not bar.met]


def every_bar(found: dict[str, record.Found]) -> list[counts.Bar]:
    """What is told of the edits, and of people's answers."""
    return [*counts.bars(found), *people.bars()]


def changed() -> list[str]:
    """What is stale, and which of a random 2 % is told otherwise now."""
    was, found = record.kept()
    if edits.kept()["digest"] != edits.digest() or was != record.digest():
        return [f"tests/naming.json {STALE}"]
    if not PAGE.exists() or PAGE.read_text("utf-8") != page.page(found):
        return [f"docs/naming.md {STALE}"]
    false = [
        f"{bar.words}: {bar.share}"
        for bar in every_bar(found)
        if bar.most is not None and not bar.met
    ]
    return [*false, *record.again(found)]


def main(arguments: list[str]) -> int:
    """Measure, or look whether what is kept still holds; 1 if it does not."""
    if "--check" in arguments:
        wrong = changed()
        print("\n".join(wrong) or "what is told is as docs/naming.md says")
        return bool(wrong)
    edits.remake()
    was, found = record.kept()
    if was != record.digest():
        found = record.measure()
        record.keep(found)
    write_whole(PAGE, page.page(found))
    print("\n".join(problems(found)) or "every bar is met")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
