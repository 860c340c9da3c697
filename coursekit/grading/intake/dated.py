"""The times that platforms write into names, as numbers: the later is the greater."""

from datetime import UTC, datetime

NAMED = r"(?P<when>[^\W\d]+\.? \d{1,2}, \d{4} \d{3,4} [AP]M)"  # Brightspace's
EXCHANGED = r"(?P<when>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)?) [^/+]*"  # and a zone's name
MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()


def number(text: str) -> int:
    """A time as a number that grows with it: 20260131235959; 0 where it is unknown.

    Those of nbgrader's exchange are seconds: they do not say what clocks showed.
    """
    if ":" in text:
        try:
            moment = datetime.strptime(text[:19], "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)
        except ValueError:  # digits that are no date
            return 0
        return max(0, int(moment.timestamp()))
    if text[:1].isdecimal():
        return int(text.replace("-", ""))
    month, day, year, clock, half = text.replace(",", "").split() if text else [""] * 5
    if month[:3].lower() not in MONTHS:  # of another language
        return 0
    hour = int(clock[:-2]) % 12 + (12 if half == "PM" else 0)
    n = MONTHS.index(month[:3].lower()) + 1
    return int(f"{int(year):04}{n:02}{int(day):02}{hour:02}{clock[-2:]}00")
