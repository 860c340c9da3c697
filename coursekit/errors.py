"""Every exception coursekit raises on purpose.

CourseError
├── ShapeError        an array does not have the shape the formula needs
├── ArgumentError     an argument is outside what the formula allows
├── UnknownExercise   a name that no lesson asks for
├── ExerciseError     an exercise breaks the authoring rules (never the learner's fault)
├── BuildError        a lesson source breaks the authoring rules
├── DeviceError       the device asked for does not exist
├── WorkspaceError    the learner's folder cannot be made, read or served
├── SandboxError      untrusted code cannot be run safely here
├── CaseError         no failing case is in hand, or it cannot be shown so
├── WorkshopError     a live room cannot be opened, joined or reached
├── JudgeError        the judge itself failed: this is no verdict on any answer
└── GradeError        a submission or a folder of submissions cannot be graded
"""


class CourseError(Exception):
    """Base class: catch this to catch everything above."""


class ShapeError(CourseError, ValueError):
    """An array does not have the shape the formula needs."""


class ArgumentError(CourseError, ValueError):
    """An argument is outside what the formula allows."""


class UnknownExercise(CourseError, LookupError):
    """A name that no lesson asks for."""


class ExerciseError(CourseError):
    """An exercise breaks the authoring rules."""


class BuildError(CourseError):
    """A lesson source breaks the authoring rules; says which file and line."""

    def __init__(self, path: object, line: int, problem: str):
        super().__init__(f"{path}:{line}: {problem}")


class DeviceError(CourseError, RuntimeError):
    """The device asked for does not exist on this machine."""


class WorkspaceError(CourseError):
    """The learner's folder cannot be made, read or served."""


class SandboxError(CourseError):
    """Untrusted code cannot be run safely here."""


class CaseError(CourseError, LookupError):
    """No failing case is in hand, or it cannot be shown in the way that was asked for."""


class WorkshopError(CourseError):
    """A live room cannot be opened, joined or reached."""


class JudgeError(CourseError):
    """The judge itself failed, on whatever it was: never a verdict, never kept."""


class GradeError(CourseError):
    """A submission or a folder of submissions cannot be graded."""
