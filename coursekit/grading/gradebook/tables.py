"""The schema. SCHEMA goes up with every change of it; a gradebook of another one is refused."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

SCHEMA = 1
METADATA = MetaData()

meta = Table(  # schema, seed, run, settings and policy of the last run
    "meta",
    METADATA,
    Column("name", String, primary_key=True),
    Column("value", Text, nullable=False),
)
students = Table(
    "students",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("name", String, nullable=False, unique=True),
)
submissions = Table(  # every version that was ever handed in
    "submissions",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("student_id", ForeignKey("students.id"), nullable=False),
    Column("lesson", String, nullable=False),
    Column("hash", String, nullable=False),
    Column("attempt", Integer, nullable=False),  # 1 for a student's first of a lesson
    Column("counts", Boolean, nullable=False),  # the newest version of the last run that had any
    Column("run", Integer, nullable=False),  # the last that it was part of
    Column("file", Text, nullable=False),
    Column("problem", Text, nullable=False),
    Column("notes", Text, nullable=False),  # JSON
    Column("late", Boolean, nullable=False),
    Column("handed_in", String, nullable=False),  # ISO 8601, or nothing
    UniqueConstraint("student_id", "lesson", "hash"),
)
results = Table(
    "results",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("submission_id", ForeignKey("submissions.id"), nullable=False, index=True),
    Column("version", String, nullable=False),  # of the exercises: a hash of their source
    Column("seed", BigInteger, nullable=False),
    Column("sandbox", String, nullable=False),
    Column("timeout", Float, nullable=False),
    Column("total", Float, nullable=False),
    Column("current", Boolean, nullable=False),  # the one that reports are made of
    Column("stale", Boolean, nullable=False),  # to be graded again
    Column("ungraded", Boolean, nullable=False),
    Column("status", String, nullable=False),
    Column("score", Float, nullable=False),  # before overrides and policy; for people's queries
    Column("max", Float, nullable=False),
    Column("report", Text, nullable=False),  # JSON: all that reports and pages are made of
    UniqueConstraint("submission_id", "version", "seed", "sandbox"),
)
overrides = Table(
    "overrides",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("student_id", ForeignKey("students.id"), nullable=False),
    Column("lesson", String, nullable=False),
    Column("exercise", String, nullable=False),  # "" for the lesson as a whole
    Column("score", Float, nullable=False),
    Column("reason", Text, nullable=False),
    Column("made", String, nullable=False),  # when, ISO 8601
    UniqueConstraint("student_id", "lesson", "exercise"),
)
marks = Table(  # every one that was given or taken back; see journal, which makes it when needed
    "marks",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("student_id", ForeignKey("students.id"), nullable=False),
    Column("lesson", String, nullable=False),
    Column("exercise", String, nullable=False),
    Column("score", Float),  # NULL: taken back
    Column("reason", Text, nullable=False),
    Column("made", String, nullable=False),  # when, ISO 8601
    Column("who", String, nullable=False),
    Column("answer", String, nullable=False),  # a digest of what it was given for
)
