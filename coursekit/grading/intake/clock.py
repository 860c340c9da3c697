"""Times as people and platforms write them, in the time zone that they mean."""

import re
import zoneinfo
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from coursekit.checking.task import did_you_mean
from coursekit.errors import GradeError

MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
# As Moodle writes it in English: Monday, 12 October 2026, 11:59 PM
WORDS = re.compile(
    r"(?:[^\W\d]+, )?(\d{1,2})\.? ([^\W\d]+)\.? (\d{4}), ?"
    r"(\d{1,2}):(\d\d)(?::\d\d)?(?:\s?([ap]m))?",
    re.IGNORECASE,
)
ISO = re.compile(r"\d{4}-?\d\d-?\d\d[T ]\d.*")
OFFSET = re.compile(r"\s+(?=[+-]\d\d:?\d\d$)")
NAMED = re.compile(r"(.*\d(?:\s?[ap]m)?)\s+\(?([A-Za-z][\w+/-]*)\)?", re.IGNORECASE)
SPAN = re.compile(r"(\d+(?:\.\d+)?)\s*([a-z]+)")
UNITS = {
    "m": 60, "min": 60, "minute": 60, "h": 3600, "hour": 3600, "d": 86400, "day": 86400,
    "w": 604800, "week": 604800,
}  # fmt: skip
LONGEST = 10 * 365 * 86400  # seconds
EXAMPLE = "2026-10-12 23:59"


def zone(name: str) -> ZoneInfo:
    """A time zone by its name in the IANA database.

    Raises:
        GradeError: there is none of that name.
    """
    try:
        return ZoneInfo(name)
    except (LookupError, ValueError, OSError) as error:  # a folder's name, a path, an abbreviation
        known = sorted(zoneinfo.available_timezones())
        ends = [one for one in known if one.casefold().endswith("/" + name.casefold())]
        guess = f" Did you mean {ends[0]!r}?" if ends else did_you_mean(name, known)
        raise GradeError(
            f"{name!r} is no time zone; write one such as Europe/Berlin or UTC.{guess}"
        ) from error


def placed(local: datetime, where: ZoneInfo, *, latest: bool = False) -> datetime:
    """The moment, in UTC, at which clocks in a time zone show a time.

    Args:
        latest: of the two moments at which they do when they are set back, the later one: for a
            deadline. When something was handed in is the earlier one, in favour of whoever did.

    Raises:
        GradeError: clocks never show it there.
    """
    moment = local.replace(tzinfo=where, fold=int(latest)).astimezone(UTC)
    shown = moment.astimezone(where).replace(tzinfo=None, fold=0)
    if shown != local.replace(tzinfo=None, fold=0):
        raise GradeError(
            f"{local:%Y-%m-%d %H:%M} does not exist in {where.key}, where clocks skip it; write "
            "another time, or another time zone"
        )
    return moment


def moment(text: str, where: ZoneInfo | None, *, latest: bool = False) -> datetime:
    """The moment, in UTC, that a text means.

    Args:
        text: a date with a time: as ISO 8601 writes it, with an offset, a time zone's name behind
            it, or neither; or as Moodle does in English.
        where: the time zone where the text names none.
        latest: see `placed`.

    Raises:
        GradeError: it cannot be read, or its time zone is not known, or it does not exist there.
    """
    said = OFFSET.sub("", " ".join(text.split()))
    local = _read(said)
    if local is None and (named := NAMED.fullmatch(said)):
        local, name = _read(named[1]), named[2]
        if local is not None and local.tzinfo is None:
            where = _behind(name, local, where)
    if local is None:
        raise GradeError(
            f"{text!r} is no time that can be read; write it as {EXAMPLE}, or have the platform "
            "write it in English"
        )
    if local.tzinfo is not None:
        return local.astimezone(UTC)
    if where is None:
        raise GradeError(
            f'{text!r} says no time zone; write `timezone = "Europe/Berlin"` into the policy, or '
            f"{EXAMPLE} Europe/Berlin"
        )
    return placed(local, where, latest=latest)


def span(text: str) -> timedelta:
    """How long "2 days", "36 h" or "1 week 12 hours" is.

    Raises:
        GradeError: it is no such text.
    """
    said = text.casefold()
    found = SPAN.findall(said)
    parts = [(float(n), UNITS.get(u) or UNITS.get(u.removesuffix("s"))) for n, u in found]
    left = SPAN.sub("", said).replace(",", "").replace("and", "").strip()
    if not parts or left or not all(unit for _, unit in parts):
        raise GradeError(f"{text!r} is no length of time; write it as 2 days, 36 hours or 90 min")
    seconds = sum(count * (unit or 0) for count, unit in parts)
    if seconds > LONGEST:
        raise GradeError(f"{text!r} is longer than ten years; write it as 2 days, say")
    return timedelta(seconds=seconds)


def _read(text: str) -> datetime | None:
    """The date and time in a text; None where there is none, or no time of day."""
    try:
        if ISO.fullmatch(text):
            return datetime.fromisoformat(text)
        if not (said := WORDS.fullmatch(text)) or said[2][:3].lower() not in MONTHS:
            return None
        hour = int(said[4])
        if said[6]:
            hour = hour % 12 + 12 * (said[6].lower() == "pm")
        month = MONTHS.index(said[2][:3].lower()) + 1
        return datetime(int(said[3]), month, int(said[1]), hour, int(said[5]))
    except ValueError:  # the 31st of June
        return None


def _behind(name: str, local: datetime, where: ZoneInfo | None) -> ZoneInfo:
    """The zone that is named behind a time; CEST means ours if that is what it is called then."""
    if where is not None and name in {
        local.replace(tzinfo=where, fold=fold).tzname() for fold in (0, 1)
    }:
        return where
    return zone(name)
