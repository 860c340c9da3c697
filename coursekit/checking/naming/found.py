"""What is found to be the cause of a wrong answer."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Diagnosis:
    """A mistake, or several, that an answer behaves like.

    `name` is that of a mistake, or of several with a plus, for which the whole trace equals the
    learner's; "NAME in OUTPUT" where it is that output's alone, "NAME in most cases" where it is
    not all; "slip_KIND_…" of an edit of the right answer that nobody has named.
    """

    name: str
    explanation: str
