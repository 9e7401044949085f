"""Minutes as clock times of the sources, and back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from functools import cached_property

from autograder.scenarios.draws import Stream
from autograder.scenarios.incidents.records import Public
from autograder.scenarios.incidents.service import HORIZON

__all__ = ["Clock", "draw_clock", "minute_of"]

_OFFSETS = (-480, -300, 60, 120, 330, 540)


@dataclass(frozen=True)
class Clock:
    """When telemetry begins, and the offsets of those who write local time."""

    start: datetime
    office: timezone
    desk: timezone

    def utc(self, minute: int, second: int = 0) -> str:
        """Return a minute as telemetry, logs and alerts write it."""
        return f"{self._minutes[minute]}{second:02d}Z"

    @cached_property
    def _minutes(self) -> list[str]:
        begin = [self.start + timedelta(minutes=minute) for minute in range(HORIZON + 60)]
        return [at.isoformat()[:17] for at in begin]

    def local(self, minute: int) -> str:
        """Return a minute as events write it, with the office's offset."""
        return (self.start + timedelta(minutes=minute)).astimezone(self.office).isoformat()

    def bare(self, minute: int) -> str:
        """Return a minute as the help desk writes it, without an offset."""
        at = (self.start + timedelta(minutes=minute)).astimezone(self.desk)
        return f"{at:%Y-%m-%dT%H:%M:%S}"

    @property
    def zones(self) -> dict[str, str]:
        """Return each source's zone."""
        desk = self.start.astimezone(self.desk).isoformat()[-6:]
        return {
            "series": "Z", "traces": "Z", "logs": "Z", "alerts": "Z",
            "events": self.start.astimezone(self.office).isoformat()[-6:], "complaints": desk,
        }  # fmt: skip


def draw_clock(stream: Stream, minute_of_day: int) -> Clock:
    """Draw a date and two offices; the day's peak follows the first one's clock."""
    office, desk = (timezone(timedelta(minutes=m)) for m in stream.sample(_OFFSETS, 2))
    day = datetime(2031, 1, 6, tzinfo=office) + timedelta(days=stream.integer(0, 300))
    return Clock((day + timedelta(minutes=minute_of_day)).astimezone(UTC), office, desk)


def minute_of(public: Public, source: str, at: str) -> int:
    """Return the minute of the view in which a source, e.g. "complaints", places something."""
    offset = "" if at.endswith("Z") or at[-6] in "+-" else public.zones[source]
    passed = datetime.fromisoformat(at + offset) - datetime.fromisoformat(public.start)
    return int(passed.total_seconds() // 60)
