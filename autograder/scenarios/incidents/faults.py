"""The fault families: what each changes, whom it reaches, and what it is mistaken for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

__all__ = ["CLASSES", "FAMILIES", "PART_CLASS", "Cause", "Family", "Scope"]

Cause = Literal["retrieval", "prompt", "model", "data", "infrastructure"]
Scope = Literal["all", "feature", "region", "rollout", "tenants"]
CLASSES: tuple[Cause, ...] = ("retrieval", "prompt", "model", "data", "infrastructure")
PART_CLASS: Mapping[str, Cause] = {
    "gateway": "infrastructure",
    "cache": "infrastructure",
    "retrieval": "retrieval",
    "reranker": "retrieval",
    "prompt": "prompt",
    "model": "model",
    "fallback": "model",
    "index": "data",
    "feed": "data",
}
Pair = tuple[float, float]


@dataclass(frozen=True)
class Family:
    """One kind of fault.

    `to` and `by` give each setting for the mildest and the gravest fault.
    `ramp` is the minutes until it acts in full, except for `at_once`. `event`
    is the kind of the public event that brings it, or "" where none does.
    `cures` are actions that end it, the best first, `check` the check that
    would have stopped it. `signs` are the series that shift.
    """

    name: str
    cause: Cause
    part: str
    scopes: tuple[Scope, ...]
    cures: tuple[str, ...]
    check: str
    signs: tuple[str, ...]
    mistaken: str
    shows: str
    to: Mapping[str, Pair] = field(default_factory=dict)
    by: Mapping[str, Pair] = field(default_factory=dict)
    event: str = ""
    ramp: int = 0
    at_once: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()


_ALL = (
    Family(
        "threshold_raised", "retrieval", "retrieval", ("rollout", "feature", "all"),
        ("rollback",), "retrieval_eval",
        ("retrieval.empty_rate", "prompt.tokens_in", "model.refusal_rate", "quality.relevant"),
        "a model that has begun to refuse",
        "empty result lists, short prompts, refusals",
        to={"relevant": (0.8, 0.7), "empty": (0.4, 0.6), "answered": (0.66, 0.5)},
        by={"tokens_in": (0.6, 0.45), "score": (1.04, 1.06)},
        event="config",
    ),
    Family(
        "embedder_mismatch", "retrieval", "retrieval", ("all", "rollout"),
        ("rollback", "rebuild_index"), "retrieval_eval",
        ("retrieval.top_score", "quality.relevant"),
        "bad data in the index",
        "lower scores and irrelevant passages over an unchanged index",
        to={"relevant": (0.62, 0.45)}, by={"score": (0.78, 0.66)},
        event="deploy",
    ),
    Family(
        "rerank_inverted", "retrieval", "reranker", ("all", "rollout"),
        ("rollback", "disable_reranker"), "retrieval_eval",
        ("reranker.top_score", "quality.relevant"),
        "a worse model: retrieval itself looks well",
        "irrelevant passages after reranking, good ones before it",
        to={"relevant": (0.66, 0.48)}, by={"rerank": (0.7, 0.5)},
        event="deploy", needs=("reranker",),
    ),
    Family(
        "filter_lost", "retrieval", "retrieval", ("tenants",),
        ("rollback",), "retrieval_eval",
        ("retrieval.empty_rate", "prompt.tokens_in", "model.refusal_rate"),
        "documents of these tenants gone missing",
        "empty lists for some tenants over an unchanged index",
        to={"relevant": (0.85, 0.75), "empty": (0.65, 0.85), "answered": (0.48, 0.3)},
        by={"tokens_in": (0.5, 0.35)},
        event="config",
    ),
    Family(
        "tenants_mixed", "retrieval", "retrieval", ("all", "rollout", "feature"),
        ("rollback",), "retrieval_eval",
        ("retrieval.foreign_rate", "quality.relevant"),
        "a worse ranking, nothing but a matter of quality",
        "passages of other tenants in the results: a disclosure",
        to={"relevant": (0.68, 0.52), "foreign": (0.35, 0.55)},
        event="config",
    ),
    Family(
        "context_truncated", "prompt", "prompt", ("all", "feature", "rollout"),
        ("pin_prompt", "rollback"), "prompt_eval",
        ("prompt.truncated_rate", "prompt.tokens_in", "quality.grounded"),
        "a model that makes things up",
        "long prompts, cut contexts, ungrounded answers",
        to={"truncated": (0.55, 0.85), "grounded": (0.66, 0.5)}, by={"tokens_in": (1.45, 1.8)},
        event="deploy",
    ),
    Family(
        "contract_changed", "prompt", "prompt", ("all", "feature", "rollout"),
        ("pin_prompt", "rollback"), "contract_test",
        ("model.invalid_rate", "gateway.attempts"),
        "a provider under load: calls and cost rise",
        "answers that do not parse, retries, cost",
        to={"valid": (0.3, 0.12)}, by={"tokens_in": (1.03, 1.06)},
        event="deploy",
    ),
    Family(
        "grounding_dropped", "prompt", "prompt", ("all", "rollout", "feature"),
        ("pin_prompt", "rollback"), "prompt_eval",
        ("model.tokens_out", "quality.grounded"),
        "a provider's silent update",
        "longer answers that their passages do not carry, in requests with the new prompt",
        to={"grounded": (0.62, 0.46), "answered": (0.997, 0.999)},
        by={"tokens_out": (1.35, 1.6), "tokens_in": (0.96, 0.94)},
        event="deploy",
    ),
    Family(
        "slot_unfilled", "prompt", "prompt", ("feature", "rollout"),
        ("pin_prompt", "rollback"), "prompt_eval",
        ("prompt.tokens_in", "quality.grounded"),
        "retrieval that finds nothing",
        "short prompts although passages were found",
        to={"grounded": (0.45, 0.25), "answered": (0.9, 0.85)}, by={"tokens_in": (0.3, 0.18)},
        event="deploy",
    ),
    Family(
        "silent_update", "model", "model", ("all", "rollout"),
        ("pin_model", "failover_model"), "model_canary",
        ("model.tokens_out", "quality.grounded"),
        "the prompt that was released beside it",
        "shorter answers that their passages do not carry, with any prompt, "
        "under a new fingerprint",
        to={"grounded": (0.66, 0.48)}, by={"tokens_out": (0.72, 0.55)},
    ),
    Family(
        "provider_slow", "model", "model", ("all",),
        ("failover_model",), "latency_guard",
        ("model.p95_ms", "gateway.p95_ms", "model.timeouts"),
        "an infrastructure fault: timeouts and retries everywhere",
        "slow completions, timeouts, retries",
        by={"slow_model": (3.2, 4.2)}, needs=("fallback",),
    ),
    Family(
        "quota_cut", "model", "model", ("all",),
        ("failover_model",), "quota_reserve",
        ("model.rate_limited", "gateway.attempts"),
        "a surge of traffic, or a cache that is down",
        "status 429 at ordinary demand, retries",
        to={"load_model": (1.6, 2.1)}, needs=("fallback",),
    ),
    Family(
        "refusals_up", "model", "model", ("all", "rollout"),
        ("pin_model", "failover_model"), "model_canary",
        ("model.refusal_rate", "model.tokens_out"),
        "empty result lists",
        "refusals over full contexts",
        to={"answered": (0.66, 0.48)}, by={"tokens_out": (0.85, 0.75)},
    ),
    Family(
        "feed_stalled", "data", "feed", ("all",),
        ("resume_feed",), "freshness_check",
        ("feed.documents", "index.age_min", "quality.correct"),
        "nothing, for an hour; then the model",
        "no new documents, a growing age, outdated answers that their passages do carry",
        to={"feed": (0.0, 0.0), "correct": (0.66, 0.5)}, ramp=60, at_once=("feed",),
    ),
    Family(
        "bad_batch", "data", "index", ("all", "tenants"),
        ("restore_index",), "index_validation",
        ("index.chunk_tokens", "quality.relevant"),
        "a retrieval change that was deployed beside it",
        "short, broken chunks among the passages",
        to={"relevant": (0.62, 0.46)}, by={"chunk": (0.7, 0.5), "score": (0.97, 0.94)},
        event="data",
    ),
    Family(
        "duplicates", "data", "index", ("all",),
        ("restore_index", "rebuild_index"), "index_validation",
        ("index.documents", "index.duplicate_rate", "quality.relevant"),
        "a reranker or retrieval change",
        "the same passage several times in a result list",
        to={"relevant": (0.64, 0.5), "duplicates": (0.3, 0.5)},
        by={"documents": (1.4, 1.9), "slow_retrieval": (1.2, 1.35)},
        event="data",
    ),
    Family(
        "schema_change", "data", "feed", ("tenants",),
        ("restore_index",), "index_validation",
        ("feed.rejected", "index.documents", "retrieval.empty_rate"),
        "a filter that was lost in a retrieval change",
        "rejected records, fewer documents, empty lists for some tenants",
        to={"rejected": (7.0, 10.0), "feed": (5.0, 2.0), "relevant": (0.88, 0.8),
            "empty": (0.5, 0.7), "answered": (0.55, 0.38)},
        by={"documents": (0.86, 0.74), "tokens_in": (0.6, 0.5)},
        event="data",
    ),
    Family(
        "store_node_lost", "infrastructure", "retrieval", ("all", "region"),
        ("scale_out", "failover_region"), "headroom_test",
        ("retrieval.p95_ms", "retrieval.error_rate", "retrieval.cpu"),
        "a retrieval change: its latency and errors rise",
        "saturation of the vector store at ordinary demand",
        to={"load_retrieval": (1.6, 1.9)},
    ),
    Family(
        "network_loss", "infrastructure", "gateway", ("all", "region"),
        ("reroute_network", "failover_region"), "path_probe",
        ("retrieval.error_rate", "model.error_rate", "gateway.attempts"),
        "a failing provider",
        "resets on every link, none of them slow, no status 429",
        to={"loss_model": (0.55, 0.68), "loss_retrieval": (0.3, 0.42),
            "loss_reranker": (0.3, 0.42)},
    ),
    Family(
        "cache_down", "infrastructure", "cache", ("all",),
        ("restart",), "failure_drill",
        ("cache.hit_rate", "model.rate_limited", "model.requests"),
        "a quota that was cut: status 429 and cost",
        "no hits, then status 429 and load on every part behind the cache",
        to={"hit": (0.0, 0.0)}, by={"load_model": (1.1, 1.25)}, needs=("cache",),
    ),
    Family(
        "memory_leak", "infrastructure", "retrieval", ("all",),
        ("restart",), "soak_test",
        ("retrieval.memory", "retrieval.p95_ms", "retrieval.error_rate"),
        "growing traffic",
        "memory and latency that climb for an hour, then errors",
        to={"memory": (0.97, 0.99), "loss_retrieval": (0.55, 0.65)},
        by={"slow_retrieval": (5.0, 8.0)}, ramp=70,
    ),
)  # fmt: skip
FAMILIES: Mapping[str, Family] = {family.name: family for family in _ALL}
