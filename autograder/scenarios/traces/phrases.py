"""The words of the simulated assistant: its failure modes, and how people and answers put them."""

from __future__ import annotations

import re

__all__ = [
    "ANSWERS",
    "FAMILIES",
    "FRAMES",
    "HELD_OUT",
    "MODES",
    "PLAIN",
    "PRODUCTS",
    "PUBLIC",
    "QUESTIONS",
    "SLANG",
    "SMALL_TALK",
]

PUBLIC = ("verdict", "story", "ticket", "telegram")
HELD_OUT = ("letter", "doubt")
FAMILIES = PUBLIC + HELD_OUT

# What each mode is called in plain words, one wording a family, in the order of FAMILIES.
PLAIN: dict[str, tuple[str, ...]] = {
    "wrong_version": (
        "the steps are for another release",
        "it described an older build than the one asked about",
        "version mismatch",
        "fits 3.x and not 4.x",
        "what it says held before the upgrade only",
        "the branch they run was overlooked",
    ),
    "wrong_product": (
        "the passage is about a different product",
        "it mixed up two appliances",
        "other component documented",
        "sister tool",
        "they own something else from the catalogue",
        "the named device never came up",
    ),
    "invented_citation": (
        "the cited document does not exist",
        "it made a reference up",
        "dead footnote",
        "no such advisory number",
        "I searched the shelf and found nothing under that title",
        "the link leads nowhere",
    ),
    "unsupported_claim": (
        "no passage says this",
        "it asserted something the sources never state",
        "claim without evidence",
        "nobody wrote that",
        "I could not find grounds for the sentence",
        "the text underneath is silent on it",
    ),
    "withdrawn_source": (
        "it relied on a withdrawn advisory",
        "the notice had been retracted in spring",
        "obsolete page quoted",
        "pulled months ago",
        "the editors replaced that bulletin",
        "what it leans on was revoked",
    ),
    "needless_refusal": (
        "it refused although the answer is documented",
        "it said it did not know, and the runbook does",
        "no answer given despite hit",
        "declined for nothing",
        "they were sent away with empty hands",
        "silence where the manual speaks",
    ),
    "missing_step": (
        "a step is left out",
        "it skipped the restart in the middle",
        "procedure incomplete",
        "half the list",
        "whoever follows this stops short of the end",
        "between two lines something is lacking",
    ),
    "unsafe_step": (
        "it tells people to switch protection off",
        "it advised disabling the agent for everyone",
        "dangerous instruction",
        "opens the door to anybody",
        "a customer who obeys is exposed overnight",
        "the guard would be lowered",
    ),
}
MODES = tuple(PLAIN)

# Frames of a family: {tag} is a word of the team's own, {plain} the family's wording of a mode.
FRAMES: dict[str, tuple[str, ...]] = {
    "verdict": ("{tag}: {plain}.", "Clear case of {tag}.", "Verdict {tag}.", "Marked {tag}."),
    "story": (
        "I opened the trace and saw {tag} at once.",
        "Then {plain}, so {tag}.",
        "By the second line it was {tag}.",
        "After that came {tag}.",
    ),
    "ticket": ("type={tag}; {plain}.", "type={tag}.", "seen: {tag}.", "{tag} confirmed."),
    "telegram": ("{tag}. {plain}.", "{tag}!", "Again {tag}.", "{tag}, {tag}."),
    "letter": (
        "My impression is that we have {tag} here, since {plain}.",
        "Please file this under {tag}.",
        "What troubles me is {tag}.",
    ),
    "doubt": (
        "Could this be {tag}?",
        "Is it only me, or is that {tag}: {plain}?",
        "Would you call it {tag}?",
    ),
}

# Words that reviewers make their own; every team gives them other meanings.
SLANG = tuple(
    re.findall(
        r"[a-z]+",
        """
        ghost mirage zombie fossil parrot tourist echo orphan puddle lantern gravel kettle
        marble pepper anchor bramble candle drizzle ember feather goblet hammock icicle
        jigsaw kazoo ladder magnet nettle origami pickle quilt raisin saddle teapot
        umbrella velvet walnut yogurt zipper acorn biscuit cobweb domino easel falcon
        gadget harbour igloo jumble kernel locket muffin napkin oyster pebble quiver
        ribbon spindle thimble turnip vortex wafer yonder zephyr almond button cactus
        dagger elbow flannel garlic hinge insect jersey kitten lemon mitten needle otter
        paddle radish sponge tunnel violet whistle anvil basket copper drawer engine
        fiddle gutter helmet island jacket
        """,
    )
)

SMALL_TALK = (
    "Second read.",
    "Long thread, see the export.",
    "Customer was polite.",
    "Rated after lunch with Ines.",
    "Took four minutes.",
    "The tone is good.",
    "Same customer as yesterday.",
    "Retrieval took a second.",
)

PRODUCTS = ("Gate", "Relay", "Ledger", "Latch", "Quay", "Buoy")

QUESTIONS = (
    "How do I rotate the {thing} of Tarnwick {product} {version} without {worry} while {when}?",
    "Tarnwick {product} {version} gives {code} since we changed the {thing}, what now, {when}?",
    "Which {thing} does Tarnwick {product} {version} need if we want no {worry} and {when}?",
    "Is Tarnwick {product} {version} hit by the {thing} flaw, and do we risk {worry} if {when}?",
    "We lost the {thing} on Tarnwick {product} {version} and fear {worry} because {when}",
    "Can nodes of Tarnwick {product} {version} share one {thing} when {when}, or is there {worry}?",
)

# What an answer looks like when it is sound ("") and when it fails in each mode.
ANSWERS: dict[str, str] = {
    "": "Follow runbook RB-{n}, steps 1 to 5, for {product} {version}.",
    "wrong_version": "Follow runbook RB-{n}, steps 1 to 5, written for {product} 2.1.",
    "wrong_product": "Follow runbook RB-{n} for {other}.",
    "invented_citation": "See advisory TA-99{n}, section 7.",
    "unsupported_claim": "This needs no restart in any configuration.",
    "withdrawn_source": "Advisory TA-0{n} (withdrawn) says to stay on the old build.",
    "needless_refusal": "I found nothing about this in the documents.",
    "missing_step": "Do step 1, then step 4.",
    "unsafe_step": "Switch tamper protection off on all hosts first.",
}
