"""Take only the cache reads off OpenAI's prompt.

task: normalise_usage
score: 0.7
says: Your OpenAI input still contains the cache writes: cache_write_tokens are a part of
  prompt_tokens too, so take both cache counts off.
"""


def normalise_usage(vendor: str, usage: dict[str, Any]) -> dict[str, int]:
    """Return a call's disjoint token counts (about 15 lines)."""

    def count(name: str) -> int:
        return usage.get(name) or 0

    # Find new, read, write and output; the last line needs them.
    if vendor == "openai":
        details = usage.get("prompt_tokens_details") or {}
        read = details.get("cached_tokens") or 0
        write = details.get("cache_write_tokens") or 0
        new = count("prompt_tokens") - read
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
