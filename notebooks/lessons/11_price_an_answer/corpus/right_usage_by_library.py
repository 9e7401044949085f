"""Let genai-prices extract the totals, then take the parts off them.

task: normalise_usage
"""


def normalise_usage(vendor, usage):
    flavours = {
        "openai": ("openai", "chat", "usage"),
        "anthropic": ("anthropic", "default", "usage"),
        "gemini": ("google", "default", "usageMetadata"),
    }
    if vendor not in flavours:
        raise ValueError(f"no such vendor: {vendor}")
    provider, flavour, root = flavours[vendor]
    known = {key: value for key, value in usage.items() if value is not None}
    found = extract_usage({root: known}, provider_id=provider, api_flavor=flavour).usage
    read = found.reported_value("cache_read_tokens")
    write = found.reported_value("cache_write_tokens")
    return {
        "input": int(found.reported_value("input_tokens") - read - write),
        "cache_read": int(read),
        "cache_write": int(write),
        "output": int(found.reported_value("output_tokens")),
    }
