"""What is told of the wrong answers that people wrote: of half of them nobody has looked at one."""

import json

import written

from named.counts import Bar, Share

LINE = ("error", "timeout")


def bars() -> list[Bar]:
    """The answers of tests/answers that get the true cause or their line; and what misleads."""
    said = json.loads(written.SAID.read_text("utf-8"))["said"]
    wrong = [row for row in written.rows() if row.verdict == "wrong" and row.id in said]
    found = []
    for held, least in ((True, 0.8), (False, 0.85)):
        part = [row for row in wrong if row.held is held]
        named = sum(is_named(row, said[row.id]) for row in part)
        words = "held" if held else "open"
        found.append(
            Bar(f"people's answers, {words}: named or exact line", Share(named, len(part)), least)
        )
    read = [written.rated(row, said[row.id]) for row in wrong]
    misled = sum(word in ("misleading", "false") for word in read)
    return [*found, Bar("people's answers: false or misleading", Share(misled, len(read)), most=0)]


def is_named(row: written.Row, said: dict) -> bool:
    """True if a reader found the cause named; where nobody has read it, a name or a line counts."""
    read = written.rated(row, said)
    return read == "named" if read else bool(said.get("diagnosis")) or said["status"] in LINE
