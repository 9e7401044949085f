"""From the chosen packages to requirements.txt."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.authoring.pins import Choice, Part, chosen, name_of, pins, render
from autograder.errors import RungsError


def test_cuda_is_left_out_and_comments_too() -> None:
    """Only pins remain, and none of those that only torch's CUDA wheel needs."""
    compiled = "# by uv\ntorch==2.13.0\nnvidia-cublas==13 ; x\ncuda-toolkit==13\ntriton==3\n\n"
    assert pins(compiled) == ("torch==2.13.0",)


@pytest.mark.parametrize("written", ["PyYAML>=6", "pyyaml == 6", "pyyaml[c]>=6 ; x"])
def test_a_name_is_normalised(written: str) -> None:
    """However a package is written, its name is the registry's."""
    assert name_of(written) == "pyyaml"


def test_what_has_no_name_is_refused() -> None:
    """A requirement that begins with anything else is named."""
    with pytest.raises(RungsError, match="'>=3' does not begin with a package name"):
        name_of(">=3")


def test_chosen_packages_come_with_their_purpose_in_the_authors_order() -> None:
    """The file reads as pyproject.toml does: chosen first, each with its comment, then the rest."""
    part = Part("light", (Choice("b>=1", "for b"), Choice("a", "for a")), ("a==2", "b==1", "c==3"))
    text = render([part])
    assert text.splitlines()[-5:] == [
        "# --- part 1: light",
        "b==1  # for b",
        "a==2  # for a",
        "# what those bring along",
        "c==3",
    ]


def test_a_choice_without_a_purpose_is_refused(tmp_path: Path) -> None:
    """Nobody adds a package without saying what for."""
    pyproject = tmp_path / "pyproject.toml"
    pyproject.write_text(
        '[project]\ndependencies = [\n  "a>=1",  # for a\n  "b>=1",\n]\n'
        "[project.optional-dependencies]\nmodels = []\ntest = []\n",
        encoding="utf-8",
    )
    with pytest.raises(RungsError, match=r"'b>=1' has no comment"):
        chosen(pyproject)
