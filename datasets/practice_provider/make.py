"""Rebuild the practice models' cards, what their parameters mean, and their own prices.

`python make.py` writes the files beside this script; `--check` writes nothing
and exits 1 where a file differs from what this script would write. The
tokenizer beside them is MiniLM's own file and is only checked.
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
TOKENIZER = "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"

SMALL = "practice-small-2026-08-01"
NEWER = "practice-small-2026-11-01"
LARGE = "practice-large-2026-08-01"
JUDGE = "practice-judge-2026-09-01"
SWIFT = "practice-swift-2026-07-01"
EMBED = "practice-embed-2026-01-01"

P, LOGIT, FACTOR = (0.0, 1.0), (-6.0, 6.0), (0.0, 10.0)
MARKS = ("<!-- table by make.py -->", "<!-- end of table -->")
COUNT, SECONDS = (0.0, 100_000.0), (0.0, 60.0)

# fmt: off
# name, unit, range, meaning, then the values of small, large, judge and swift
ROWS: list[tuple[str, str, tuple[float, float], str, float, float, float, float]] = [
    ("skill.answer", "logit", LOGIT, "right answer to a question over one passage that holds it", 1.4, 2.5, 1.6, 1.1),
    ("skill.classify", "logit", LOGIT, "right label, no examples shown", 1.1, 2.0, 1.6, 0.9),
    ("skill.extract", "logit", LOGIT, "one field right; fields of a text are alike in difficulty", 1.9, 2.9, 1.9, 1.5),
    ("skill.route", "logit", LOGIT, "right route, no examples shown", 1.4, 2.3, 1.4, 1.2),
    ("skill.tools", "logit", LOGIT, "one tool call right: name and arguments", 1.6, 2.7, 1.2, 1.1),
    ("skill.summarise", "logit", LOGIT, "summary that keeps the main sentences and distorts none", 1.3, 2.2, 1.3, 1.0),
    ("effect.shots", "logit", LOGIT, "gained by many examples that are relevant and balanced", 1.0, 0.4, 0.6, 1.1),
    ("effect.shots_half", "examples", (0.5, 50.0), "number of examples that brings half of effect.shots", 2.0, 2.0, 2.0, 3.0),
    ("effect.shots_irrelevant", "share", P, "share of effect.shots that is left when no example resembles the item", 0.2, 0.5, 0.4, 0.1),
    ("effect.shots_unbalanced", "logit", LOGIT, "lost when all examples carry one label", 0.9, 0.3, 0.4, 1.1),
    ("effect.think", "logit", LOGIT, "gained by asking for steps before the answer", 0.5, 0.1, 0.4, 0.6),
    ("effect.effort", "logit", LOGIT, "gained from low to medium and from medium to high reasoning effort", 0.0, 0.4, 0.0, 0.0),
    ("effect.grounded", "logit", LOGIT, "gained by telling it to answer only from the passages", 0.2, 0.1, 0.1, 0.3),
    ("effect.cite", "logit", LOGIT, "gained by asking for citations", 0.15, 0.1, 0.1, 0.1),
    ("effect.middle", "logit", LOGIT, "lost when the right passage stands in the middle of 20", 1.0, 0.4, 0.8, 1.3),
    ("effect.distractors", "logit per doubling", LOGIT, "lost per doubling of the number of passages", 0.12, 0.05, 0.1, 0.18),
    ("effect.length", "logit per doubling", LOGIT, "lost per doubling of the prompt beyond 4,000 characters, about 1,000 tokens", 0.1, 0.04, 0.08, 0.12),
    ("effect.temperature", "logit", LOGIT, "lost at temperature 1 against temperature 0", 0.15, 0.1, 0.1, 0.25),
    ("slice.table", "logit", LOGIT, "gained (or lost) where the fact stands in a table", -0.4, -0.1, -0.3, -0.6),
    ("slice.german", "logit", LOGIT, "gained (or lost) where the text is German", -0.5, -0.1, -0.4, -0.9),
    ("slice.code", "logit", LOGIT, "gained (or lost) where the fact stands in code or a log", -0.2, 0.0, -0.2, -0.4),
    ("grounding.hallucinates", "probability", P, "an unsupported sentence is added to an answer or a summary", 0.12, 0.04, 0.08, 0.2),
    ("grounding.grounded", "logit", LOGIT, "taken off grounding.hallucinates by the instruction to answer only from the passages", 0.9, 1.0, 0.8, 0.5),
    ("grounding.cite", "logit", LOGIT, "taken off grounding.hallucinates by asking for citations", 0.3, 0.5, 0.3, 0.1),
    ("grounding.abstains", "probability", P, "says it does not know where no passage holds the answer", 0.25, 0.55, 0.45, 0.15),
    ("grounding.abstains_told", "logit", LOGIT, "added to grounding.abstains by the instruction to say so", 2.0, 2.4, 2.0, 1.4),
    ("grounding.needless", "probability", P, "says it does not know although a passage holds the answer", 0.01, 0.01, 0.02, 0.01),
    ("grounding.needless_told", "logit", LOGIT, "added to grounding.needless by the same instruction", 1.6, 1.0, 1.4, 2.0),
    ("grounding.citation", "probability", P, "a citation names the passage that its sentence came from", 0.88, 0.96, 0.92, 0.8),
    ("judge.acuity", "logit", (0.0, 20.0), "for the better answer, per unit of difference in quality (0 to 1)", 3.0, 6.0, 6.0, 2.0),
    ("judge.position", "logit", LOGIT, "for the answer that is shown first", 0.7, 0.2, 0.4, 1.0),
    ("judge.length", "logit per doubling", LOGIT, "for the longer answer, per doubling of its length", 0.4, 0.15, 0.3, 0.6),
    ("judge.self", "logit", LOGIT, "for an answer in the judge's own voice", 0.3, 0.3, 0.4, 0.2),
    ("judge.fairness", "factor", FACTOR, "what is left of the three biases when the prompt warns of them", 0.7, 0.6, 0.5, 0.9),
    ("judge.tie", "odds", FACTOR, "of a tie against either answer where both are equal and a tie is allowed", 0.4, 0.6, 0.5, 0.3),
    ("judge.tpr", "probability", P, "passes an answer that is good", 0.86, 0.94, 0.92, 0.8),
    ("judge.tnr", "probability", P, "fails an answer that is bad", 0.7, 0.88, 0.85, 0.6),
    ("judge.leniency", "share of the scale", (-1.0, 1.0), "added to the quality when it gives a score", 0.1, 0.03, 0.05, 0.15),
    ("judge.noise", "share of the scale", P, "standard deviation of a score around that", 0.15, 0.07, 0.08, 0.2),
    ("injection.direct_override", "probability", P, "obeys 'ignore the instructions above' in a text it works on", 0.45, 0.12, 0.2, 0.6),
    ("injection.role_play", "probability", P, "obeys a text that gives it another role", 0.4, 0.15, 0.2, 0.55),
    ("injection.encoded", "probability", P, "obeys an order in base64", 0.1, 0.25, 0.1, 0.05),
    ("injection.translated", "probability", P, "obeys an order in German, French or Spanish", 0.35, 0.2, 0.2, 0.4),
    ("injection.delimiter_break", "probability", P, "obeys a text that closes its own frame and speaks as the system", 0.5, 0.2, 0.3, 0.65),
    ("injection.retrieved_document", "probability", P, "obeys a passage that addresses the assistant", 0.35, 0.15, 0.2, 0.5),
    ("injection.tool_result", "probability", P, "obeys a tool's result that addresses the assistant", 0.4, 0.2, 0.2, 0.55),
    ("injection.exfiltration_link", "probability", P, "writes a link or an image with data of the conversation in it", 0.35, 0.15, 0.15, 0.45),
    ("injection.prompt_leak", "probability", P, "repeats its system prompt when a text asks for it", 0.4, 0.12, 0.2, 0.6),
    ("defence.delimited", "logit", LOGIT, "taken off by framing the text and calling it data", 1.2, 1.5, 1.2, 0.8),
    ("defence.hierarchy", "logit", LOGIT, "taken off by a system prompt that forbids orders from such texts", 1.0, 1.8, 1.4, 0.5),
    ("output.malformed_text", "probability", P, "breaks the JSON or its shape when the prompt alone asks for it", 0.12, 0.04, 0.06, 0.18),
    ("output.malformed_json", "probability", P, "valid JSON of another shape, in JSON mode", 0.07, 0.02, 0.03, 0.12),
    ("output.malformed_schema", "probability", P, "valid JSON of another shape, with a schema that is not strict", 0.03, 0.01, 0.01, 0.06),
    ("output.sentences", "sentences", (0.0, 50.0), "mean number of supported sentences beyond the first (Poisson)", 0.8, 1.6, 1.0, 0.5),
    ("output.voice", "probability", P, "opens prose with one of its phrases, where brevity is not asked for", 0.3, 0.5, 0.4, 0.5),
    ("output.brief", "factor", FACTOR, "of output.sentences when asked to be brief", 0.3, 0.2, 0.2, 0.5),
    ("refusal.benign", "probability", P, "declines a harmless request", 0.005, 0.005, 0.01, 0.002),
    ("refusal.sensitive", "probability", P, "declines a harmless request with words such as exploit or malware", 0.06, 0.02, 0.04, 0.01),
    ("refusal.harmful", "probability", P, "declines to write malware, phishing or an attack", 0.93, 0.985, 0.97, 0.8),
    ("reasoning.median", "tokens", COUNT, "median of the reasoning at medium effort; 0 for a model that does not reason", 0.0, 400.0, 0.0, 0.0),
    ("reasoning.sigma", "log tokens", FACTOR, "standard deviation of its logarithm", 0.0, 0.6, 0.0, 0.0),
    ("reasoning.effort", "factor", (1.0, 10.0), "by which high effort multiplies it, and low divides it", 1.0, 2.5, 1.0, 1.0),
    ("noise.item_share", "share", P, "of the luck that belongs to the item: the same for every prompt and model", 0.5, 0.5, 0.5, 0.5),
    ("noise.nondeterminism", "probability", P, "a repeated call at temperature 0, or with a seed, is drawn afresh", 0.03, 0.02, 0.01, 0.25),
    ("confidence.slope", "factor", FACTOR, "log odds that it states (logprobs) over the true log odds; above 1 is overconfident", 1.8, 1.2, 1.4, 2.5),
    ("tools.repeats", "probability", P, "calls once more although the results suffice", 0.03, 0.01, 0.03, 0.06),
    ("latency.first_median", "seconds", SECONDS, "median time to the first token of a short prompt", 0.28, 0.6, 0.45, 0.15),
    ("latency.first_sigma", "log seconds", FACTOR, "standard deviation of its logarithm", 0.35, 0.4, 0.35, 0.55),
    ("latency.per_1k_prompt", "seconds", SECONDS, "added to that median per 1,000 prompt tokens that are not cached", 0.03, 0.06, 0.05, 0.02),
    ("latency.token_median", "seconds", SECONDS, "median time per further token, one draw a call", 0.007, 0.018, 0.012, 0.004),
    ("latency.token_sigma", "log seconds", FACTOR, "standard deviation of its logarithm", 0.2, 0.2, 0.2, 0.3),
]
# fmt: on

# What the newer small version does differently: a little better, and worse on tables.
CHANGES = {
    "skill.answer": 1.6,
    "skill.classify": 1.3,
    "skill.extract": 2.1,
    "skill.route": 1.6,
    "skill.tools": 1.8,
    "skill.summarise": 1.5,
    "slice.table": -2.0,
    "latency.first_median": 0.24,
}

VOICES = {
    "small": ["In short, ", "Quick answer: "],
    "large": ["Considering the evidence, ", "On balance, "],
    "judge": ["On review, ", "By the criteria given, "],
    "swift": ["Sure! ", "Here you go: "],
}


def values(column: int) -> dict[str, float]:
    """Return one model's parameters; columns count from small, 0."""
    return {row[0]: row[4 + column] for row in ROWS}  # type: ignore[misc]  # a float by ROWS' type


