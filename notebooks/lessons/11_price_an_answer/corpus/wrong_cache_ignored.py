"""Read the prompt and the answer and leave the cache alone.

task: normalise_usage
score: 0.3
says: Your record has no cache tokens: they are cheaper to read and dearer to write than plain
  input, so they need buckets of their own.
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
    return {"input": new + read + write, "cache_read": 0, "cache_write": 0, "output": output}
