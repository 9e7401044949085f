# %% [markdown]
# # Sum and rank
# A lesson of three tasks, to be attacked.
# %% role="setup"
import math

from autograder import check

# %% [markdown]
# ## Task 1: Add


# %% role="answer" task="total" points=2
def total(values: list[float]) -> float:
    """Return the sum of the values."""
    ### BEGIN SOLUTION
    return math.fsum(values)
    ### END SOLUTION


# %% role="check" task="total"
check("total")
# %% [markdown]
# ## Task 2: Rank


# %% role="answer" task="top" points=2
def top(scores: dict[str, float]) -> list[str]:
    """Return the names, best first."""
    ### BEGIN SOLUTION
    return sorted(scores, key=lambda name: -scores[name])
    ### END SOLUTION


# %% role="check" task="top"
check("top")
# %% [markdown]
# ## Task 3: Ask


# %% role="answer" task="ask_all" points=2
def ask_all(base_url: str, prompts: list[str]) -> list[str]:
    """Return the model's reply to each prompt."""
    ### BEGIN SOLUTION
    import json
    import urllib.request

    replies = []
    for prompt in prompts:
        body = {"model": "practice-small", "messages": [{"role": "user", "content": prompt}]}
        request = urllib.request.Request(
            f"{base_url}/chat/completions",
            json.dumps(body).encode(),
            {"Content-Type": "application/json", "Authorization": "Bearer practice"},
        )
        with urllib.request.urlopen(request, timeout=5) as reply:
            replies.append(json.load(reply)["choices"][0]["message"]["content"])
    return replies
    ### END SOLUTION


# %% role="check" task="ask_all"
check("ask_all")
# %% [markdown]
# ## What you did
# You added, ranked and asked.
