"""What a learner has done, what of it is due again, and how well they foresee: from one record.

Everything is computed from the attempts, predictions, reveals and reviews that
`judging.attempts` keeps in one SQLite file. Nothing else is stored, so nothing
can disagree with it.
"""

from __future__ import annotations

from autograder.progress.dashboard import dashboard
from autograder.progress.picker import Itinerary, itinerary, path_picker
from autograder.progress.standing import Standing, standing

__all__ = ["Itinerary", "Standing", "dashboard", "itinerary", "path_picker", "standing"]
