"""The card recognises the corpus's own mistakes, and never a right answer."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest

from autograder import content
from autograder.authoring import misconceptions
from autograder.authoring.misconceptions import answers_of, task_mistakes
from autograder.authoring.recordings import Recording, record
from autograder.authoring.room import Limits, Room, Submission
from autograder.channel import Reply, Request
from autograder.errors import ContentError
from autograder.judging.misconception import (
    Exchange,
    Mistake,
    TaskMistakes,
    answer_print,
    best,
    match,
    request_print,
)
from tests.practised import recorded

if TYPE_CHECKING:
    from tests.authoring.conftest import TinyCourse

IDS = [lesson.id for lesson in content.course().ready]


def _trace(taped: tuple[Recording, ...]) -> list[Exchange]:
    return [
        (cast(Request, {"id": "1", **request}), cast(Reply, {"id": "1", **reply}))
        for recording in taped
        for request, reply in recording.exchanges
    ]


def _unrecognised(room: Room, recordings: Mapping[Submission, tuple[Recording, ...]]) -> list[str]:
    found = []
    tables = {task.id: task_mistakes(task, recordings) for task in room.lesson.tasks}
    for submission, taped in recordings.items():
        table = tables[submission.task.id]
        own = next((m for m in table.mistakes if m.entry == submission.name), None)
        twins = {m.says for m in table.mistakes if own and m.answers == own.answers}
        said = best(table, answers_of(taped))
        # Two texts for the same answers leave nothing to choose by, nor do answers that print
        # like right ones, such as 3.0 for 3: there the judge's own reason speaks.
        expected = own.says if own and own.answers and len(twins) == 1 else None
        if said != expected:
            found.append(f"{submission.task.id}, {submission.name}: {said}")
    return found


@pytest.mark.parametrize("lesson", IDS)
@pytest.mark.timeout(300)
@pytest.mark.budget("truth")
def test_every_mistake_of_the_course_is_recognised_and_no_right_answer_is(lesson: str) -> None:
    """A wrong entry matches its own text, or none where others print the same answers."""
    room = Room.open(content.course().lesson(lesson))
    assert _unrecognised(room, recorded(lesson)) == []


@pytest.mark.parametrize("lesson", IDS)
def test_the_committed_file_was_made_from_the_lesson_as_it_is(lesson: str) -> None:
    """Whoever changes a judge or a corpus runs `rungs build`."""
    assert misconceptions.fresh(Room.open(content.course().lesson(lesson)))


def test_the_file_is_made_the_same_every_time(tiny: TinyCourse) -> None:
    """Its bytes depend on the lesson alone, and a change of the judge makes it stale."""
    with tiny.open() as room:
        made = misconceptions.render(room, Limits(jobs=2))
        assert misconceptions.render(room, Limits()) == made
        path = tiny.root / misconceptions.file_of(room.lesson.id)
        path.write_bytes(made)
        assert misconceptions.fresh(room)
        tiny.edit("judge.py", "draw.randint(6, 9)", "draw.randint(6, 8)")
        assert not misconceptions.fresh(room)


def test_the_file_says_nothing_but_prints_and_the_texts_of_the_corpus(tiny: TinyCourse) -> None:
    """No answer and no request can be read from it."""
    with tiny.open() as room:
        made = json.loads(misconceptions.render(room, Limits()))
        says = {entry.says for entry in room.entries if entry.kind == "wrong"}
    for table in made["tasks"].values():
        assert set(table) == {"accepted", "mistakes"}
        assert {mistake["says"] for mistake in table["mistakes"]} <= says
        assert all(len(print_) == 10 for print_ in table["accepted"])


def test_a_build_makes_it_anew_only_where_the_lesson_changed(tiny: TinyCourse) -> None:
    """A current file is kept as it is, a stale one is rendered, a broken lesson keeps its own."""
    place = misconceptions.file_of("90_count_things")
    first = misconceptions.generated(tiny.root)[place]
    tiny.add("misconceptions.json", first.decode().replace('"note"', '"kept"'))
    assert b'"kept"' in misconceptions.generated(tiny.root)[place]
    tiny.edit("corpus/wrong_top_all.py", "keep the first k", "keep k of them")
    assert b"keep k of them" in misconceptions.generated(tiny.root)[place]
    tiny.edit("lesson.py", "math.floor(10.5)", "math.flor(10.5)")
    assert b'"kept"' in misconceptions.generated(tiny.root)[place]


def test_match_reads_the_lessons_file(tiny: TinyCourse) -> None:
    """A trace of one wrong entry, through the file, gives that entry's text."""
    with tiny.open() as room:
        wanted = [s for task in room.lesson.tasks for s in room.submissions(task)]
        recordings = record(room, wanted, misconceptions.CASES, Limits(jobs=2))
        path = tiny.root / misconceptions.file_of(room.lesson.id)
        path.write_bytes(misconceptions.render(room, Limits()))
        said = {
            s.name: match(room.lesson.id, s.task.id, _trace(taped))
            for s, taped in recordings.items()
        }
    assert said["wrong_share_count"] is not None
    assert said["wrong_share_count"].startswith("You return how many values")
    assert (said["reference"], said["right_top_heap"], said["stub"]) == (None, None, None)


