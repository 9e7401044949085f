"""What a text takes from the cells above it, and in which form."""

from __future__ import annotations

from typing import Any

import pytest

from autograder.errors import ContentError
from autograder.tryouts.definitions import names_in, taken

ABOVE = (
    "import math\nfrom collections import Counter, defaultdict as dd\nimport numpy as np",
    "# a remark\nlimit = 3  # kept\nother = np.zeros(2)\nlimit += 1",
    "def decorated(f):\n    return f",
    "@decorated\ndef f(x):\n    # why\n    return g(x) + limit",
    "def g(x):\n    return math.pi * x",
    "row = {'a': 1}\nrow['a'] = 2\nprint(row)\nfor name in row:\n    last = name",
    "def h():\n    import pandas.api",
)


@pytest.mark.parametrize(
    ("names", "code"),
    [
        ({"limit"}, "limit = 3  # kept\nlimit += 1"),
        ({"row"}, "row = {'a': 1}\nrow['a'] = 2"),
        ({"Counter"}, "from collections import Counter"),
        ({"dd", "math"}, "import math\nfrom collections import defaultdict as dd"),
        ({"g"}, "import math\n\ndef g(x):\n    return math.pi * x"),
        ({"last"}, "row = {'a': 1}\nrow['a'] = 2\nfor name in row:\n    last = name"),
        ({"len", "print"}, ""),
    ],
)
def test_a_name_brings_what_made_and_changed_it(names: set[str], code: str) -> None:
    """Nothing else comes, imports come first, and lines are those of the cell."""
    found = taken(ABOVE, names)
    assert "\n".join(line for line in found.code.split("\n") if line) == "\n".join(
        line for line in code.split("\n") if line
    )
    assert (found.elsewhere, found.unknown) == (frozenset(), frozenset())


def test_what_a_definition_uses_comes_with_it() -> None:
    """A function brings its decorator and what it calls, and all of it runs."""
    found = taken(ABOVE, {"f"})
    space: dict[str, Any] = {}
    exec(found.code, space)
    assert space["f"](0) == 4
    assert set(space) - {"__builtins__"} == {"math", "decorated", "f", "g", "limit"}
    assert "    # why" in found.code


def test_packages_and_unknown_names_are_told() -> None:
    """A module from elsewhere counts through what is made with it; a name of nobody's is told."""
    found = taken(ABOVE, {"other", "nobody", "print", "h"})
    assert found.elsewhere == {"numpy", "pandas.api"}
    assert found.unknown == {"nobody"}


def test_the_last_binding_above_counts() -> None:
    """A name that is bound again brings the later value only."""
    assert taken(("a = 1", "a = 2"), {"a"}).code == "a = 2"


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("x = y", {"y"}),
        ("def f(a: T) -> U:\n    b = a\n    return b + c", {"T", "U", "c"}),
        ("[k for k in ks if k]", {"ks"}),
        ("import m\nm.n(o)", {"o"}),
        ("f(a)\ndef f(x): return f(x)", {"a"}),
    ],
)
def test_a_text_reads_the_names_that_it_does_not_bind(text: str, names: set[str]) -> None:
    """Parameters, loop variables and what the text itself defines are its own."""
    assert names_in(text) == names


def test_what_is_no_python_is_refused() -> None:
    """The sentence holds the beginning of the text."""
    with pytest.raises(ContentError, match="no Python .*'def f\\(:'"):
        names_in("def f(:")
