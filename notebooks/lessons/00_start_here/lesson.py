# %% [markdown]
# # Start here
# A lesson is a loop: predict, look, write a function, let a judge run it on cases you have not seen, read why it failed, mend it.
# You go through the loop four times, on the question you came with: which job, which gap, how many weeks.
#
# **You build** a gap list from a job advert, a rung from evidence, a checker of study plans, and a plan that passes it.
#
# **You learn** to commit before you look, to find what a tidy-looking draft leaves out, and to check a plan before you believe it.
#
# **You need** Python functions, lists and dicts. Nothing beyond `make start`, and nothing to read first.
#
# 50 minutes: about 20 for the tasks, the rest to read and to write; the placement test, which you may skip, takes up to 40 more. 34 points, 6 of them for the written answer. Rung: On-ramp. Competencies: C232, C233, C234, C235, C236, C237.
#
# Tags: *fact* (source, date), *measured* (by the cell above it), *simulated* (invented for the lesson).

# %% role="setup"
from autograder import check, load, predict, reveal

competencies = load("career/competencies")
paths = {path["origin"]: path for path in load("career/paths")}
bands = load("career/salaries")["bands"]

# %% [markdown]
# ## Predict, then look
# Run a cell with Shift+Enter. You have run the one above, which loads this course's career data: what five public texts say, S0 to S4, each figure with its line.
#
# Three of the five give 36 pay bands, for AI engineers and their neighbours. A band is useless for a comparison unless it says what it counts: base pay, base with equity and bonus, or a total.
# How many of the 36 say it? Put a number in place of the dots, then run.

# %% role="predict"
predict("bands_that_say", ...)

# %% [markdown]
# A prediction earns no points and is never wrong in anybody's eyes but yours.
# It is kept, and the next cell puts it beside what happened: a guess you wrote down is one you learn from.

# %%
says = [band for band in bands if not band["measure"].startswith("not stated")]
predict("bands_that_say", actual=len(says))

# %%
import math
from collections import Counter
from datetime import date

import matplotlib.pyplot as plt
import pandas as pd

senior = [band for band in bands if band["rung"] == "senior"]
unsaid = sum(band not in says for band in senior)
looks = {"not stated": (":s", "#D55E00"), "base": ("-o", "#0072B2")}
looks |= {
    "total with equity": ("-^", "#009E73"),
    "base, equity and target bonus": ("-D", "#CC79A7"),
}
senior.sort(key=lambda b: (list(looks).index(b["measure"]), b["high_kusd"]))
fig, ax = plt.subplots(figsize=(8, 4.4), layout="constrained")
for y, band in enumerate(senior):
    line, colour = looks[band["measure"]]
    ax.plot([band["low_kusd"], band["high_kusd"]], [y, y], line, color=colour, lw=3)
    ax.text(band["high_kusd"] + 8, y, band["measure"], va="center")
places = [f", {b['market']}" * (b["market"] != "not stated") for b in senior]
names = [f"{b['role']}, {b['source']}{place}" for b, place in zip(senior, places, strict=True)]
ax.set_yticks(range(len(senior)), names)
ax.set(xlabel="pay a year (thousand US dollars)", xlim=(100, 510), xticks=range(100, 401, 50))
ax.set_title(
    f"Of {len(senior)} Senior bands, {unsaid} do not say what they count;\n"
    f"the other {len(senior) - unsaid} count {len(looks) - 1} different things",
    loc="left",
)
ax.spines[["top", "right"]].set_visible(False)
plt.show()

# %% [markdown]
# Every end of a bar is one source's statement (*fact*, S0, S1 and S4, 2025 and 2026); nobody checked them against the market.
# The widest, up to 380, counts equity at model labs; the dotted ones could be anything. Only bands of one mark compare, and the dotted ones not even with each other.
# Nor are 19 bands 19 statements: 16 of them rest on one sentence of S4.
#
# So the first thing to ask of a figure, here and in every later lesson: who counted what, where, when?

# %% [markdown]
# ## Task 1: Mend the assistant's draft
# An advert (*simulated*) asks for five things; two of its lines ask for the same. Here it is, as ids of the course's 242 competencies.

