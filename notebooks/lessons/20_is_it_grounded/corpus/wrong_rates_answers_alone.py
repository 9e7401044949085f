"""Return the table over answers and leave the one over claims out.

task: invention_rates
score: 0.3
says: You report answers alone. One wrong claim of twelve and twelve of twelve look alike there; give the rate over claims beside it.
"""

import numpy as np


def invention_rates(unsupported, claims):
    n = (claims > 0).sum(axis=1)
    flagged = (unsupported > 0).sum(axis=1) / n
    return {"answers": np.column_stack([flagged, *wilson(flagged, n)])}