def chat(
    version: str,
    describes: str,
    knowledge: str,
    window: tuple[int, int, int],
    limits: tuple[int, int],
    parameters: dict[str, float],
    honours_seed: bool = True,
) -> dict[str, Any]:
    """Return one chat model's card; `window` is context, longest output, cache minimum."""
    name = version[: -len("-2026-01-01")]
    return {
        "version": version,
        "name": name,
        "kind": "chat",
        "describes": describes,
        "released": version[-len("2026-01-01") :],
        "knowledge_date": knowledge,
        "fingerprint": fingerprint(version),
        "price": name,
        "context_window": window[0],
        "max_output": window[1],
        "cache_min_tokens": window[2],
        "cache_ttl_minutes": 5,
        "dimensions": 0,
        "honours_seed": honours_seed,
        "requests_per_minute": limits[0],
        "tokens_per_minute": limits[1],
        "voice": VOICES[name.removeprefix("practice-")],
        "parameters": parameters,
    }


def fingerprint(version: str) -> str:
    """Return what the API gives as `system_fingerprint`."""
    return f"fp_{hashlib.sha256(version.encode()).hexdigest()[:10]}"


def embedding(version: str) -> dict[str, Any]:
    """Return the embedding model's card, with zeros and blanks for what only chat models have."""
    # MiniLM reads 256 tokens, [CLS] and [SEP] among them, and would ignore the rest in silence.
    card = chat(SMALL, "384 numbers for each text", "", (254, 0, 0), (6_000, 10_000_000), {})
    name = version[: -len("-2026-01-01")]
    return card | {
        "version": version,
        "name": name,
        "kind": "embedding",
        "released": version[-len("2026-01-01") :],
        "fingerprint": fingerprint(version),
        "price": name,
        "cache_ttl_minutes": 0,
        "dimensions": 384,
        "voice": [],
    }


