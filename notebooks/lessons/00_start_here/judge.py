"""Judge the four tasks of lesson 00: a gap list, a rung, the faults of a plan, and a plan.

Competencies, lessons and paths are those of the career data; what a learner
has shown, how long a lesson takes and how far somebody has come is drawn.
Every step asks at least two questions with different answers, or one whose
answer holds drawn names, so that no constant passes it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from random import Random
from typing import Any

from autograder.checks import Ladder, Mismatch, Score, equal, record, require
from autograder.content import load
from autograder.judging import Learner

__all__ = ["find_rung", "missing_skills", "plan_faults", "plan_weeks"]

HINTS = {
    "missing_skills": (
        "Walk through the advert once. Keep an id when shown.get(id) is empty or absent and when "
        "you have not kept it before. dict.fromkeys(asked) drops repeats and keeps the order."
    ),
    "find_rung": (
        "Go up RUNGS. For each, list its rows and those of them that are shown. While shown / all "
        ">= bar, the rung is reached and you go on; at the first that fails, stop: it is the next "
        "one. Its rows that are not shown are missing, and Counter(row['lesson'] ...) counts them."
    ),
    "plan_faults": (
        "Three loops. Week by week: the sum of the minutes against hours * 60. Entry by entry: "
        "path.index(lesson) against the largest index so far. Lesson by lesson of the path: the "
        "sum over all entries against minutes[lesson]."
    ),
    "plan_weeks": (
        "Keep room, the minutes left in the current week. For each lesson, while minutes are "
        "left: when room is 0 open a week, then take min(left, room), write the entry and take "
        "it off both."
    ),
}

WHY = {
    "missing_skills": (
        "What a set forgets, order and the difference between a claim and its evidence, is what "
        "the reader of a gap list needs first."
    ),
    "find_rung": (
        "A rung rests on the one below, so the climb stops at the first gap, however much is "
        "known above it; and the gap is sorted by what closes most of it."
    ),
    "plan_faults": (
        "Each rule is checked against the rule's own source: weeks against hours, order against "
        "the path, minutes against every lesson that should be there, planned or not."
    ),
    "plan_weeks": (
        "One number, the room left in the week, carries everything that the next step must know."
    ),
}

RUNGS = ("onramp", "ai_engineer", "senior", "staff")
_RATES = (3.5, 4, 4.5, 5, 6, 6.5)  # hours a week, one for each real path
Entry = list[Any]
Plan = list[list[Entry]]

# Oracles


def gap_of(asked: Sequence[str], shown: dict[str, list[str]]) -> list[str]:
    """Return what is asked and not evidenced, in the order asked, each once."""
    return [name for name in dict.fromkeys(asked) if not shown.get(name)]


def rung_of(rows: Sequence[dict[str, str]], shown: Sequence[str], bar: float) -> dict[str, Any]:
    """Return the rung reached, the next one, what it lacks and the lessons that teach it."""
    reached, known = None, set(shown)
    for rung in RUNGS:
        on_it = [row for row in rows if row["rung"] == rung]
        missing = [row for row in on_it if row["id"] not in known]
        if len(on_it) - len(missing) < bar * len(on_it):
            counts = Counter(row["lesson"] for row in missing)
            return {
                "reached": reached,
                "next": rung,
                "missing": [row["id"] for row in missing],
                "lessons": sorted(counts, key=lambda lesson: (-counts[lesson], lesson)),
            }
        reached = rung
    return {"reached": reached, "next": None, "missing": [], "lessons": []}


def weeks_of(
    path: Sequence[str], minutes: dict[str, int], done: Sequence[str], hours: float
) -> Plan:
    """Fill weeks with what is written and not done, in the order of the path."""
    whole = round(hours * 60)
    slots = [lesson for lesson in path if lesson not in done for _ in range(minutes.get(lesson, 0))]
    weeks = [Counter(slots[at : at + whole]) for at in range(0, len(slots), whole)]
    return [[[lesson, took] for lesson, took in week.items()] for week in weeks]


def faults_of(
    plan: Plan, path: Sequence[str], minutes: dict[str, int], hours: float
) -> dict[str, list[Any]]:
    """Return the overfull weeks, the lessons out of order, and those with wrong minutes."""
    entries = [entry for week in plan for entry in week]
    places = [path.index(lesson) for lesson, _ in entries]
    late = {path[at] for i, at in enumerate(places) if at < max(places[: i + 1])}
    planned = {name: sum(took for lesson, took in entries if lesson == name) for name in path}
    return {
        "overfull": [
            number
            for number, week in enumerate(plan, start=1)
            if sum(took for _, took in week) > hours * 60
        ],
        "out_of_order": [name for name in path if name in late],
        "wrong_minutes": [name for name in path if planned[name] != minutes[name]],
    }


# What cases are drawn from


@lru_cache(maxsize=1)
def _competencies() -> tuple[dict[str, str], ...]:
    rows = load("career/competencies")
    return tuple(
        {"id": row.id, "rung": row.rung, "lesson": row.planned_lesson[:2]}
        for row in rows.itertuples()
    )


@lru_cache(maxsize=1)
def _routes() -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(x[:2] for x in route["lessons"]) for route in load("career/paths"))


def _ids(draw: Random, count: int) -> list[str]:
    return draw.sample([row["id"] for row in _competencies()], count)


def _evidence(draw: Random, names: Sequence[str]) -> dict[str, list[str]]:
    kinds = ("repository", "notebook", "postmortem", "merged pull request", "talk")
    return {name: draw.sample(kinds, draw.randint(1, 2)) for name in names}


def _rows(draw: Random, counts: Sequence[int]) -> dict[str, list[dict[str, str]]]:
    """Draw rows for each rung, as many as one of the counts says."""
    return {
        rung: draw.sample([row for row in _competencies() if row["rung"] == rung], count)
        for rung, count in zip(RUNGS, draw.choices(counts, k=4), strict=True)
    }


def _career(
    draw: Random, rows: dict[str, list[dict[str, str]]], bar: float, top: int, **changed: float
) -> list[str]:
    """Draw all of the first `top` rungs, of the rest less than the bar, or the share that is named.

    In no order, and with some ids that no row has.
    """
    shares = dict.fromkeys(RUNGS[:top], 1.0) | changed
    names = draw.sample(["C900", "C901", "C902", "C903"], 2)
    for rung, on_it in rows.items():
        below = draw.randrange(round(bar * len(on_it)))
        count = round(shares[rung] * len(on_it)) if rung in shares else below
        names += [row["id"] for row in draw.sample(on_it, count)]
    draw.shuffle(names)
    return names


def _minutes(draw: Random, path: Sequence[str]) -> dict[str, int]:
    return {lesson: draw.randint(90, 180) for lesson in path}


def _short_path(draw: Random, count: int) -> list[str]:
    """Draw lessons of the course; the first two, and so all, are not in the order of numbers."""
    numbers = sorted({lesson for route in _routes() for lesson in route})
    path = draw.sample(numbers, count)
    path[:2] = sorted(path[:2], reverse=True)
    return path


# Judges


def missing_skills(learner: Learner, seed: int) -> Score:
    """Draw adverts and what somebody can show; want the gaps."""
    draw, ladder = Random(seed), Ladder(learner)
    names = sorted(_ids(draw, draw.randint(6, 9)))
    known = draw.sample(names, draw.randint(2, 3))
    with ladder.step("what is missing", 1):
        shown = _evidence(draw, [*known, *_ids(draw, 2)])
        _list(learner.call("missing_skills", names, shown), gap_of(names, shown), "the gap list")
    with ladder.step("in the advert's order", 1):
        shown = _evidence(draw, known)
        asked = _unsorted(draw, names, shown)
        _list(learner.call("missing_skills", asked, shown), gap_of(asked, shown), "the gap list")
    with ladder.step("asked twice, listed once", 1):
        shown = _evidence(draw, known)
        # Not the last one: its second place would show in no order.
        asked = [*names, *draw.sample(gap_of(names, shown)[:-1], 2)]
        _list(learner.call("missing_skills", asked, shown), gap_of(asked, shown), "the gap list")
    with ladder.step("a claim without evidence", 1):
        shown = _evidence(draw, known)
        shown[draw.choice(known)] = []
        _list(learner.call("missing_skills", names, shown), gap_of(names, shown), "the gap list")
    return ladder.score()


def _list(got: Any, want: list[Any], what: str) -> None:
    """Want this list; the card shows both whole, since what is in them says more than one entry."""
    try:
        equal(got, want, what)
    except Mismatch as miss:
        require(False, miss.reason, got, want)


def _unsorted(draw: Random, names: Sequence[str], shown: dict[str, list[str]]) -> list[str]:
    """Shuffle until the gap is in no order that sorting could give."""
    asked = list(names)
    while (gap := gap_of(asked, shown)) in (sorted(gap), sorted(gap, reverse=True)):
        draw.shuffle(asked)
    return asked


def find_rung(learner: Learner, seed: int) -> Score:
    """Draw competencies and careers; want rung, next rung, gap and lessons."""
    draw, ladder = Random(seed), Ladder(learner)
    bar = draw.choice([0.5, 0.75])
    rows = _rows(draw, (4, 4, 4, 8))
    listed = [row for on_it in rows.values() for row in on_it]
    draw.shuffle(listed)

    def ask(shown: list[str], *keys: str) -> None:
        got = learner.call("find_rung", listed, shown, bar)
        want = rung_of(listed, shown, bar)
        for key in keys:
            if isinstance(want[key], list):
                _list(_under(got, key), want[key], f"the list under {key!r}")
            else:
                equal(_under(got, key), want[key], f"the value under {key!r}")

    with ladder.step("the rung reached", 1):
        for top in draw.sample((1, 2, 3), 2):
            ask(_career(draw, rows, bar, top), "reached")
    with ladder.step("exactly at the bar", 1):
        # At two bars, so that none is taken for the only one.
        for bar, top in zip(draw.sample((0.5, 0.75), 2), draw.sample((1, 2, 3), 2), strict=True):
            ask(_career(draw, rows, bar, top, **{RUNGS[top - 1]: bar}), "reached")
        # One short of a bar that is no whole number of rows: no rounding reaches it.
        usual = rows, listed, bar
        bar = 0.5
        for count, top in zip((5, 11), draw.sample((1, 2), 2), strict=True):
            rows = _rows(draw, (count,))
            listed = [row for on_it in rows.values() for row in on_it]
            ask(_career(draw, rows, bar, top, **{RUNGS[top]: (count // 2) / count}), "reached")
        rows, listed, bar = usual
    with ladder.step("a gap below", 1):
        for top in (1, 2):
            ask(_career(draw, rows, bar, top, **{RUNGS[top + 1]: 1.0}), "reached")
    with ladder.step("what the next rung lacks", 2):
        for top in draw.sample((1, 2, 3), 2):
            ask(_career(draw, rows, bar, top), "next", "missing")
    with ladder.step("nothing shown, everything shown", 1):
        for top in (0, 4):
            ask(_career(draw, rows, bar, top), "reached", "next", "missing")
    with ladder.step("lessons, the most useful first", 2):
        shown: list[str] = []
        while not _telling(listed, rung_of(listed, shown, bar)):
            rows = _rows(draw, (12, 16))
            listed = [row for on_it in rows.values() for row in on_it]
            shown = _career(draw, rows, bar, draw.choice((1, 2)))
        ask(shown, "lessons")
        ask(_career(draw, rows, bar, 4), "lessons")
    return ladder.score()


def _under(got: Any, key: str) -> Any:
    """Return what an answer holds under a key; want a dict that has it."""
    if not isinstance(got, dict) or key not in got:
        record(got, {key: object}, "the answer")
    return got[key]


def _telling(rows: Sequence[dict[str, str]], want: dict[str, Any]) -> bool:
    """Tell whether no other order of the lessons looks like the wanted one."""
    counts = Counter(row["lesson"] for row in rows if row["id"] in want["missing"])
    upward = sorted(counts, key=lambda lesson: (counts[lesson], lesson))
    as_met = [lesson for lesson, _ in counts.most_common()]
    taught = Counter(row["lesson"] for row in rows)
    by_all = sorted(counts, key=lambda lesson: (-taught[lesson], lesson))
    first, *rest = want["lessons"]
    return want["lessons"] not in (upward, as_met, by_all, [first, *sorted(rest)])


def plan_faults(learner: Learner, seed: int) -> Score:
    """Draw a sound plan, put one kind of fault into copies of it; want what is wrong."""
    draw, ladder = Random(seed), Ladder(learner)
    path = _short_path(draw, draw.randint(5, 7))
    minutes = _minutes(draw, path)
    hours = draw.choice([2.5, 3, 3.5, 4])
    sound = weeks_of(path, minutes, (), hours)

    def ask(plan: Plan, key: str, hours: float = hours) -> None:
        got = learner.call("plan_faults", plan, path, minutes, hours)
        want = faults_of(plan, path, minutes, hours)[key]
        _list(_under(got, key), want, f"the list under {key!r}")

    def changed() -> Plan:
        """Change minutes until the lessons at fault are not in the order of their numbers."""
        while True:
            plan = _changed(draw, sound)
            want = faults_of(plan, path, minutes, hours)["wrong_minutes"]
            if want != sorted(want):
                return plan

    with ladder.step("weeks that are too full", 2):
        ask(sound, "overfull")
        ask(_crammed(draw, sound), "overfull")
        for rate in (hours, hours + 0.5):  # whole hours and half ones
            full = weeks_of(path, minutes, (), rate)
            ask(_by_a_minute(draw, full), "overfull", rate)
        ask(weeks_of(path, minutes, (), hours + 1), "overfull")  # all but perhaps the last
    with ladder.step("lessons out of order", 2):
        ask(sound, "out_of_order")
        ask(_swapped(draw, sound), "out_of_order")
        ask(_resumed(draw, path, minutes), "out_of_order")
        # In one week: what comes after counts, also where no week lies between.
        ask([[entry for week in reversed(sound) for entry in week]], "out_of_order")
    with ladder.step("minutes that do not add up", 2):
        ask(sound, "wrong_minutes")
        ask(changed(), "wrong_minutes")
        ask(_without(draw, sound, path), "wrong_minutes")
    with ladder.step("each path from role to role", 2):
        kinds = draw.sample((_crammed, _swapped, _changed), 3) * 2
        rates = draw.sample(_RATES, len(kinds))
        for route, spoil, rate in zip(_routes(), kinds, rates, strict=True):
            known = _minutes(draw, route)
            plan = spoil(draw, weeks_of(route, known, (), rate))
            got = learner.call("plan_faults", plan, list(route), known, rate)
            equal(got, faults_of(plan, route, known, rate), "the answer")
    return ladder.score()


def _crammed(draw: Random, plan: Plan) -> Plan:
    """Move a week's first entry into the week before, which is full."""
    made = [[list(entry) for entry in week] for week in plan]
    at = draw.randrange(len(made) - 1)
    made[at].append(made[at + 1].pop(0))
    return [week for week in made if week]


