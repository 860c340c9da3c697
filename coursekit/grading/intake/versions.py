"""Of several versions of one student's lesson, the newest counts; and each file has one name."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import PurePath

from coursekit.grading.intake.submission import Submission


def newest(ranked: list[tuple[tuple, Submission]]) -> Iterator[Submission]:
    """All of them; of several versions, the newest says so, and the others are marked."""
    versions: dict[tuple[str, str], list[Submission]] = defaultdict(list)
    for _, one in sorted(ranked, key=lambda pair: pair[0]):
        if one.problem:
            yield one
        else:
            versions[one.student, one.lesson].append(one)
    for *older, newest in versions.values():
        if older:
            files = ", ".join(one.file for one in older)
            words = f"{len(older) + 1} versions were handed in; this is the newest, not {files}"
            newest = replace(newest, notes=(words, *newest.notes))
        yield from (replace(one, replaced=True) for one in older)
        yield newest


def one_name_each(found: Iterable[Submission]) -> Iterator[Submission]:
    """Two members of a zip may have one name; reports and pages need two."""
    seen: Counter[tuple[str, str]] = Counter()
    for one in found:
        seen[mine := (one.student, one.file)] += 1
        if seen[mine] > 1:
            path = PurePath(one.file)
            one = replace(one, file=str(path.with_stem(f"{path.stem} ({seen[mine]})")))
        yield one
