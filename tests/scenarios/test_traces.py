"""The assistant's traces are what the scenario says of them, by construction and by count."""

from __future__ import annotations

import re
from collections import Counter
from random import Random

import pytest

from autograder.scenarios.traces import (
    FAMILIES,
    FEEDBACK,
    HELD_OUT,
    MODES,
    PUBLIC,
    RATERS,
    RATES,
    World,
    draw_notes,
    draw_team,
    draw_world,
    review,
)
from autograder.scenarios.traces.phrases import FRAMES, PLAIN, SLANG
from autograder.scenarios.traces.systems import (
    ALONE,
    SHORTCUTS,
    draw_library,
    draw_passages,
    questions,
    respond,
)


@pytest.fixture(scope="module")
def world() -> World:
    return draw_world(7, size=6000)


def test_a_seed_decides_everything() -> None:
    """The same seed gives the same log and the same reviews; another gives others."""
    first, again, other = draw_world(1, 200), draw_world(1, 200), draw_world(2, 200)
    assert first == again != other
    team = draw_team(Random(1))
    ids = [trace.id for trace in first.traces[:50]]
    assert review(first, ids, team, 5) == review(again, ids, team, 5) != review(first, ids, team, 6)


def test_modes_are_as_frequent_as_stated(world: World) -> None:
    """Each mode's share lies within five standard errors of its rate; repeats widen the error."""
    for mode in MODES:
        share = sum(mode in modes for modes in world.truth.values()) / len(world.truth)
        error = (RATES[mode] * (1 - RATES[mode]) / len(world.truth) * 1.2) ** 0.5
        assert abs(share - RATES[mode]) < 5 * error


def test_people_react_to_what_failed(world: World) -> None:
    """Unsafe answers are voted down most, then faulty ones, then sound ones."""
    down: dict[str, list[bool]] = {"unsafe": [], "faulty": [], "sound": []}
    for trace in world.traces:
        modes = world.truth[trace.id]
        kind = "unsafe" if "unsafe_step" in modes else "faulty" if modes else "sound"
        down[kind].append(trace.feedback == "down")
    shares = [sum(seen) / len(seen) for seen in down.values()]
    assert shares == sorted(shares, reverse=True)
    assert {trace.feedback for trace in world.traces} == set(FEEDBACK)


def test_the_public_view_holds_no_truth(world: World) -> None:
    """No field of a trace names a mode, and time runs forward."""
    fields = set(vars(world.traces[0]))
    assert fields == {"id", "at", "source", "question", "answer", "feedback"}
    assert not any(mode in str(vars(trace)) for trace in world.traces for mode in MODES)
    times = [trace.at for trace in world.traces]
    assert times == sorted(times)
    assert len(set(times)) == len(times)


def test_raters_err_as_often_as_stated(world: World) -> None:
    """Ana's hits and false alarms, and what Ben files elsewhere, are the stated shares."""
    ids = [trace.id for trace in world.traces]
    reviews = review(world, ids, draw_team(Random(3)), 3)
    hits, alarms = [], []
    for row in reviews:
        for mode in MODES:
            there = hits if mode in world.truth[row.trace] else alarms
            there.append(mode in row.marks["ana"])
    assert sum(hits) / len(hits) == pytest.approx(RATERS["ana"].hit, abs=0.02)
    assert sum(alarms) / len(alarms) == pytest.approx(RATERS["ana"].false_alarm, abs=0.003)
    only = [r for r in reviews if world.truth[r.trace] == ("withdrawn_source",)]
    elsewhere = sum("wrong_version" in r.marks["ben"] for r in only) / len(only)
    assert elsewhere == pytest.approx(0.85 * 0.4 + 0.03 * (1 - 0.85 * 0.4), abs=0.1)