def _by_a_minute(draw: Random, plan: Plan) -> Plan:
    """Add one minute to a week that is full, as all but the last are."""
    made = [[list(entry) for entry in week] for week in plan]
    draw.choice(made[:-1])[0][1] += 1
    return made


def _swapped(draw: Random, plan: Plan) -> Plan:
    """Let two weeks that share no lesson change places."""
    made = [[list(entry) for entry in week] for week in plan]
    pairs = [
        (a, b)
        for a in range(len(made))
        for b in range(a + 1, len(made))
        if not {lesson for lesson, _ in made[a]} & {lesson for lesson, _ in made[b]}
    ]
    a, b = draw.choice(pairs)
    made[a], made[b] = made[b], made[a]
    return made


def _resumed(draw: Random, path: Sequence[str], minutes: dict[str, int]) -> Plan:
    """Begin every lesson in turn, and end an early one after the others."""
    early = draw.randrange(len(path) - 2)
    plan: Plan = [[[lesson, minutes[lesson]]] for lesson in path]
    plan[early][0][1] -= 20
    return [*plan, [[path[early], 20]]]


def _changed(draw: Random, plan: Plan) -> Plan:
    """Change an entry of each of three lessons, so that the minutes of all together stay."""
    made = [[list(entry) for entry in week] for week in plan]
    names = sorted({lesson for week in made for lesson, _ in week})
    for name, more in zip(draw.sample(names, 3), (2, -1, -1), strict=True):
        # The longest of its entries, from which a minute can be taken.
        longest = max(entry for week in made for entry in week if entry[0] == name)
        longest[1] += more
    return made