# %%
advert = ["C067", "C044", "C112", "C067", "C016"]
evidence = {"C044": ["repository: search over our runbooks"], "C112": []}
words = competencies.set_index("id").competency
pd.set_option("display.max_colwidth", None)
pd.DataFrame({"asked": advert, "in words": [words[name] for name in advert]})

# %% [markdown]
# You claim two of them. For C044 there is something to show; for C112 the list is empty: a claim, no evidence.
# You asked an assistant for "the skills that the advert asks for and I cannot show". It wrote this, and it runs:


# %%
def drafted(asked: list[str], shown: dict[str, list[str]]) -> list[str]:
    """Return the skills that are asked for and not shown."""
    return sorted(set(asked) - set(shown))


# %% [markdown]
# Read it against the data, not against its docstring. Three skills are really missing.
# How many does the draft list?

# %% role="predict"
predict("drafted_missing", ...)

# %%
predict("drafted_missing", actual=len(drafted(advert, evidence)))
drafted(advert, evidence)

# %% [markdown]
# C112 is gone, though nothing stands behind it; and there is a second fault, which you can see in the order.
#
# **Given** `asked`, ids in the advert's order, perhaps repeated, and `shown`, a dict from id to a list of evidence, perhaps empty.
#
# **Produce** the list of ids that are asked for and have no evidence, in the advert's order (employers put first what they want most), each once.
#
# Leave `asked` and `shown` as they are: they are your caller's.
#
# **Example:** for the advert and evidence above, `["C067", "C112", "C016"]`.
#
# **First** paste the draft's last line into the cell below, in place of the line that raises. Run the cell, then the check, and read the card: some of the 4 points are yours, and it names the first step that failed, with the call. **Then** mend it.
#
# Tagged *unaided*: reading a draft is the skill you need before you can leave work to an assistant.


# %% role="answer" task="missing_skills" points=4
def missing_skills(asked: list[str], shown: dict[str, list[str]]) -> list[str]:
    """Return the ids that are asked for and have no evidence (1 to 5 lines)."""
    ### BEGIN SOLUTION
    return [name for name in dict.fromkeys(asked) if not shown.get(name)]
    ### END SOLUTION


# %% role="check" task="missing_skills"
check("missing_skills")

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
# A set keeps neither order nor the values of a dict. Which two rules need those?
# </details>
# <details><summary>Hint 2: nearly there</summary>
# Loop over <code>asked</code>. <code>shown.get(name)</code> is <code>None</code> or an empty list where there is no evidence: both are false. <code>dict.fromkeys(asked)</code> drops repeats and keeps the order.
# </details>

# %% [markdown]
# The check called your function on five cases that were drawn for this task. A mark in a class comes from the same judge on five others, which nobody has seen.
# So a value copied from a card, or from a friend, earns nothing in a mark.
#
# It sees what comes back. Whether your function spoilt its caller's data, no card tells; this does:

# %%
kept = (list(advert), {name: list(found) for name, found in evidence.items()})
try:
    print(missing_skills(advert, evidence), "left as they were:", (advert, evidence) == kept)
except NotImplementedError:
    print("Your missing_skills is not written yet.")

# %% [markdown]
# Stuck? After three different attempts the card offers a smaller case, then a hint, then `reveal("missing_skills")`, which shows the reference. `reveal("missing_skills", really=True)` shows it at once. A fresh variant then waits, and solving that counts.

# %% [markdown]
# ## Task 2: Find your rung
# The course has four rungs. How many of the 242 competencies does the second one, AI Engineer, hold?

# %% role="predict"
predict("ai_engineer_competencies", ...)

# %%
RUNGS = ["onramp", "ai_engineer", "senior", "staff"]
held = Counter(competencies.rung)
predict("ai_engineer_competencies", actual=held["ai_engineer"])
{rung: held[rung] for rung in RUNGS}