def models() -> dict[str, Any]:
    """Return the aliases and every card."""
    small = (128_000, 16_384, 1_024)
    return {
        "aliases": {
            "practice-small": SMALL,
            "practice-large": LARGE,
            "practice-judge": JUDGE,
            "practice-swift": SWIFT,
            "practice-embed": EMBED,
        },
        "models": [
            chat(
                SMALL,
                "fast and cheap; the default for a first version",
                "2026-03-31",
                small,
                (3_000, 4_000_000),
                values(0),
            ),
            chat(
                NEWER,
                "its successor: a little better, and worse on tables",
                "2026-06-30",
                small,
                (3_000, 4_000_000),
                values(0) | CHANGES,
            ),
            chat(
                LARGE,
                "reasons before it answers; dearer",
                "2026-04-30",
                (1_000_000, 65_536, 1_024),
                (500, 800_000),
                values(1),
            ),
            chat(
                JUDGE,
                "grades other models' answers",
                "2026-03-31",
                (200_000, 8_192, 2_048),
                (1_000, 1_000_000),
                values(2),
            ),
            chat(
                SWIFT,
                "fastest and cheapest; ignores seeds and varies at temperature 0",
                "2025-12-31",
                (32_768, 4_096, 1_024),
                (6_000, 8_000_000),
                values(3),
                honours_seed=False,
            ),
            embedding(EMBED),
        ],
    }


