"""Names of what is written for a submission: ours, made of its own as far as any disk can hold it.

A name that is plain stays as it is. Of any other, what cannot be is replaced, what is too long is
cut, and a hash of the whole is put behind a `~`. No plain name has one, so that two names that
differ stay two; where a disk may take two for one (Ada and ada), both get their hash.
"""

import hashlib
import unicodedata
from collections.abc import Callable, Iterable
from pathlib import PurePosixPath

LONGEST = 100  # bytes of one name; disks allow 255, some encrypted ones 143, a draft takes 20
WHOLE = 180  # bytes of a whole path below the reports; Windows allows 260 for all of it
MARK = "~"
REFUSED = frozenset('～<>:"/\\|?*%~')  # by Windows, by an address on a page, and our own mark
RESERVED = frozenset(
    ["con", "prn", "aux", "nul", "conin$", "conout$", "clock$"]
    + [f"{port}{n}" for port in ("com", "lpt") for n in "0123456789¹²³"]
)


def pages(files: Iterable[str]) -> dict[str, str]:
    """Where each submission's page lies below the reports, by the submission's file."""
    return {file: f"feedback/{path}" for file, path in _apart(files, _page).items()}


def folders(names: Iterable[str]) -> dict[str, str]:
    """A folder for each student, by the student's name."""
    return _apart(names, _folder)


def _apart(names: Iterable[str], make: Callable[..., str]) -> dict[str, str]:
    """make(name) for each name, marked with the name's hash where two might be taken for one."""
    names = list(dict.fromkeys(names))
    made = {name: make(name) for name in names}
    seen: dict[str, int] = {}
    for path in made.values():
        seen[_folded(path)] = seen.get(_folded(path), 0) + 1
    return {n: p if seen[_folded(p)] == 1 else make(n, marked=True) for n, p in made.items()}


def _folded(path: str) -> str:
    """The same for all names that some disk takes for one."""
    folded = unicodedata.normalize("NFKC", path).casefold()
    return unicodedata.normalize("NFKC", folded)


def _page(file: str, marked: bool = False) -> str:
    """A page's path: the submission's, with another ending; in one piece where it is too long."""
    path = PurePosixPath(file.replace("\0", "_"))
    stem = path.stem if path.suffix else path.name
    *above, last = [*(_plain(part, folder=True) for part in path.parts[:-1]), _plain(stem)]
    name = _marked(last, file) if marked else last
    whole = "/".join([*above, f"{name}.html"])
    if len(whole.encode()) <= WHOLE:
        return whole
    return f"{_marked(_cut(above[0] if above else '', LONGEST // 2) + '_' + last, file)}.html"


def _folder(name: str, marked: bool = False) -> str:
    plain = _plain(name, folder=True)
    return _marked(plain, name) if marked else plain


def _plain(name: str, *, folder: bool = False) -> str:
    """A name that every disk holds: the same, if it is one already."""
    made = "".join("_" if c in REFUSED or not c.isprintable() else c for c in name)
    made = made.strip(" .") if made[:1] in " ." or made[-1:] in " ." else made
    stem = made.partition(".")[0].rstrip().casefold()
    made = f"_{made}" if stem in RESERVED or not made else made
    if folder and made.casefold().endswith(".html"):  # a page may have that name
        made = made[:-5] + "_"
    return made if made == name and len(made.encode()) <= LONGEST else _marked(made, name)


def _marked(made: str, name: str) -> str:
    """What was made of a name, cut, with the name's hash."""
    mark = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    return f"{_cut(made.partition(MARK)[0], LONGEST - len(mark) - 1)}{MARK}{mark}"


def _cut(text: str, most: int) -> str:
    """The text's beginning, of so many bytes at most."""
    return text.encode("utf-8", "replace")[:most].decode("utf-8", "ignore")
