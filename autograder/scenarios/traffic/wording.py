"""Names of features and tenants, and the questions that are asked, each in three wordings."""

from __future__ import annotations

__all__ = ["ENTITIES", "FEATURES", "KINDS", "QUESTIONS", "SERVICES", "TENANTS"]

SERVICES = ("Lanternworks", "Quillharbour", "Saltmarsh Desk", "Tidewright", "Fernway Assist")
TENANTS = (
    "alder", "birchline", "cobalt", "dunmore", "eastgate", "foxglove", "granary", "holloway",
)  # fmt: skip
FEATURES = (
    "ask", "classify", "compare", "digest", "draft", "enrich", "extract", "inbox", "plan",
    "review", "translate", "triage",
)  # fmt: skip
KINDS = (
    "lookup", "label", "shorten", "rewrite", "calculate", "compare", "multi-step", "table",
    "long-form", "code",
)  # fmt: skip
ENTITIES = ("heron", "plover", "avocet", "wigeon", "bittern", "dunlin")
# One axis of the embedding each.
QUESTIONS = (
    ("How long does {} keep logs?", "What is the log retention of {}?",
     "For how many days are logs kept on {}?"),
    ("Who owns {}?", "Which team is responsible for {}?", "Name the owner of {}."),
    ("Which port does {} listen on?", "What port is {} reached at?", "Tell me the port of {}."),
    ("When was {} last patched?", "What is the date of the last patch on {}?",
     "Give the day {} was patched most recently."),
    ("How do I restart {}?", "What are the steps to restart {}?", "Restarting {}: how?"),
    ("Is {} in scope of the audit?", "Does the audit cover {}?", "Audit scope: is {} in it?"),
    ("What does an hour of downtime of {} cost?", "Price an hour of outage on {}.",
     "If {} is down for an hour, what do we lose?"),
    ("Which version runs on {}?", "What version of the agent is on {}?",
     "Tell me what version {} has."),
)  # fmt: skip
