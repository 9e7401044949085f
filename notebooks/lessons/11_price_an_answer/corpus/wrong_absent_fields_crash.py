"""Expect every field in every response.

task: normalise_usage
score: 0.7
says: Vendors leave fields out or send null: your code stops there instead of counting 0.
"""


def normalise_usage(vendor: str, usage: dict[str, Any]) -> dict[str, int]:
    """Return a call's disjoint token counts (about 15 lines)."""

    def count(name: str) -> int:
        return usage[name]

    # Find new, read, write and output; the last line needs them.
    if vendor == "openai":
        details = usage["prompt_tokens_details"]
        read = details.get("cached_tokens") or 0
        write = details.get("cache_write_tokens") or 0
        new = count("prompt_tokens") - read - write
        output = count("completion_tokens")
    elif vendor == "anthropic":
        read = count("cache_read_input_tokens")
        write = count("cache_creation_input_tokens")
        new = count("input_tokens")
        output = count("output_tokens")
    elif vendor == "gemini":
        read, write = count("cachedContentTokenCount"), 0
        new = count("promptTokenCount") + count("toolUsePromptTokenCount") - read
        output = count("candidatesTokenCount") + count("thoughtsTokenCount")
    else:
        raise ValueError(f"unknown vendor {vendor!r}")
    return {"input": new, "cache_read": read, "cache_write": write, "output": output}