# %% [markdown]
# As many as Senior has, and five times the on-ramp. By count, that is; a count says nothing about how long each takes.
#
# **Given** `rows`, dicts with `id`, `rung` and `lesson` (a number such as `"16"`); `shown`, ids that somebody can show; `bar`, a share such as 0.75.
#
# **Rules.** A rung is *reached* where at least `bar` of its rows are shown **and** the rung below is reached; `RUNGS` goes upward. Ids that no row has count for nothing. Every rung has rows.
#
# **Produce** a dict of
# - `reached`: the highest rung reached, `None` where none is;
# - `next`: the rung above it, `None` at the top;
# - `missing`: ids of the next rung's rows that are not shown, in the order of `rows`, `[]` at the top;
# - `lessons`: the lessons of those rows, each once, the one that teaches most of them first, on a tie the lower number first.
#
# **Example:** with `rows` as below, `shown` `["C1", "C2", "C4"]` and `bar` 0.75, the on-ramp has 2 of 2 and AI Engineer 1 of 4. Its answer stands below; compare yours with it before you check.
# Each part earns on its own: a wrong order of lessons leaves you the rest. 8 points.
#
# Tagged *assistant welcome*, like the two tasks after it: let one draft if you like, then answer for every line.

# %%
example_rows = [
    {"id": "C1", "rung": "onramp", "lesson": "01"},
    {"id": "C2", "rung": "onramp", "lesson": "05"},
    {"id": "C3", "rung": "ai_engineer", "lesson": "17"},
    {"id": "C4", "rung": "ai_engineer", "lesson": "16"},
    {"id": "C5", "rung": "ai_engineer", "lesson": "16"},
    {"id": "C6", "rung": "ai_engineer", "lesson": "17"},
    {"id": "C7", "rung": "senior", "lesson": "30"},
    {"id": "C8", "rung": "staff", "lesson": "50"},
]
example_answer = {
    "reached": "onramp",
    "next": "ai_engineer",
    "missing": ["C3", "C5", "C6"],
    "lessons": ["17", "16"],
}


# %% role="answer" task="find_rung" points=8
def find_rung(rows: list[dict[str, str]], shown: list[str], bar: float) -> dict[str, object]:
    """Return the rung reached, the next one, what it lacks, and its lessons (about 12 lines)."""
    reached = None
    for rung in RUNGS:
        on_it = [row for row in rows if row["rung"] == rung]
        missing = [row for row in on_it if row["id"] not in shown]
        ### BEGIN SOLUTION
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
    ### END SOLUTION


# %% role="check" task="find_rung"
check("find_rung")

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
# The loop goes upward. The first rung below the bar is the next one, and nothing above it matters: you can return there.
# </details>
# <details><summary>Hint 2: nearly there</summary>
# Shown are <code>len(on_it) - len(missing)</code>. Below the bar, count with <code>Counter(row["lesson"] for row in missing)</code> and sort its keys by <code>(-count, lesson)</code>. Otherwise <code>reached = rung</code>. After the loop, everything is reached.
# </details>

# %% [markdown]
# Now you. Nine of the on-ramp's 19 competencies belong to this lesson; these are the other ten.
# Put the ids of those you could *show* somebody today into `mine`: code they can run, a change that was merged, a record they can read.

# %%
elsewhere = competencies[competencies.planned_lesson != "00_start_here"]
elsewhere.loc[elsewhere.rung == "onramp", ["id", "competency"]].set_index("id")

# %%
mine: list[str] = []
rows = [
    {"id": row.id, "rung": row.rung, "lesson": row.planned_lesson[:2]}
    for row in elsewhere.itertuples()
]
try:
    print(find_rung(rows, mine, 0.8))
except NotImplementedError:
    print("Your find_rung is not written yet.")

# %% [markdown]
# The bar of 0.8 is ours. What you say of yourself is a claim, as C112 was; solved lessons and the placement test below are evidence.

# %% [markdown]
# ## Task 3: Find the faults in a plan
# An assistant will write you a study plan in two seconds. Checking it takes a few lines, and you write them once.
# Checker first, plan second: then you know when the plan is right.
#
# A plan is a list of weeks, a week a list of `[lesson, minutes]`. This one is for 3 hours a week, and it breaks every promise that a plan makes:

# %%
some_path = ["05", "11", "09"]
some_minutes = {"05": 120, "11": 100, "09": 110}
some_plan = [[["05", 120], ["09", 80]], [["11", 100], ["09", 10]]]
[sum(minutes for _, minutes in week) for week in some_plan]

