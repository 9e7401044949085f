# %% [markdown]
# # Missing parcels
# %% role="setup"
from autograder import check, load

# %%
parcels = load("parcels")
print(len(parcels["notes"]), "notes")


# %% [markdown]
# ## Task 1: Losses
# %% role="answer" task="losses" points=2
def losses(came: list[int], left: list[int]) -> list[int]:
    """Return how many parcels were lost in each hour."""
    ### BEGIN SOLUTION
    return [a - b for a, b in zip(came, left, strict=True)]
    ### END SOLUTION


# %% role="check" task="losses"
check("losses")


# %% [markdown]
# ## Task 2: The record
# %% role="answer" task="loss_record" points=10
def loss_record(parcels: dict) -> dict:
    """Return depot, onset, lost and evidence (ids of notes) for your case."""
    ### BEGIN SOLUTION
    lost = {name: losses(day["in"], day["out"]) for name, day in parcels["hours"].items()}
    depot = max(lost, key=lambda name: sum(lost[name]))
    onset = next(hour for hour, n in enumerate(lost[depot]) if n > 1)
    notes = [note["id"] for note in parcels["notes"] if note["depot"] == depot]
    return {"depot": depot, "onset": onset, "lost": sum(lost[depot][onset:]), "evidence": notes}
    ### END SOLUTION


# %% role="check" task="loss_record"
check("loss_record")
