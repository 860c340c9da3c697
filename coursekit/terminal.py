"""What is printed: any text, on any terminal, pipe or file, whatever letters it has and lacks."""

import codecs
import errno
import json
import os
import re
import shlex
import sys
from typing import Any, TextIO

from coursekit.errors import CourseError

GONE = (errno.EPIPE, errno.EINVAL)  # as Linux and macOS, as Windows says that nobody reads
WINDOWS = os.name == "nt"
READABLE = "coursekit.readable"  # the error handler's name
STAND_INS = {
    "✓": "ok", "✗": "x", "→": "->", "←": "<-", "…": "...", "–": "-", "—": "-", "−": "-", "·": "|",
    "×": "x", "≥": ">=", "≤": "<=", "≠": "!=", "≈": "~", "‘": "'", "’": "'", "“": '"', "”": '"',
    "★": "*", "☆": ".", "█": "#", "━": "-", "─": "-", "│": "|", "\N{NO-BREAK SPACE}": " ",
}  # fmt: skip

# Controls (a terminal obeys them), separators of lines, directions and what is invisible (they
# disguise what is there), lone surrogates (bytes of a file name that are no text, which nothing can
# encode). Joiners stay: several scripts need them to be written right.
_OBEYED = re.compile(
    r"[\x00-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff"
    r"\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
)
_SHORT = {"\n": r"\n", "\r": r"\r", "\t": r"\t"}


def printable(text: str, lines: bool = False) -> str:
    r"""The text with what a terminal would obey written out, such as \x1b; `lines` keeps \n and \t.

    A byte of a file name that is no letter, which Python holds as U+DCxx, is shown as \xNN.
    """
    return _OBEYED.sub(lambda m: m[0] if lines and m[0] in "\n\t" else _escaped(m[0]), text)


def word(text: str) -> str:
    """The text as one word of a command, as this system's shell reads it."""
    if not WINDOWS:
        return printable(shlex.quote(text))
    plain = re.fullmatch(r"[\w.:\\/~-]+", text)
    return printable(text if plain else '"' + text.replace('"', '\\"') + '"')


def say(*texts: Any, err: bool = False) -> None:
    """Print texts of lines to stdout or stderr, at once; whoever stopped reading gets no more.

    Raises:
        CourseError: they cannot be written, to a full disk, say.
    """
    stream = sys.stderr if err else sys.stdout
    try:
        for text in texts:
            print(printable(str(text), lines=True), file=stream)
        if stream is not None:
            stream.flush()
    except OSError as error:
        _silence(stream)
        if error.errno not in GONE and not err:  # of stderr itself nobody can be told
            raise CourseError(f"cannot print: {error.strerror or error}") from error


def say_json(value: Any) -> None:
    """Print a value as JSON, in ASCII: it is valid in every encoding.

    Raises:
        CourseError: see say.
    """
    say(json.dumps(value, indent=1).replace("\x7f", "\\u007f"))  # the control that json leaves


def settle() -> None:
    """Write what is still to be written to stdout and stderr, where anybody is left to read it."""
    for stream in (sys.stdout, sys.stderr):
        try:
            if stream is not None:
                stream.flush()
        except OSError:
            _silence(stream)


def robust_streams() -> None:
    """Let stdout and stderr keep their encoding, and write a stand-in for a letter it lacks."""
    codecs.register_error(READABLE, _stand_in)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # else a test's or an embedder's own, or None
            stream.reconfigure(errors=READABLE)


def _silence(stream: TextIO) -> None:
    """Lead a stream to nowhere, or Python would complain of it once more when it ends."""
    try:
        with open(os.devnull, "wb") as nowhere:
            os.dup2(nowhere.fileno(), stream.fileno())
    except (OSError, ValueError):  # it has no file of its own
        pass


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
