"""Dates, times and durations of spreadsheet cells as their formats show them."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

DATE_LETTERS = frozenset("ymdhse")
EPOCH = datetime.fromisoformat("1899-12-30")
FIRST_OF_MARCH_1900 = 60
"""Serial numbers below count a day more, for there was no 29 February 1900."""
LAST_SERIAL = 2_958_466
SECONDS_OF_DAY = 86_400
Pieces = Sequence[tuple[str, str]]


def serial_of(value: datetime | date | time | timedelta) -> float:
    """Days since the end of 1899, as spreadsheets count them."""
    if isinstance(value, timedelta):
        return value.total_seconds() / SECONDS_OF_DAY
    if isinstance(value, time):
        return (value.hour * 3600 + value.minute * 60 + value.second + value.microsecond / 1e6) / SECONDS_OF_DAY
    moment = value if isinstance(value, datetime) else datetime(value.year, value.month, value.day)  # noqa: DTZ001 - cells have no zone
    days = (moment.replace(tzinfo=None) - EPOCH).total_seconds() / SECONDS_OF_DAY
    return days if days >= FIRST_OF_MARCH_1900 + 1 else days - 1


def iso_text(value: datetime | date | time | timedelta) -> str:
    """Year, month and day in this order, where the file does not say how it is shown."""
    if isinstance(value, timedelta):
        seconds = int(value.total_seconds())
        return f"{seconds // 3600}:{seconds // 60 % 60:02d}" + (f":{seconds % 60:02d}" if seconds % 60 else "")
    if isinstance(value, time):
        return value.strftime("%H:%M:%S" if value.second else "%H:%M")
    if isinstance(value, datetime) and (value.hour or value.minute or value.second):
        return value.strftime("%Y-%m-%d %H:%M:%S" if value.second else "%Y-%m-%d %H:%M")
    return value.strftime("%Y-%m-%d")


def date_text(serial: float, pieces: Pieces) -> str:
    """By the format's pieces; a number outside of the calendar stays a number."""
    if not 0 <= serial < LAST_SERIAL:
        return f"{serial:.10g}"
    runs = _runs(pieces)
    moment = _moment(serial, fraction=any(kind == "date" and text.startswith("s.") for kind, text in runs))
    half_day = any(kind == "ampm" for kind, _ in runs)
    letters = [text[0] if kind == "date" else "" for kind, text in runs]
    out = []
    for index, (kind, text) in enumerate(runs):
        if kind == "date":
            minutes = text[0] == "m" and len(text) <= 2 and _beside_clock(letters, index)
            out.append(_clock(moment, text, half_day=half_day, minutes=minutes) or _calendar(moment, text))
        elif kind == "ampm":
            out.append(moment.strftime("%p") if len(text) > 3 else moment.strftime("%p")[0])
        else:
            out.append(text if kind != "text" else "")
    return "".join(out)


def elapsed_text(serial: float, pieces: Pieces) -> str:
    """``[h]:mm`` and its like: the first unit counts on."""
    runs = _runs(pieces)
    fraction = next((len(text) - 2 for kind, text in runs if kind == "date" and text.startswith("s.")), 0)
    total = round(abs(serial) * SECONDS_OF_DAY, fraction)
    out = ["-"] if serial < 0 else []
    for kind, text in runs:
        unit = text[0].lower() if text else ""
        if kind == "elapsed":
            amount = int(total // {"h": 3600, "m": 60, "s": 1}[unit])
            out.append(str(amount).rjust(len(text), "0"))
        elif kind == "date":
            amount = int(total // {"h": 3600, "m": 60}.get(unit, 1)) % (24 if unit == "h" else 60)
            tail = f"{total % 1:.{fraction}f}"[1:] if text.startswith("s.") else ""
            out.append(str(amount).rjust(2 if len(text.partition(".")[0]) > 1 or tail else 1, "0") + tail)
        else:
            out.append(text)
    return "".join(out)


def _runs(pieces: Pieces) -> list[tuple[str, str]]:
    """Equal date letters together; ``ss.00`` as ``s.00``; what shows no date as literals."""
    runs: list[tuple[str, str]] = []
    for kind, text in pieces:
        letter = text.lower() if kind == "date" else text
        last_kind, last = runs[-1] if runs else ("", "")
        if kind == "date" and last_kind == "date" and last[0] == letter and "." not in last:
            runs[-1] = (kind, last + letter)
        elif kind == "point" and last_kind == "date" and last[0] == "s":
            runs[-1] = ("date", "s.")
        elif kind == "digit" and last_kind == "date" and last.startswith("s."):
            runs[-1] = ("date", last + "0")
        else:
            runs.append((kind, letter))
    return [("date", "ss") if run == ("date", "s.") else run for run in runs]


def _moment(serial: float, *, fraction: bool) -> datetime:
    """To the second, or to the millisecond where fractions of seconds are shown."""
    days = int(serial)
    seconds = round((serial - days) * SECONDS_OF_DAY, 3 if fraction else 0)
    return EPOCH + timedelta(days=days + (1 if days < FIRST_OF_MARCH_1900 else 0), seconds=seconds)


def _beside_clock(letters: Sequence[str], index: int) -> bool:
    """``m`` after hours or before seconds are minutes."""
    before = next((letter for letter in reversed(letters[:index]) if letter), "")
    after = next((letter for letter in letters[index + 1 :] if letter), "")
    return before == "h" or after == "s"


def _clock(moment: datetime, text: str, *, half_day: bool, minutes: bool) -> str:
    if text[0] == "h":
        hour = (moment.hour % 12 or 12) if half_day else moment.hour
        return str(hour).rjust(len(text[:2]), "0")
    if minutes:
        return str(moment.minute).rjust(len(text), "0")
    if text.startswith("s."):
        return f"{moment.second:02d}.{moment.microsecond:06d}"[: 1 + len(text)]
    return str(moment.second).rjust(len(text[:2]), "0") if text[0] == "s" else ""


def _calendar(moment: datetime, text: str) -> str:
    letter, length = text[0], len(text)
    if letter in "ye":
        return moment.strftime("%y") if letter == "y" and length <= 2 else str(moment.year)
    number = moment.month if letter == "m" else moment.day
    if length <= 2:
        return str(number).rjust(length, "0")
    names = {"m": ("%b", "%B"), "d": ("%a", "%A")}[letter]
    if length == 5 and letter == "m":
        return moment.strftime("%B")[0]
    return moment.strftime(names[0] if length == 3 else names[1])