# %% [markdown]
# **Given** `plan`; `path`, the lessons in the order to take them, which need not be that of their numbers; `minutes`, what each lesson of the path takes; `hours` a week, such as 3 or 2.5.
#
# **Produce** a dict of three lists:
# - `overfull`: numbers of the weeks, counted from 1, with more minutes than the hours hold (compare minutes: fractions of an hour do not add up exactly);
# - `out_of_order`: lessons with an entry that stands after an entry of a lesson which comes *later* on the path;
# - `wrong_minutes`: lessons of the path whose planned minutes, added up over the weeks, are not those of `minutes`; a lesson that the plan forgot has 0.
#
# Lessons in the order of the path, each once. A plan holds only lessons of the path.
#
# **Example:** the plan above has 200 minutes in week 1, where 180 fit; 11 comes after 09 has begun; 09 has 90 minutes of its 110.
# So `{"overfull": [1], "out_of_order": ["11"], "wrong_minutes": ["09"]}`. 8 points.


# %% role="answer" task="plan_faults" points=8
def plan_faults(
    plan: list[list[list]], path: list[str], minutes: dict[str, int], hours: float
) -> dict[str, list]:
    """Return the overfull weeks and the lessons at fault (about 12 lines)."""
    overfull, late = [], set()
    planned = dict.fromkeys(path, 0)
    furthest = 0  # the largest place on the path that an entry has had so far
    for number, week in enumerate(plan, start=1):
        for lesson, took in week:
            place = path.index(lesson)
            ### BEGIN SOLUTION
            planned[lesson] += took
            if place < furthest:
                late.add(lesson)
            furthest = max(furthest, place)
        if sum(took for _, took in week) > hours * 60:
            overfull.append(number)
    return {
        "overfull": overfull,
        "out_of_order": [lesson for lesson in path if lesson in late],
        "wrong_minutes": [lesson for lesson in path if planned[lesson] != minutes[lesson]],
    }
    ### END SOLUTION


# %% role="check" task="plan_faults"
check("plan_faults")

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
# An entry is out of order where its place on the path is below the furthest place so far. Add up minutes by lesson over all weeks before you compare.
# </details>
# <details><summary>Hint 2: nearly there</summary>
# In the inner loop: <code>planned[lesson] += took</code>, add to <code>late</code> where <code>place < furthest</code>, then <code>furthest = max(furthest, place)</code>. After it: is the week's sum above <code>hours * 60</code>? At the end, filter <code>path</code>.
# </details>

# %% [markdown]
# ## Task 4: Lay out the weeks
# Estimate before you compute. The path from software engineer to AI engineer has 22 lessons; at an assumed two hours each and six hours a week they fill eight weeks.
# A guide to the same move states how long it takes. How many times as long as the eight weeks is that?

# %% role="predict"
predict("times_as_long", ...)

# %%
route = [lesson[:2] for lesson in paths["Software Engineer"]["lessons"]]
weeks = math.ceil(len(route) * 2 / 6)
months = paths["Software Engineer"]["months"]
heading = next(m for m in months if m["where"] == "heading")
predict("times_as_long", actual=round(heading["high"] * 52 / 12 / weeks, 1))
[(m["low"], m["high"], m["where"], m["ref"]) for m in months]

# %% [markdown]
# The guide says six months in its heading and four to eight in its text (*fact*, S1, 2026-04-26): 2.2 to 4.3 times eight weeks; it does not say how many hours a week.
# Both can be right: the guide counts projects until an application convinces, the lessons only themselves. Whoever takes one for the other is wrong by a factor of two to four.
#
# **Given** `path`, lessons in order; `minutes`, what each takes, **without** those that nobody has written yet; `done`, lessons that are finished; `hours` a week, a multiple of 0.5.
#
# **Produce** the plan: a list of weeks, each a list of `[lesson, minutes]`.
#
# **Rules.** In the order of the path. What is done or not written is left out. Every week but the last is full to the minute, so a lesson that does not fit goes on in the next week. A lesson stands once in a week; no week is empty. Something is always left to do.
#
# **Example:** `plan_weeks(["05", "11", "12", "09"], {"05": 120, "11": 100, "09": 110}, ["05"], 2.5)` gives `[[["11", 100], ["09", 50]], [["09", 60]]]`. 8 points.


