"""What is printed: any text, on any terminal, pipe or file, whatever letters it has and lacks."""

import codecs
import re
import sys

READABLE = "coursekit.readable"  # the error handler's name
STAND_INS = {
    "✓": "ok", "✗": "x", "→": "->", "←": "<-", "…": "...", "–": "-", "—": "-", "−": "-", "·": "|",
    "×": "x", "≥": ">=", "≤": "<=", "≠": "!=", "≈": "~", "‘": "'", "’": "'", "“": '"', "”": '"',
    "★": "*", "☆": ".", "█": "#", "━": "-", "─": "-", "│": "|", "\N{NO-BREAK SPACE}": " ",
}  # fmt: skip

# Controls (a terminal obeys them), separators of lines and directions (they disguise what is
# there), lone surrogates (bytes of a file name that are no text, which nothing can encode).
_OBEYED = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
_SHORT = {"\n": r"\n", "\r": r"\r", "\t": r"\t"}


def printable(text: str, lines: bool = False) -> str:
    r"""The text with what a terminal would obey written out, such as \x1b; `lines` keeps \n and \t.

    A byte of a file name that is no letter, which Python holds as U+DCxx, is shown as \xNN.
    """
    return _OBEYED.sub(lambda m: m[0] if lines and m[0] in "\n\t" else _escaped(m[0]), text)


def robust_streams() -> None:
    """Let stdout and stderr keep their encoding and write a stand-in for a letter that it lacks."""
    codecs.register_error(READABLE, _stand_in)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # else a test's or an embedder's own, or None
            stream.reconfigure(errors=READABLE)


def _stand_in(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    lost = error.object[error.start : error.end]
    return "".join(STAND_INS.get(letter) or _escaped(letter) for letter in lost), error.end


def _escaped(letter: str) -> str:
    code = ord(letter)
    if 0xDC80 <= code <= 0xDCFF:  # how Python holds the byte of a name that it cannot decode
        return f"\\x{code - 0xDC00:02x}"
    if code > 0xFFFF:
        return f"\\U{code:08x}"
    return _SHORT.get(letter) or (f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}")
