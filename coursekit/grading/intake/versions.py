"""Of several versions of one student's lesson, the newest counts; and each file has one name."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import PurePath

from coursekit.grading.intake.submission import Submission


def newest(ranked: list[tuple[tuple, Submission]]) -> Iterator[Submission]:
    """All of them; of several versions, the newest says so, and the others are marked.

    Args:
        ranked: each with what orders them; the last but one in that is False for what another of a
            group handed in, of which a platform may give each of them a copy.
    """
    versions: dict[tuple[str, str], list[tuple[bool, Submission]]] = defaultdict(list)
    for key, one in sorted(ranked, key=lambda pair: pair[0]):
        if one.problem:
            yield one
        else:
            versions[one.student, one.lesson].append((key[-2], one))
    for *older, (_, newest) in versions.values():
        told = [one for own, one in older if own or one.content_hash() != newest.content_hash()]
        if told:
            files = ", ".join(one.file for one in told)
            words = f"{len(told) + 1} versions were handed in; this is the newest, not {files}"
            newest = replace(newest, notes=(words, *newest.notes))
        yield from (replace(one, replaced=True) for _, one in older)
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