# %% role="answer" task="plan_weeks" points=8
def plan_weeks(
    path: list[str], minutes: dict[str, int], done: list[str], hours: float
) -> list[list[list]]:
    """Return the weeks of a plan (about 12 lines)."""
    ### BEGIN SOLUTION
    weeks: list[list[list]] = []
    room = 0
    for lesson in path:
        left = 0 if lesson in done else minutes.get(lesson, 0)
        while left:
            if not room:
                weeks.append([])
                room = round(hours * 60)
            took = min(left, room)
            weeks[-1].append([lesson, took])
            left -= took
            room -= took
    return weeks
    ### END SOLUTION


# %% role="check" task="plan_weeks"
check("plan_weeks")

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
# Keep one number: the minutes that are left in the current week. What must happen when it is 0 and a lesson still has minutes?
# </details>
# <details><summary>Hint 2: nearly there</summary>
# For each lesson, <code>while left:</code> open a week when <code>room</code> is 0, take <code>min(left, room)</code>, write the entry, subtract it from both. <code>minutes.get(lesson, 0)</code> leaves out what is not written.
# </details>

# %% [markdown]
# The course has a planner of its own. Do not believe it: here is your checker, run on what it says.

# %%
from autograder.progress import dashboard, itinerary, path_picker

theirs = itinerary("Software Engineer", hours=6, begins=date(2027, 1, 4), skip=())
as_plan = [[[p.lesson[:2], p.minutes] for p in week.portions] for week in theirs.calendar.weeks]
written = Counter()
for lesson, took in (entry for week in as_plan for entry in week):
    written[lesson] += took
standing_path = [lesson for lesson in route if lesson in written]
try:
    print(plan_faults(as_plan, standing_path, dict(written), 6))
    print("the same as yours:", plan_weeks(route, dict(written), [], 6) == as_plan)
except NotImplementedError:
    print("Your plan_faults or plan_weeks is not written yet.")

# %% [markdown]
# The third list proves nothing here, because `written` was added up from the plan itself: a check that shares its source with what it checks cannot fail. And a lesson that their planner forgot would show in none of them, nor in the comparison.
# You meet that again in lesson 21, with models that mark models.

# %% [markdown]
# ## Choose where to start
# **The placement test** has twenty short tasks in code and asks you some of them: it stops when it knows enough, after at most 40 minutes. Skip what you do not know; that tells it as much.
# It recommends a start. It gives no mark and locks nothing; a lesson is tested out of only by solving its own tasks.
# What it takes each task to tell is our judgement and was not fitted to people (*simulated*), so read its result as advice.
#
# If you have written Python for less than a year, leave it for later: the on-ramp is your start. None of its lessons but this one is written yet; of those that are, *Price an answer* asks least of you.
#
# Write `True` and run the cell. It shows a task; write its function in a cell of your own, then call `test.answer(your_function)` or `test.skip()`, and the next one appears. `test.result()` says what your answers so far recommend. After a restart it goes on where you stopped.

# %%
begin_placement = False
if begin_placement:
    from autograder.placement import placement

    test = placement()

# %% [markdown]
# **The paths**, each from a role to a rung. Not all their lessons are written yet. What may be tested out of is solved without being read, on fresh cases.

# %%
titles = load("career/lessons").set_index("id").title


def lessons_of(role: str) -> list[str]:
    """List a path's lessons that stand today, this one aside, in order."""
    found = itinerary(role, skip=("00_start_here",))
    return list(dict.fromkeys(p.lesson for week in found.calendar.weeks for p in week.portions))


pd.DataFrame(
    {
        "you are": path["origin"],
        "lessons": len(path["lessons"]),
        "that stand today": len(lessons_of(path["origin"])),
        "first of these, after this one": titles[lessons_of(path["origin"])[0]],
        "last of all": titles[path["lessons"][-1]],
        "may be tested out of": ", ".join(x[:2] for x in path["test_out"]),
    }
    for path in paths.values()
).set_index("you are")

