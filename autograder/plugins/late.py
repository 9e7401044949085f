"""What a late submission costs: nbgrader's hook, with a rule that a class sets for itself."""

from __future__ import annotations

import math

from nbgrader.plugins import BasePlugin
from traitlets import Float

__all__ = ["LatePolicy"]

_HOUR, _DAY = 3_600.0, 86_400.0


class LatePolicy(BasePlugin):
    """Take off a share of the points for each day begun after the grace period.

    The traits are set in `nbgrader_config.py`; as they stand, nothing is taken
    off. The grace period is a gift: days count from its end.
    """

    grace_hours = Float(0.0, min=0.0, help="Hours after the due date that cost nothing.").tag(
        config=True
    )
    percent_per_day = Float(
        0.0, min=0.0, max=100.0, help="Percent of the points earned that a day begun takes off."
    ).tag(config=True)
    floor_percent = Float(
        0.0, min=0.0, max=100.0, help="Percent of the points earned that always stay."
    ).tag(config=True)

    def late_submission_penalty(
        self, student_id: str, score: float, total_seconds_late: float
    ) -> float | None:
        """Return the points to take off; called by nbgrader and by `rungs grade`.

        `score` is what the notebook has earned, by judges and by hand.
        """
        late = total_seconds_late - self.grace_hours * _HOUR
        if late <= 0 or not self.percent_per_day:
            return None
        most = 100.0 - self.floor_percent
        percent = min(math.ceil(late / _DAY) * self.percent_per_day, most)
        return round(score * percent / 100.0, 6)
