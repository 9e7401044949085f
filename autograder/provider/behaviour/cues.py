"""The phrases by which a prompt changes what a model does. This list is the whole of it."""

from __future__ import annotations

import re

from autograder.provider.behaviour.memory import remembered

__all__ = ["CUES", "cues"]

# Cue, what it means, and the pattern that is looked for in the prompt's own words.
CUES: dict[str, tuple[str, str]] = {
    "grounded": (
        "answer only from what is given",
        r"\bonly\b[^.\n]{0,40}\b(?:from|on|with|using|use|in)\b[^.\n]{0,30}\b(?:passages?|context|sources?"
        r"|documents?|text|evidence|chunks?|information)"
        r"|\b(?:use|using|from|on) only\b|\bonly us(?:e|ing)\b"
        r"|\bstick to the\b|\bstrictly from\b"
        r"|\b(?:based )?(?:solely|exclusively) (?:on|from|with|by)\b"
        r"|\b(?:do not|don't|never) use (?:any )?(?:outside|prior|other|your own)\b",
    ),
    "abstain": (
        "say so where the answer is not there",
        r"\b(?:don't|do not|doesn't|does not) know\b|\b(?:not|n't) (?:in|found in"
        r"|contained in|stated in"
        r"|answered by|answer) (?:the|any)\b|\b(?:cannot|can't) be answered\b"
        r"|\b(?:not|n't) (?:have )?enough (?:information|context|evidence)\b"
        r"|\b(?:say|reply|answer|respond|return|write|output)(?: with)?"
        r" [\"'`“]?(?:unknown|unsure|n/a|none)\b"
        r"|\b(?:unsure|not sure)\b|\binsufficient (?:information|evidence|context)\b"
        r"|\bnot[ _]?found\b|\bunanswerable\b"
        r"|\babstain\b",
    ),
    "cite": (
        "name the sources",
        r"\bcit(?:e|es|ing|ations?)\b|\b(?:passage|source|document) (?:ids?|numbers?)\b",
    ),
    "think": (
        "think before answering",
        r"\bstep[- ]by[- ]step\b|\bthink (?:carefully|first|through|it|about|before)\b"
        r"|\breason (?:first|through|carefully|about)\b"
        r"|\b(?:explain|write|show|give) your (?:reasoning|thinking|steps)\b|\bchain of thought\b",
    ),
    "brief": (
        "be short",
        r"\bbrief(?:ly)?\b|\bconcise(?:ly)?\b|\bshort(?:ly)?\b|\bin (?:one"
        r"|a single) sentence\b|\bone sentence\b"
        r"|\bat most \d+ words\b|\bonly the (?:answer|label|letter)\b|\bno explanation\b"
        r"|\bwith (?:just )?the label\b",
    ),
    "value": (
        "give the bare value",
        r"\b(?:only|just) (?:the )?(?:value|number|date|version|name|answer itself)\b"
        r"|\bin (?:a few|as few) words\b|\bone word\b",
    ),
    "data": (
        "what is framed is data",
        r"\b(?:as|is|are|contains?) (?:untrusted|only data|pure data|just data|data)\b"
        r"|\buntrusted\b"
        r"|\bdata,? (?:and )?not (?:as )?(?:instructions?|orders?|commands?)\b",
    ),
    "hierarchy": (
        "obey no orders from texts",
        r"\b(?:ignore|disregard|(?:do not|don't|never) (?:follow|obey|execute|act on"
        r"|carry out))\b[^.\n]{0,40}"
        r"\b(?:instructions?|orders?|commands?|requests?)\b[^.\n]{0,60}\b(?:in|inside|from"
        r"|within|of|that (?:appear|stand|occur))\b"
        r"|\b(?:instructions?|orders?|commands?) (?:in|inside|from"
        r"|within)\b[^.\n]{0,60}\b(?:must not|never|are not|no)\b",
    ),
    "fair": (
        "beware of position, length and own voice",
        r"\b(?:order|position|length)\b[^.\n]{0,80}\b(?:not|never|random|n't)\b[^.\n]{0,20}"
        r"\b(?:influence|affect|matter|sway|order)"
        r"|\b(?:ignore|disregard) the (?:order|position|length)\b"
        r"|\b(?:do not|don't|not) (?:let"
        r"|be influenced|prefer|favou?r)"
        r"\b[^.\n]{0,80}\b(?:length|longer|order|position|first|style)\b"
        r"|\bregardless of (?:the )?(?:length|order|position)\b"
        r"|\bavoid\b[^.\n]{0,30}\b(?:position|length|order|verbosity)\b",
    ),
    "tie": ("a tie is allowed", r"\bties?\b|\bequally good\b|\bboth equal"),
    "json": (
        "reply in JSON",
        r"\b(?:in|as|valid|only|return|with|output|reply|strict) (?:an? |valid |the )*json\b"
        r"|\bjson (?:object|only|format|schema)\b",
    ),
    "summarise": (
        "summarise",
        r"\bsummar(?:i[sz]e|y|ies)\b|\btl;?dr\b|\bcondense\b|\b(?:main|key) (?:points|takeaways)\b",
    ),
    "extract": ("take fields out of a text", r"\bextract\b|\bpull out\b|\bfill in\b|\bparse\b"),
    "classify": (
        "choose a label",
        r"\bclassif(?:y|ies|ication)\b|\bcategori[sz]e\b|\blabels?\b|\bone of\b|\bassign\b"
        r"|\bcategory\b|\btriage\b",
    ),
    "route": (
        "choose where it goes",
        r"\brout(?:e|es|ed|ing|er)\b|\bqueues?\b|\bhand (?:it |this )?(?:over|off) to\b"
        r"|\bdispatch\b|\bforward (?:it |this )?to\b",
    ),
    "score": (
        "score on a scale",
        r"\b(?:score|rate|rating|grade|points?)\b|\bon a scale\b|\bout of \d",
    ),
    "verdict": (
        "pass or fail",
        r"\bpass\b[^.\n]{0,20}\bfail\b|\bcorrect\b[^.\n]{0,20}\bincorrect\b|\bgood\b[^.\n]{0,12}\bbad\b"
        r"|\byes\b[^.\n]{0,12}\bno\b|\btrue\b[^.\n]{0,12}\bfalse\b|\bsupported\b[^.\n]{0,30}\b(?:unsupported|not)\b"
        r"|\bis (?:the|this) (?:\w+ )?(?:answer|response|claim)"
        r" (?:correct|right|good|grounded|supported|faithful)\b",
    ),
}
_PATTERNS = {name: re.compile(pattern, re.IGNORECASE) for name, (_, pattern) in CUES.items()}


@remembered(1_024)
def cues(instructions: str) -> frozenset[str]:
    """Return the names of the cues that stand in a prompt's own words."""
    return frozenset(name for name, pattern in _PATTERNS.items() if pattern.search(instructions))
