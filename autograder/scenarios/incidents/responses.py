"""What can be done about an incident: how long each action takes, and what else it does."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from autograder.scenarios.incidents.changes import Change
from autograder.scenarios.incidents.faults import FAMILIES
from autograder.scenarios.incidents.plan import Plan

__all__ = ["CHECKS", "KINDS", "Kind", "cures"]

CHECKS = tuple(sorted({family.check for family in FAMILIES.values()}))
Effect = Callable[[Plan, str, int, int], list[Change]]


@dataclass(frozen=True)
class Kind:
    """One kind of action: minutes until it acts, minutes of work, and its own effects.

    `effect(plan, target, start, done)` gives the changes that it makes whatever
    the cause is. Actions with `queue` run one after another.
    """

    name: str
    minutes: int
    effort: int
    target: str
    text: str
    effect: Effect
    queue: bool = False


def _none(plan: Plan, target: str, start: int, done: int) -> list[Change]:
    return []


def _rollback(plan: Plan, target: str, start: int, done: int) -> list[Change]:
    """Restart instances one by one: less capacity, and short of breath for a while."""
    slow = {"load_retrieval": 1.3, "load_model": 1.25}
    return [Change(start, {"loss_retrieval": 0.1}, slow, done + 2)]


def _restart(plan: Plan, target: str, start: int, done: int) -> list[Change]:
    down: Mapping[str, Mapping[str, float]] = {
        "retrieval": {"loss_retrieval": 0.15},
        "index": {"loss_retrieval": 0.15},
        "reranker": {"loss_reranker": 0.15},
        "cache": {"hit": 0.0},
        "gateway": {"loss_retrieval": 0.1, "loss_model": 0.1},
        "prompt": {"loss_model": 0.15},
    }
    warm = [Change(done, by={"hit": 0.4}, end=done + 6)] if target == "cache" else []
    return [Change(start, to=down.get(target, {}), end=done), *warm]


def _failover_model(plan: Plan, target: str, start: int, done: int) -> list[Change]:
    if not plan.service.has("fallback"):
        return []
    swap = Change(
        done, to={"fallback": 1.0}, by={"grounded": 0.985, "price": 1.5, "slow_model": 1.08}
    )
    broken = [] if plan.service.contract else [Change(done, to={"valid": 0.35})]
    return [swap, *broken]


def _fallback_prompt(plan: Plan, target: str, start: int, done: int) -> list[Change]:
    return [Change(done, by={"grounded": 0.99})]


def _flush(plan: Plan, target: str, start: int, done: int) -> list[Change]:
    return [
        Change(done, to={"hit": 0.0}, end=done + 3),
        Change(done + 3, by={"hit": 0.5}, end=done + 9),
        Change(done + 9, by={"hit": 0.8}, end=done + 16),
    ]


def _rebuild(plan: Plan, target: str, start: int, done: int) -> list[Change]:
    return [Change(start, by={"load_retrieval": 1.3}, end=done)]


def _restore(plan: Plan, target: str, start: int, done: int) -> list[Change]:
    """Serve the last snapshot: a little behind."""
    return [Change(done, by={"correct": 0.99})]


def _no_reranker(plan: Plan, target: str, start: int, done: int) -> list[Change]:
    return [Change(done, by={"relevant": 0.97, "load_reranker": 0.0})]


def _raise_limit(plan: Plan, target: str, start: int, done: int) -> list[Change]:
    """Let more in, and try once more: what is saturated gets more of it."""
    return [Change(done, to={"retries": 3.0}, by={"slow_retrieval": 1.15, "slow_model": 1.1})]


def _limit_retries(plan: Plan, target: str, start: int, done: int) -> list[Change]:
    return [Change(done, to={"retries": 0.0})]


def _shed(plan: Plan, target: str, start: int, done: int) -> list[Change]:
    return [Change(done, to={"shed": 0.3})]


def _scale(plan: Plan, target: str, start: int, done: int) -> list[Change]:
    return [Change(done, by={f"load_{target}": 0.55})]


def _reroute(plan: Plan, target: str, start: int, done: int) -> list[Change]:
    return [Change(done, by={"slow_model": 1.04})]


def _off(plan: Plan, target: str, start: int, done: int) -> list[Change]:
    return [Change(done, to={"off": 1.0})]


def _review(plan: Plan, target: str, start: int, done: int) -> list[Change]:
    """Let people read each answer first: nearly all come too late."""
    return [Change(done, to={"off": 0.97})]


_ALL = (
    Kind("rollback", 8, 20, "event", "undo a deploy, configuration or delivery", _rollback, True),
    Kind("pin_prompt", 4, 10, "", "serve the prompt of yesterday", _none, True),
    Kind("pin_model", 4, 10, "", "ask for the provider's dated build of last month", _none),
    Kind("failover_model", 3, 10, "", "send calls to the fallback model", _failover_model),
    Kind("fallback_prompt", 4, 15, "", "serve the prompt kept for the fallback", _fallback_prompt),
    Kind("failover_region", 6, 25, "region", "serve a region's tenants from the other", _none),
    Kind("restart", 5, 10, "part", "restart a part", _restart),
    Kind("scale_out", 10, 20, "part", "add capacity to a part", _scale),
    Kind("reroute_network", 6, 20, "", "take another network path", _reroute),
    Kind("flush_cache", 1, 5, "", "drop cached answers", _flush),
    Kind("restore_index", 10, 25, "", "serve the index's snapshot of yesterday", _restore),
    Kind("rebuild_index", 40, 60, "", "embed every document again", _rebuild),
    Kind("resume_feed", 12, 30, "", "restart the connector and catch up", _none),
    Kind("disable_reranker", 2, 10, "", "serve without reranking", _no_reranker),
    Kind("raise_limit", 1, 5, "", "raise the concurrency limit and the retries", _raise_limit),
    Kind("limit_retries", 1, 5, "", "try each request once", _limit_retries),
    Kind("shed_load", 1, 5, "", "turn three requests of ten away", _shed),
    Kind("feature_off", 1, 10, "", "switch the assistant off", _off),
    Kind("review_all", 2, 600, "", "let people read every answer first", _review),
    Kind("undo", 1, 5, "kind", "end an earlier action's effect", _none),
    Kind("add_check", 0, 240, "check", "a check before release, in place beforehand", _none),
    Kind("add_alert", 0, 60, "rule", "an alert rule, in place beforehand", _none),
)
KINDS: Mapping[str, Kind] = {kind.name: kind for kind in _ALL}


def cures(plan: Plan, kind: str, target: str, event: str) -> bool:
    """Say whether an action ends the fault; `event` is the id of the one that brought it."""
    family = plan.family
    if kind == "rollback":
        return bool(event) and target == event and kind in family.cures
    if kind not in family.cures:
        return False
    if kind in ("restart", "scale_out"):
        return target == family.part
    if kind == "failover_region":
        return False  # it moves tenants away from the fault, which stays
    if kind == "failover_model":
        return plan.service.has("fallback")
    return True