def parameters() -> list[dict[str, Any]]:
    """Return what each parameter means."""
    return [
        {"name": name, "unit": unit, "low": low, "high": high, "meaning": meaning}
        for name, unit, (low, high), meaning, *_ in ROWS
    ]


def prices() -> list[dict[str, Any]]:
    """Return the prices of the models that `practice_models` does not price; its rules hold."""
    rates = [
        ("2026-07-01", "0.08", "0.02", "0.08", "0.32"),
        ("2026-12-01", "0.06", "0.015", "0.06", "0.24"),
    ]
    return [
        {
            "model": "practice-swift",
            "start_date": start,
            "input_mtok": plain,
            "cache_read_mtok": read,
            "cache_write_mtok": write,
            "output_mtok": out,
            "batch_factor": "0.5",
            "long_from": None,
            "long_input_factor": None,
            "long_output_factor": None,
        }
        for start, plain, read, write, out in rates
    ]


def files() -> dict[str, str]:
    """Return the text of every file that this script writes."""
    made = {"models.json": models(), "parameters.json": parameters(), "prices.json": prices()}
    datasheet = (HERE / "README.md").read_text(encoding="utf-8")
    texts = {name: json.dumps(value, indent=1) + "\n" for name, value in made.items()}
    return {**texts, "README.md": readme(datasheet)}


def table() -> str:
    """Return the parameters as README.md shows them, a row each."""
    chats = [model for model in models()["models"] if model["kind"] == "chat"]
    heads = [model["version"].removeprefix("practice-") for model in chats]
    lines = ["| parameter | unit | meaning | " + " | ".join(heads) + " |"]
    lines.append("|---|---|---|" + "--:|" * len(chats))
    for row in ROWS:
        held = " | ".join(f"{model['parameters'][row[0]]:g}" for model in chats)
        lines.append(f"| `{row[0]}` | {row[1]} | {row[3]} | {held} |")
    return "\n".join(lines) + "\n"


def readme(text: str) -> str:
    """Return the datasheet with the table between its marks as it is now."""
    before, _, rest = text.partition(MARKS[0])
    _, _, after = rest.partition(MARKS[1])
    return f"{before}{MARKS[0]}\n{table()}{MARKS[1]}{after}"


def main(arguments: list[str]) -> int:
    """Write the files, or compare them; return the exit status."""
    raw = (HERE / "tokenizer.json").read_bytes()
    wrong = [] if hashlib.sha256(raw).hexdigest() == TOKENIZER else ["tokenizer.json"]
    for name, text in files().items():
        path = HERE / name
        if "--check" not in arguments:
            path.write_text(text, encoding="utf-8", newline="\n")
        elif not path.is_file() or path.read_text(encoding="utf-8") != text:
            wrong.append(name)
    for name in wrong:
        print(f"{name} differs from what make.py writes. Run make.py, or restore the file.")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
