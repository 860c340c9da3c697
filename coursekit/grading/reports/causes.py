"""What was wrong in a class: causes by frequency, and behaviours that nobody has named yet."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from coursekit import exercises
from coursekit.checking import Result
from coursekit.checking.told import slips, told
from coursekit.printed import in_words

if TYPE_CHECKING:  # whose summary is made of these
    from coursekit.grading.reports.results import SubmissionReport

LEAST = 2  # answers that behave alike; one alone is nobody's habit
# Said of a cause that is not a mistake of the list by all that the answer did.
HOW = {
    "output": " (explains a part, not all)",
    "table": " (a slip without a name)",
    "gradient": " (right for the learner's own forward)",
}


class Cluster(NamedTuple):
    """Wrong answers to one exercise that behave alike, and whose cause has no name."""

    exercise: str
    lesson: str
    behaviour: str
    files: tuple[str, ...]
    said: str  # what the check told of one of them
    code: str  # the shortest of them; "" where none was kept

    @property
    def name(self) -> str:
        """What the draft of its mistake is called until somebody finds a better name."""
        return f"{self.exercise}_{self.behaviour}"

    def __str__(self) -> str:
        answers = f"{in_words(len(self.files))} answers to {self.exercise} behave alike"
        return f"{answers}, nobody named it yet ({self.name})"


def causes(group: "Iterable[SubmissionReport]") -> Counter[str]:
    """How many answers have which cause: "batch_norm: eps missing"."""
    return Counter(cause for cause, _ in _caused(group))


def sentences(group: "Iterable[SubmissionReport]") -> dict[str, str]:
    """What learners were told of each cause."""
    return {cause: result.explanation for cause, result in _caused(group) if result.explanation}


def _caused(group: "Iterable[SubmissionReport]") -> Iterator[tuple[str, Result]]:
    for s in group:
        for r in s.results:
            if r.diagnosis and not r.question and r.status != "unsolved":
                yield f"{r.exercise}: {r.diagnosis.replace('_', ' ')}{_how(r)}", r


def _how(result: Result) -> str:
    if slips(result.diagnosis or ""):  # also one without words, of which told() is a story
        return HOW["table"]
    return HOW.get(told(result), "")


def clusters(group: "Iterable[SubmissionReport]") -> list[Cluster]:
    """Behaviours that several answers share and nobody has named, the commonest first."""
    found: dict[tuple[str, str, str], list[tuple[SubmissionReport, Result]]] = defaultdict(list)
    for report, result in _nameless(group):
        found[result.exercise, report.lesson, result.behaviour].append((report, result))
    every = [_cluster(*key, both) for key, both in found.items()]
    several = [one for one in every if len(one.files) >= LEAST]
    return sorted(several, key=lambda one: (-len(one.files), one.name))


def _nameless(
    group: "Iterable[SubmissionReport]",
) -> "Iterator[tuple[SubmissionReport, Result]]":
    for report in group:
        for result in report.results:
            if result.behaviour and not result.diagnosis and not result.question:
                yield report, result


def _cluster(
    exercise: str, lesson: str, behaviour: str, both: "list[tuple[SubmissionReport, Result]]"
) -> Cluster:
    files = tuple(sorted({report.file for report, _ in both}))
    codes = [code for report, _ in both for name, code in report.nameless if name == exercise]
    shortest = min(codes, key=lambda code: (len(code), code), default="")
    result = both[0][1]
    said = result.pattern or result.message
    return Cluster(exercise, lesson, behaviour, files, said, shortest)


def draft(cluster: Cluster) -> str:
    """A cluster as the file that `coursekit new mistake --from` reads."""
    said = "\n".join(f"# {line}" for line in cluster.said.splitlines()[:4])
    return f"# {cluster}.\n{said}\n{_what_to_do(cluster)}\n{cluster.code}\n"


def _what_to_do(cluster: Cluster) -> str:
    if exercises.is_ours(cluster.lesson):
        return (
            "# This is a student's code; the command runs it outside of the sandbox: read it first."
            f"\n#     coursekit new mistake {cluster.exercise} --from {cluster.name}.py"
        )
    return (
        "# This is a student's code. To name it, add it to your pack under another name:"
        f'\n#     @{cluster.exercise}.mistake("What was done, and what was asked for.")'
    )
