"""Traffic of an LLM service: who asks what, what it costs, and what would be cheaper.

Demand by feature and tenant over weeks, with the log, the meter and the invoice
of the last day, and a paired trial of a cheaper model. `traffic.public` may be
shown; `traffic.truth` is for judges.

    >>> from autograder.scenarios.traffic import stage
    >>> traffic = stage(7)
    >>> len(traffic.public.requests), len(traffic.public.series)
    (240, 30)
    >>> cents(sum(traffic.truth.spend.values())) == traffic.public.invoice_cents
    True

A lesson's open cells take `open_traffic(seed)` (a `Public`) or
`known_traffic(seed)` (with its truth) from `autograder.scenarios` instead.
"""

from __future__ import annotations

from autograder.scenarios.traffic.demand import HORIZON
from autograder.scenarios.traffic.plan import CHEAP, CURRENT
from autograder.scenarios.traffic.pricing import DOLLAR, cents, in_force, price_list, units
from autograder.scenarios.traffic.records import (
    Call,
    Feature,
    Public,
    Request,
    Series,
    Tenant,
    Trial,
    Update,
    plain,
)
from autograder.scenarios.traffic.sealed import Growth, Parameters, Slice, Traffic, Truth
from autograder.scenarios.traffic.world import stage

__all__ = [
    "CHEAP",
    "CURRENT",
    "DOLLAR",
    "HORIZON",
    "Call",
    "Feature",
    "Growth",
    "Parameters",
    "Public",
    "Request",
    "Series",
    "Slice",
    "Tenant",
    "Traffic",
    "Trial",
    "Truth",
    "Update",
    "cents",
    "in_force",
    "plain",
    "price_list",
    "stage",
    "units",
]