def test_a_team_has_words_of_its_own() -> None:
    """No word of a team stands for two modes, and no slang occurs in any other wording."""
    team = draw_team(Random(4))
    words = [word for mode in MODES for word in team.words[mode]]
    assert len(set(words)) == len(words)
    assert set(words) <= set(SLANG)
    assert len(set(SLANG)) == len(SLANG)
    said = " ".join([*(p for ways in PLAIN.values() for p in ways), *sum(FRAMES.values(), ())])
    assert not set(re.findall(r"[a-z]+", said.lower())) & set(SLANG)


def test_a_note_says_each_of_its_modes_in_the_teams_words() -> None:
    """Every reported mode has a word of the team's in the note, and no other mode has one."""
    draw = Random(5)
    team = draw_team(draw)
    for note in draw_notes(draw, team, FAMILIES, 300):
        said = {word.rstrip("s") for word in re.findall(r"[a-z]+", note.text.lower())}
        meant = [m for m in MODES if any(w.rstrip("s") in said for w in team.words[m])]
        assert meant == list(note.modes)


def test_families_can_be_held_out() -> None:
    """No plain wording of a held-out family stands in a note of a public one."""
    draw = Random(6)
    notes = draw_notes(draw, draw_team(draw), PUBLIC, 400)
    hidden = [PLAIN[mode][FAMILIES.index(family)] for mode in MODES for family in HELD_OUT]
    assert not any(wording in note.text for note in notes for wording in hidden)
    assert Counter(note.family for note in notes) == dict.fromkeys(PUBLIC, 100)


def test_questions_are_asked_again_with_the_same_failures(world: World) -> None:
    """About one question in seventeen repeats an earlier one but for a word, and fails alike."""
    seen: dict[frozenset[str], str] = {}
    repeats = 0
    for trace in world.traces:
        words = trace.question.split()
        for left_out in range(len(words)):
            key = frozenset(words[:left_out] + words[left_out + 1 :])
            if key in seen and world.truth[seen[key]] == world.truth[trace.id]:
                repeats += 1
                break
        seen.setdefault(frozenset(words), trace.id)
    assert 0.02 < repeats / len(world.traces) < 0.08


def test_one_passage_at_most_is_right() -> None:
    """Ranges in force never overlap, so the order of passages decides no right answer."""
    for seed in range(30):
        passages = draw_passages(Random(seed))
        for question in questions(passages):
            right = {respond(order, *question, ()) for order in (passages, passages[::-1])}
            assert len(right) == 1


def test_every_pair_of_shortcuts_that_can_be_told_apart_is_drawn() -> None:
    """All six shortcuts are planted, in at least twelve of the fifteen pairs, over 150 cases."""
    drawn = Counter(frozenset(draw_library(Random(seed)).planted) for seed in range(150))
    assert set().union(*drawn) == set(SHORTCUTS)
    assert len(drawn) >= 12


def test_a_library_gives_its_shortcuts_away_and_leaves_cases() -> None:
    """The planted two explain most errors by three or more, and both leave cases of their own."""
    for seed in range(60):
        library = draw_library(Random(seed))
        wrong = [r for r in library.transcripts if r["weak"] != r["expected"]]
        explained = Counter(
            {
                s: sum(
                    respond(library.passages, r["product"], r["version"], (s,)) == r["weak"]
                    for r in wrong
                )
                for s in SHORTCUTS
            }
        )
        ranked = [count for _, count in explained.most_common()]
        assert {s for s, _ in explained.most_common(2)} == set(library.planted)
        assert ranked[1] >= ranked[2] + 3
        seen = {(r["product"], r["version"]) for r in library.transcripts}
        own = Counter[str]()
        for question in set(questions(library.passages)) - seen:
            right = respond(library.passages, *question, ())
            if respond(library.passages, *question, library.planted) != right:
                fooled = [
                    s
                    for s in library.planted
                    if respond(library.passages, *question, (s,)) != right
                ]
                own.update(fooled if len(fooled) == 1 else [])
        assert min(own[s] for s in library.planted) > ALONE