def test_a_lesson_without_the_file_matches_nothing(tiny: TinyCourse) -> None:
    """There is no message and no error."""
    with tiny.open() as room:
        (tiny.lesson / "misconceptions.json").unlink(missing_ok=True)
        assert match(room.lesson.id, "top_ids", []) is None


def test_a_damaged_file_says_how_to_make_it_anew(tiny: TinyCourse) -> None:
    """The error names the file and the command."""
    tiny.add("misconceptions.json", "{}")
    with tiny.open() as room, pytest.raises(ContentError, match="rungs build"):
        match(room.lesson.id, "top_ids", [])


def _table(**mistakes: Mapping[str, str]) -> TaskMistakes:
    return TaskMistakes(
        accepted=dict.fromkeys("abcd", ("ok",)),
        mistakes=tuple(Mistake(entry=n, says=n, answers=dict(a)) for n, a in mistakes.items()),
    )


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ({"a": "x"}, None),  # narrow and wide explain it equally, since b was not asked
        ({"a": "x", "b": "ok"}, "narrow"),
        ({"a": "x", "b": "y"}, "wide"),
        ({"a": "z", "b": "z", "c": "z", "d": "x"}, None),  # one answer of four explains too little
        ({"a": "ok", "b": "ok"}, None),
        ({"a": "q"}, None),
        ({"e": "x"}, None),  # not a practice case's request
        ({}, None),
    ],
)
def test_the_mistake_that_explains_the_answers_best_wins(
    answers: dict[str, str], said: str | None
) -> None:
    """Likeness is the share of wrong answers that both have."""
    table = _table(narrow={"a": "x"}, wide={"a": "x", "b": "y"}, other={"d": "x"})
    assert best(table, answers) == said


def test_two_texts_for_the_same_answers_say_nothing() -> None:
    """An ambiguous match is no match; the same text twice is one."""
    assert best(_table(one={"a": "x"}, two={"a": "x"}), {"a": "x"}) is None
    same = _table(one={"a": "x"})
    twice = same.model_copy(update={"mistakes": same.mistakes * 2})
    assert best(twice, {"a": "x"}) == "one"


def _print(value: Any) -> str:
    return answer_print(Reply(id="1", ok=value))


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        (1.0000000000001, 1.0, True),
        (1.00000001, 1.0, False),
        (3, 3.0, True),
        ({"n": "1.50"}, 1.5, True),
        (True, 1, False),
        ("3", 3, False),
        (0.0, -0.0, True),
        (10**12, 10**12 + 1, False),
        ({"d": {"a": 1, "b": 2}}, {"d": {"b": 2, "a": 1}}, True),
        ([1, 2], [2, 1], False),
        ({"a": ["float64", [1], "AAAAAAAA8D8="]}, [1.0], True),
        (None, [], False),
    ],
)
def test_answers_that_a_judge_cannot_tell_apart_print_alike(
    one: Any, other: Any, alike: bool
) -> None:
    """Numbers count to nine digits whatever their type; order counts in lists alone."""
    assert (_print(one) == _print(other)) is alike


def test_a_fault_prints_by_its_kind() -> None:
    """What an exception says may hold a path or a number; its class is enough."""
    one = Reply(id="1", fault=["Raised", "KeyError", "'a'", "in line 1 of f"])
    other = Reply(id="2", fault=["Raised", "KeyError", "'b'", "in line 9 of g"])
    third = Reply(id="3", fault=["Raised", "ValueError", "'a'", "in line 1 of f"])
    assert answer_print(one) == answer_print(other) != answer_print(third)


def test_requests_print_by_everything_that_was_asked() -> None:
    """The id does not count; the name, the arguments and a dict's order do."""
    base = Request(id="1", op="call", name="f", args=[{"d": {"a": 1, "b": 2}}], kwargs={"d": {}})
    turned = [{"d": {"b": 2, "a": 1}}]
    assert request_print(base) == request_print(Request(**{**base, "id": "2"}))
    for change in ({"name": "g"}, {"op": "value"}, {"args": turned}, {"kwargs": {"d": {"k": 1}}}):
        assert request_print(base) != request_print(cast(Request, {**base, **change}))


def test_paths_are_the_same_on_every_system() -> None:
    """The file is named from the repository's root."""
    found = Path(misconceptions.file_of("90_count_things"))
    assert found == Path("notebooks/lessons/90_count_things/misconceptions.json")