def _without(draw: Random, plan: Plan, path: Sequence[str]) -> Plan:
    """Leave one lesson out of a plan."""
    gone = draw.choice(path)
    made = [[entry for entry in week if entry[0] != gone] for week in plan]
    return [week for week in made if week]


def plan_weeks(learner: Learner, seed: int) -> Score:
    """Draw a learner on a few lessons, then one on each real path; want the weeks."""
    draw, ladder = Random(seed), Ladder(learner)
    path = _short_path(draw, draw.randint(5, 7))
    minutes = _minutes(draw, path)
    hours = draw.choice([2.5, 3, 3.5, 4, 4.5])

    def ask(
        known: dict[str, int], done: Sequence[str] = (), hours: float = hours
    ) -> tuple[Plan, Plan]:
        got = learner.call("plan_weeks", path, known, list(done), hours)
        return _as_plan(got), weeks_of(path, known, done, hours)

    def fill(known: dict[str, int], hours: float = hours) -> None:
        got, want = ([sum(took for _, took in week) for week in x] for x in ask(known, (), hours))
        _list(got, want, "the list of each week's minutes")

    with ladder.step("every minute, in the path's order", 2):
        got, want = ask(minutes)
        equal(_totals(got), _totals(want), "the lessons and their minutes, in order")
    with ladder.step("full weeks, none too full", 2):
        # Once with a last week that is not full, once with one that is.
        over = sum(minutes.values()) % round(hours * 60)
        fill(minutes)
        fill(minutes, hours + 0.5)  # so that whole hours are asked for, and halves
        fill(minutes | {path[-1]: minutes[path[-1]] + round(hours * 60) - over})
        # So slow that the first lesson goes on into a third week.
        fill(minutes | {path[0]: draw.randint(185, 239)}, 1.5)
    with ladder.step("what is done or not written is left out", 2):
        unwritten, finished = _two(draw, path)
        known = {name: took for name, took in minutes.items() if name != unwritten}
        got, want = ask(known, [finished])
        equal(_totals(got), _totals(want), "the lessons and their minutes, in order")
    with ladder.step("each path from role to role", 2):
        rates = draw.sample(_RATES, len(_routes()))
        for route, rate in zip(_routes(), rates, strict=True):
            known = _minutes(draw, draw.sample(route, len(route) - 2))
            done = draw.sample(route, draw.randint(0, 3))
            plan = learner.call("plan_weeks", list(route), known, done, rate)
            equal(plan, weeks_of(route, known, done, rate), "the plan")
    return ladder.score()


def _two(draw: Random, path: Sequence[str]) -> list[str]:
    """Draw two lessons without which the path is still not that of the numbers."""
    while True:
        two = draw.sample(path, 2)
        rest = [lesson for lesson in path if lesson not in two]
        if rest != sorted(rest):
            return two


def _as_plan(got: Any) -> Plan:
    """Want a list of weeks of [lesson, minutes] pairs; a tuple is as good as a list."""
    good = isinstance(got, list) and all(
        isinstance(week, list)
        and all(
            isinstance(entry, list | tuple)
            and len(entry) == 2
            and isinstance(entry[1], int | float)
            for entry in week
        )
        for week in got
    )
    require(good, "the plan is not a list of weeks of [lesson, minutes] pairs.", got)
    return list(got)


def _totals(plan: Plan) -> list[Entry]:
    """Add up each unbroken stretch of one lesson."""
    made: list[Entry] = []
    for lesson, took in (entry for week in plan for entry in week):
        if made and made[-1][0] == lesson:
            made[-1][1] += took
        else:
            made.append([lesson, took])
    return made
