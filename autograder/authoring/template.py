"""The text of a new lesson: one small task that works, to be replaced piece by piece.

`{{title}}` and `{{task}}` stand for what the author chose.
"""

from __future__ import annotations

__all__ = ["ENTRY", "FILES"]

ENTRY = """\
  - id: {{id}}
    title: {{title}}
    rung: ai_engineer
    minutes: 15
    status: draft  # lint waives the budgets of a draft, and nothing else
    prerequisites: []
    soft_prerequisites: []
    datasets: []
    tasks:
      - {id: {{task}}, points: 4, competencies: [{{competency}}], assistant: welcome}
"""

_LESSON = '''\
# %% [markdown]
# # {{title}}
#
# You will count the words of a sentence, and learn why splitting on a space is not enough.
# One task, 4 points, 15 minutes.
# %% role="setup"
from autograder import check, predict, reveal

# %% [markdown]
# ## Look at the data
#
# This is one sentence, as it comes out of a log.
# %%
sentence = "The cache  is well-known - and cold."
sentence

# %% [markdown]
# ## Split and count, solved for you
#
# How many pieces does splitting on one space give?
# Write a number over the `...` before you go on.
# %% role="predict"
predict("pieces", ...)

# %%
pieces = sentence.split(" ")
predict("pieces", actual=len(pieces))

# %% [markdown]
# Two spaces leave an empty piece between them, and the dash is a piece of its own.
# Splitting on any white space drops the empty piece and keeps the dash.
# %%
sentence.split()


# %% [markdown]
# ## Task 1: Count the words
#
# Given a sentence, return how many words it has, as an int.
#
# - White space of any kind and length stands between words.
# - A piece without a letter or a digit is no word: a dash or three dots.
# - A word with a hyphen inside is one word.
#
# The sentence above has 6 words.
# The task is worth 4 points.
# %% role="answer" task="{{task}}" points=4
def {{task}}(sentence: str) -> int:
    """Count the words of a sentence (about 2 lines)."""
    ### BEGIN SOLUTION
    return sum(any(sign.isalnum() for sign in piece) for piece in sentence.split())
    ### END SOLUTION


# %% role="check" task="{{task}}"
check("{{task}}")

# %% [markdown]
# <details><summary>Hint 1</summary>
#
# `split()` without an argument already deals with white space.
# </details>
#
# <details><summary>Hint 2</summary>
#
# Keep a piece where `any(sign.isalnum() for sign in piece)` is true.
# </details>
# %% [markdown]
# ## What you did
#
# You counted words by what they hold, and not by the spaces between them.
# %% [markdown]
# ## On your own
#
# Count the words of a page you wrote, and compare with what your editor says.
'''

_JUDGE = '''\
"""Judge the lesson's one task: how many words a sentence has."""

from __future__ import annotations

from random import Random

from autograder.checks import Ladder, Score, equal
from autograder.judging import Learner

__all__ = ["{{task}}"]

HINTS = {
    "{{task}}": (
        "Two lines: `pieces = sentence.split()`, then count the pieces for which "
        "`any(sign.isalnum() for sign in piece)`."
    ),
}
WHY = {
    "{{task}}": "A word is what holds a letter or a digit; white space only separates.",
}

_WORDS = ["cache", "token", "model", "the", "reads", "a", "prompt", "and", "7", "answers."]
_HYPHENED = ["well-known", "two-stage", "fine-tuned"]
_SIGNS = ["-", "...", "/", "*"]


def {{task}}(learner: Learner, seed: int) -> Score:
    """Draw sentences that get less tidy, and want the number of words of each."""
    draw = Random(seed)
    ladder = Ladder(learner)
    with ladder.step("one space between words", 1):
        few, many = draw.randint(3, 5), draw.randint(6, 9)
        for count in (few, many):
            sentence = " ".join(draw.choices(_WORDS, k=count))
            equal(learner.call("{{task}}", sentence), count, "the number of words")
    with ladder.step("white space of any length", 1, after="one space between words"):
        count = draw.randint(4, 8)
        sentence = draw.choice(["  ", "\\n", " \\t"]).join(draw.choices(_WORDS, k=count))
        equal(learner.call("{{task}}", f" {sentence} "), count, "the number of words")
    with ladder.step("signs that stand alone", 2, after="white space of any length"):
        words = [*draw.choices(_WORDS, k=draw.randint(3, 6)), draw.choice(_HYPHENED)]
        pieces = [*words, *draw.choices(_SIGNS, k=draw.randint(1, 3))]
        draw.shuffle(pieces)
        equal(learner.call("{{task}}", " ".join(pieces)), len(words), "the number of words")
    return ladder.score()
'''

_CORPUS = {
    "right_any_alnum": '''\
"""Count the pieces that hold a letter or a digit.

task: {{task}}
"""


def {{task}}(sentence):
    return len([piece for piece in sentence.split() if any(map(str.isalnum, piece))])
''',
    "right_one_pattern": '''\
"""Find runs without white space around a letter or a digit.

task: {{task}}
"""

import re


def {{task}}(sentence):
    return len(re.findall(r"\\S*[^\\W_]\\S*", sentence))
''',
    "wrong_counts_spaces": '''\
"""Count the spaces and add one.

task: {{task}}
score: 0.25
says: You count spaces; a line break and two spaces in a row also stand between two words.
"""


def {{task}}(sentence):
    return sentence.count(" ") + 1
''',
    "wrong_counts_signs": '''\
"""Count every piece between white space.

task: {{task}}
score: 0.5
says: You count every piece; one without a letter or a digit is no word.
"""


def {{task}}(sentence):
    return len(sentence.split())
''',
    "wrong_splits_hyphens": '''\
"""Count runs of letters and digits, which cuts a word at its hyphen.

task: {{task}}
score: 0.5
says: You cut words at their hyphen; a word with a hyphen inside is one word.
"""

import re


def {{task}}(sentence):
    return len(re.findall(r"[A-Za-z0-9]+", sentence))
''',
    "wrong_counts_letters": '''\
"""Count characters instead of words.

task: {{task}}
score: 0
says: You count characters, not words.
"""


def {{task}}(sentence):
    return len(sentence)
''',
    "wrong_returns_text": '''\
"""Return the right number as a string.

task: {{task}}
score: 0
says: You return text; return the number itself, as an int.
"""


def {{task}}(sentence):
    return str(sum(any(sign.isalnum() for sign in piece) for piece in sentence.split()))
''',
}

FILES = {
    "lesson.py": _LESSON,
    "judge.py": _JUDGE,
    **{f"corpus/{name}.py": text for name, text in _CORPUS.items()},
}
