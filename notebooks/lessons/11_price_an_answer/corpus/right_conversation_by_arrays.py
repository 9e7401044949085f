"""Compute all prompts at once with numpy, then loop over the cache only.

task: conversation_cost
"""


def conversation_cost(chat, price, cache):
    user, answer, hidden = (np.array(chat[name]) for name in ("user", "answer", "reasoning"))
    prompt = chat["system"] + np.cumsum(user) + np.concatenate([[0], np.cumsum(answer)[:-1]])
    rate = {k: float(price[f"{k}_mtok"]) for k in ("input", "cache_read", "cache_write", "output")}
    output = (answer + hidden) * rate["output"]
    if cache is None:
        return (prompt * rate["input"] + output) / 1e6
    cacheable = prompt >= cache["min_tokens"]
    before = np.concatenate([[0], np.where(cacheable, prompt, 0)[:-1]])
    read = np.where(np.array(chat["gap_minutes"]) <= cache["ttl_minutes"], before, 0)
    kept = read * rate["cache_read"] + (prompt - read) * rate["cache_write"]
    return (np.where(cacheable, kept, prompt * rate["input"]) + output) / 1e6