# %% [markdown]
# Put in your role, half the hours a week that you think you have (the other half gets lost) and your first day, and run the cell.
# Then predict from the table: in how many weeks are the lessons of your path done that stand today, this one aside?

# %%
my_role, my_hours, my_first_day = "Software Engineer", 4, date(2027, 1, 4)

# %% role="predict"
predict("my_weeks", ...)

# %%
my_plan = itinerary(my_role, hours=my_hours, begins=my_first_day, skip=("00_start_here",))
predict("my_weeks", actual=len(my_plan.calendar.weeks))
my_plan

# %% [markdown]
# **The path picker** is the same with controls. It leaves out what you have finished, offers to begin where the placement test recommends, and names the lessons that nobody has written yet.

# %%
path_picker()

# %% [markdown]
# [Numbers you can trust](../09_numbers_you_can_trust/09_numbers_you_can_trust.ipynb) is the first that stands, this lesson aside, on four of the six paths; [Price an answer](../11_price_an_answer/11_price_an_answer.ipynb) is the shortest way to see what a full lesson is like.

# %% [markdown]
# ## Write it down: where you start
# Some answers no code can mark. A person marks them by the rubric below; alone, you do, a day later.
#
# In at most 120 words, to a colleague who will ask you about it in three months: where you start and what that rests on, how many hours and until when, and what you would see that makes you change the plan. 6 points.

# %% [markdown] role="written" task="where_i_start" points=6
# ### BEGIN SOLUTION
# (For instance; your numbers are those of your own cells.) I start with lesson 09, on the path from software to AI engineer. Of the ten on-ramp competencies I can show eight, not C002 and C016; and the placement test put my evaluation below my software, so I do not skip statistics.
#
# Four hours a week: I have eight free, and half of them get lost. My cell says five weeks from 4 January, until 7 February. Finding a job is not in that.
#
# I change the plan if by 31 January fewer than two lessons are finished: then I take two hours and the lessons my team can use, 11 and 24.
# ### END SOLUTION

# %% [markdown] role="rubric" task="where_i_start"
# | criterion | 0 | 1 | 2 |
# |---|---|---|---|
# | Start and what it rests on | no lesson named, or "from the beginning" | a lesson, resting on a feeling: "I know Python well" | a lesson, resting on something another can look at: for instance "8 of 10 can be shown; C002 and C016 cannot" |
# | Hours and date | neither | one of them, or hours with nothing subtracted: "8 hours a week" | hours, a date that follows from them, and what they leave out: for instance "4 hours a week, until 7 February, without finding a job" |
# | What would change it | nothing | a feeling: "if it gets too hard" | something seen by a day, and what is done then: "fewer than two lessons by 31 January: two hours, and 11 and 24 first" |

# %% [markdown]
# ## See what is kept, and what comes back
# Attempts, predictions and reviews are kept in one file on this computer, and nowhere else.
# The dashboard shows lessons, the tasks behind each competency, and how your predictions did: five by now, if you wrote them.

# %%
dashboard()

# %% [markdown]
# What you solved fades. Once a lesson is finished, `rungs review` in a terminal writes a notebook of three tasks that are due, from finished lessons, with new cases; the dashboard says when.
#
# Three more commands:
# - `rungs check 00` replays this notebook from the top in a fresh kernel, as grading does.
# - `rungs reset 00 find_rung` brings back one task as it was; your file is kept.
# - `rungs evidence` puts what you solved into a folder that an interviewer can run again.

# %% [markdown]
# ## What you did
# You committed to five numbers before you saw them, found what a tidy draft left out, earned points step by step, and wrote a checker before the thing it checks.
# Every lesson is this loop. Some add a case of your own, an incident to read and to record; you meet the first in [Write the postmortem](../26_write_the_postmortem/26_write_the_postmortem.ipynb).
#
# **On your own:** take an advert for a job you want, map its lines to competencies, and run your `missing_skills` on it. Where a line maps to nothing, you have learnt something about the advert or about this course.
#
# **Readings**
# - The book's pages *The ladder* and *The paths*: every figure with its source and line, and where the sources disagree.
# - [Test-enhanced learning](https://doi.org/10.1111/j.1467-9280.2006.01693.x): why solving a task again beats reading it again.
