"""Walk a table of signed paths instead of branching by vendor.

task: normalise_usage
"""


def normalise_usage(vendor, usage):
    cached = "prompt_tokens_details.cached_tokens"
    written = "prompt_tokens_details.cache_write_tokens"
    paths = {
        "openai": {
            "input": [(1, "prompt_tokens"), (-1, cached), (-1, written)],
            "cache_read": [(1, cached)],
            "cache_write": [(1, written)],
            "output": [(1, "completion_tokens")],
        },
        "anthropic": {
            "input": [(1, "input_tokens")],
            "cache_read": [(1, "cache_read_input_tokens")],
            "cache_write": [(1, "cache_creation_input_tokens")],
            "output": [(1, "output_tokens")],
        },
        "gemini": {
            "input": [
                (1, "promptTokenCount"),
                (1, "toolUsePromptTokenCount"),
                (-1, "cachedContentTokenCount"),
            ],
            "cache_read": [(1, "cachedContentTokenCount")],
            "cache_write": [],
            "output": [(1, "candidatesTokenCount"), (1, "thoughtsTokenCount")],
        },
    }
    if vendor not in paths:
        raise ValueError(vendor)

    def follow(path):
        value = usage
        for name in path.split("."):
            value = (value or {}).get(name)
        return value or 0

    return {
        kind: sum(sign * follow(path) for sign, path in terms)
        for kind, terms in paths[vendor].items()
    }
