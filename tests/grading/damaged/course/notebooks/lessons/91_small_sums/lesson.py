# %% [markdown]
# # Small sums
# A lesson of three tasks and a memo, for damage.
# %% role="setup"
import math

from autograder import check

# %% [markdown]
# ## A limit
# The second task needs it.
# %%
LIMIT = math.floor(10.5)
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
# ## Task 2: Clip


# %% role="answer" task="clipped" points=2
def clipped(value: float) -> float:
    """Return the value, or LIMIT where it is larger."""
    ### BEGIN SOLUTION
    return min(value, LIMIT)
    ### END SOLUTION


# %% role="check" task="clipped"
check("clipped")
# %% [markdown]
# ## Task 3: Take roots


# %% role="answer" task="rooted" points=2
def rooted(values: list[float]) -> list[float]:
    """Return the square root of each value, 0.0 for a negative one."""
    ### BEGIN SOLUTION
    roots = []
    for value in values:
        roots.append(math.sqrt(value) if value > 0 else 0.0)
    return roots
    ### END SOLUTION


# %% role="check" task="rooted"
check("rooted")
# %% [markdown]
# ## Write it down
# Say what a sum is.
# %% [markdown] role="written" task="memo" points=6
# ### BEGIN SOLUTION
# A sum is one number for many.
# ### END SOLUTION
# %% [markdown] role="rubric" task="memo"
# | criterion | 0 | 1 | 2 |
# |---|---|---|---|
# | names it | no | half | yes |
# %% [markdown]
# ## What you did
# You added, clipped and took roots.
