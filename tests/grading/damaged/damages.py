"""The table of damaged submissions: what was done to each, what it loses, what is said of it."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any

from tests.grading.damaged.classroom import ANSWERS, LESSON, TASKS, answered, released

Notebook = dict[str, Any]
Files = dict[str, bytes]
FILE = f"{LESSON}.ipynb"
BIG = 100_000_000


@dataclass(frozen=True)
class Damage:
    """Describe a submission: `loses` names tasks, `says` words of its notes or its refusal."""

    name: str
    make: Callable[[Notebook], Files]
    loses: tuple[str, ...] = ()
    says: tuple[str, ...] = ()
    refused: bool = False
    memo: bool = True
    large: bool = False

    def files(self) -> Files:
        """Build the submission's files afresh; the same each time."""
        return self.make(answered())


DAMAGES: list[Damage] = []


def damage(*says: str, loses: tuple[str, ...] = (), **more: Any) -> Callable[..., Any]:
    """Enter a function into the table; it edits a notebook or returns files or bytes."""

    def enter(function: Callable[[Notebook], Any]) -> Callable[[Notebook], Any]:
        def make(nb: Notebook) -> Files:
            made = function(nb)
            made = dumped(nb) if made is None else made
            return made if isinstance(made, dict) else {FILE: made}

        DAMAGES.append(Damage(function.__name__, make, loses, says, **more))
        return function

    return enter


def dumped(nb: Any, **how: Any) -> bytes:
    """Write JSON as Jupyter does, unless told otherwise."""
    return json.dumps(nb, **{"indent": 1, "ensure_ascii": False, **how}).encode()


def at(nb: Notebook, name: str) -> int:
    """Find a cell's position by its released name."""
    return [cell.get("id") for cell in nb["cells"]].index(name)


def cell(nb: Notebook, name: str) -> Any:
    """Find a cell by its released name."""
    return nb["cells"][at(nb, name)]


def code(source: str, name: str = "own") -> Any:
    """Make a cell of the learner's own."""
    return {
        "cell_type": "code",
        "id": name,
        "metadata": {},
        "outputs": [],
        "source": source,
        "execution_count": None,
    }


def grader(one: Any) -> Any:
    """Return a cell's nbgrader metadata."""
    return one["metadata"].get("nbgrader", {})


def stripped(nb: Notebook) -> None:
    """Drop ids and metadata, as a tool does that knows neither."""
    for one in nb["cells"]:
        one.pop("id", None)
        one["metadata"] = {}
    nb["nbformat_minor"] = 0


# Cells that were deleted, copied, split, merged, moved, retyped.


@damage()
def untouched(nb: Notebook) -> None: ...


@damage("answer-clipped is not in the submission", loses=("clipped",))
def answer_deleted(nb: Notebook) -> None:
    del nb["cells"][at(nb, "answer-clipped")]


@damage("check-total was not in the submission and is back")
def check_deleted(nb: Notebook) -> None:
    del nb["cells"][at(nb, "check-total")]


@damage("check-total", "check-clipped", "check-rooted")
def checks_deleted(nb: Notebook) -> None:
    nb["cells"] = [one for one in nb["cells"] if not one["id"].startswith("check-")]


@damage("setup was not in the submission and is back")
def setup_deleted(nb: Notebook) -> None:
    del nb["cells"][at(nb, "setup")]


@damage("a-limit-2 was not in the submission and is back")
def lesson_code_deleted(nb: Notebook) -> None:
    del nb["cells"][at(nb, "a-limit-2")]


@damage("written-memo is not in the submission", memo=False)
def memo_deleted(nb: Notebook) -> None:
    del nb["cells"][at(nb, "written-memo")]


@damage("answer-total was copied")
def answer_copied(nb: Notebook) -> None:
    twin = copy.deepcopy(cell(nb, "answer-total"))
    nb["cells"].insert(at(nb, "answer-total") + 1, twin | {"id": "pasted"})


@damage("check-rooted was copied")
def check_copied_above_its_answer(nb: Notebook) -> None:
    nb["cells"].insert(1, copy.deepcopy(cell(nb, "check-rooted")) | {"id": "pasted"})


@damage("answer-total was copied", "check-rooted was copied")
def whole_notebook_pasted_twice(nb: Notebook) -> None:
    nb["cells"] += copy.deepcopy(nb["cells"])


@damage("answer-rooted was split")
def answer_split(nb: Notebook) -> None:
    one = cell(nb, "answer-rooted")
    one["source"], rest = one["source"][:3], "".join(one["source"][3:])
    nb["cells"].insert(at(nb, "answer-rooted") + 1, code(rest))


@damage("answer-rooted was split")
def answer_split_in_three_with_its_metadata(nb: Notebook) -> None:
    one, here = cell(nb, "answer-rooted"), at(nb, "answer-rooted")
    parts = [one["source"][:1], one["source"][1:3], one["source"][3:]]
    nb["cells"][here : here + 1] = [copy.deepcopy(one) | {"source": part} for part in parts]


@damage("answer-rooted was split")
def answer_split_before_its_name(nb: Notebook) -> None:
    one, here = cell(nb, "answer-rooted"), at(nb, "answer-rooted")
    first, one["source"] = "".join(one["source"][:3]), one["source"][3:]
    nb["cells"].insert(here, code(first))


@damage("check-total was not in the submission")
def answer_merged_with_check(nb: Notebook) -> None:
    cell(nb, "answer-total")["source"].append('\n\ncheck("total")')
    del nb["cells"][at(nb, "check-total")]


@damage("What was added to check-total", "answer-total is not in the submission")
def check_merged_with_answer(nb: Notebook) -> None:
    cell(nb, "check-total")["source"] = ['check("total")\n', "\n", ANSWERS["total"]]
    del nb["cells"][at(nb, "answer-total")]


@damage("What was added to setup")
def everything_merged_into_setup(nb: Notebook) -> None:
    texts = ["".join(one["source"]) for one in nb["cells"] if one["cell_type"] == "code"]
    cell(nb, "setup")["source"] = "\n".join(texts)
    nb["cells"] = [o for o in nb["cells"] if o["cell_type"] != "code" or o["id"] == "setup"]


@damage("answer-clipped is not in the submission", "answer-rooted is not in the submission")
def answers_moved_into_a_new_cell(nb: Notebook) -> None:
    nb["cells"] = [one for one in nb["cells"] if not one["id"].startswith("answer-")]
    nb["cells"].append(code("import heapq\n\n\n" + "\n\n\n".join(ANSWERS.values())))


@damage("Cells had been moved")
def cells_reversed(nb: Notebook) -> None:
    nb["cells"].reverse()


@damage("Cells had been moved")
def setup_moved_to_the_end(nb: Notebook) -> None:
    nb["cells"].append(nb["cells"].pop(at(nb, "setup")))
    cell(nb, "answer-total")["source"].append("\n\nprint(math.pi)")


@damage("Cells had been moved")
def cells_shuffled(nb: Notebook) -> None:
    Random(4).shuffle(nb["cells"])


@damage("answer-clipped is a code cell again")
def answer_became_markdown(nb: Notebook) -> None:
    one = cell(nb, "answer-clipped")
    for key in ("outputs", "execution_count"):
        del one[key]
    one["cell_type"] = "markdown"


@damage("answer-clipped is a code cell again")
def answer_became_raw(nb: Notebook) -> None:
    cell(nb, "answer-clipped")["cell_type"] = "raw"


@damage("written-memo is a markdown cell again")
def memo_became_code(nb: Notebook) -> None:
    cell(nb, "written-memo").update(cell_type="code", outputs=[], execution_count=None)


@damage("a-limit-2 is a code cell again")
def lesson_code_became_markdown(nb: Notebook) -> None:
    cell(nb, "a-limit-2")["cell_type"] = "markdown"


@damage("check-total has its own text again")
def check_edited(nb: Notebook) -> None:
    cell(nb, "check-total")["source"] = 'check("clipped")  # total is done'


@damage("setup has its own text again", "What was added to setup")
def setup_edited(nb: Notebook) -> None:
    cell(nb, "setup")["source"] = "import math as m\nimport math\nfrom autograder import check"
    cell(nb, "answer-total")["source"] = "def total(values):\n    return m.fsum(values)"


# Ids and metadata that were edited or dropped.


@damage()
def fresh_ids(nb: Notebook) -> None:
    for n, one in enumerate(nb["cells"]):
        one["id"] = f"{n:08x}"


@damage()
def one_grade_id_changed(nb: Notebook) -> None:
    grader(cell(nb, "answer-total"))["grade_id"] = "cell-12345"


@damage()
def all_grade_ids_the_same(nb: Notebook) -> None:
    for one in nb["cells"]:
        if grader(one):
            grader(one)["grade_id"] = "answer-total"


@damage("Cells had been moved")
def two_answers_swapped_metadata(nb: Notebook) -> None:
    one, other = cell(nb, "answer-total"), cell(nb, "answer-rooted")
    one["metadata"], other["metadata"] = other["metadata"], one["metadata"]
    one["id"], other["id"] = other["id"], one["id"]


@damage()
def grading_switched_off(nb: Notebook) -> None:
    for one in nb["cells"]:
        grader(one).update(grade=False, solution=False, locked=False)


@damage()
def points_changed(nb: Notebook) -> None:
    for one in nb["cells"]:
        grader(one).update(points=1000, max_score=1000)


@damage()
def old_schema(nb: Notebook) -> None:
    for one in nb["cells"]:
        grader(one).pop("cell_type", None)
        grader(one)["schema_version"] = 1


@damage()
def new_schema(nb: Notebook) -> None:
    for one in nb["cells"]:
        grader(one)["schema_version"] = 99


@damage()
def no_schema(nb: Notebook) -> None:
    for one in nb["cells"]:
        grader(one).pop("schema_version", None)


@damage()
def metadata_dropped(nb: Notebook) -> None:
    for one in nb["cells"]:
        one["metadata"] = {}


@damage()
def ids_and_metadata_dropped(nb: Notebook) -> None:
    stripped(nb)


@damage()
def metadata_of_wrong_types(nb: Notebook) -> None:
    odd: list[Any] = [
        None,
        [],
        "text",
        7,
        {"nbgrader": "x"},
        {"nbgrader": {"grade_id": ["a"]}},
        {"nbgrader": {"grade_id": 7}},
        {"nbgrader": None},
        {"tags": 5},
    ]
    for n, one in enumerate(nb["cells"]):
        one["metadata"] = odd[n % len(odd)]
    nb["metadata"] = ["none"]


@damage()
def fields_missing(nb: Notebook) -> None:
    for one in nb["cells"]:
        for key in ("metadata", "outputs", "execution_count"):
            one.pop(key, None)
    del nb["metadata"]


@damage()
def ids_missing(nb: Notebook) -> None:
    for one in nb["cells"]:
        del one["id"]


@damage()
def ids_alike(nb: Notebook) -> None:
    for one in nb["cells"]:
        one["id"] = "same"


@damage()
def ids_not_allowed(nb: Notebook) -> None:
    for n, one in enumerate(nb["cells"]):
        one["id"] = [f"cell {n} <b>", "x" * 100, "", 7][n % 4]


# Files that are no JSON, or none any more.


@damage("cell by cell", "rubric-memo")
def cut_off_near_the_end(nb: Notebook) -> bytes:
    whole = dumped(nb)
    return whole[: whole.index(b'"rubric-memo"') + 30]


@damage("cell by cell", "answer-rooted", loses=("rooted",), memo=False)
def cut_off_in_an_answer(nb: Notebook) -> bytes:
    whole = dumped(nb)
    return whole[: whole.index(b"roots.append")]


@damage("cell by cell")
def commas_too_many(nb: Notebook) -> bytes:
    return dumped(nb).replace(b"\n  },\n", b"\n  },,\n").replace(b"\n ],", b"\n ,],")


@damage("cell by cell")
def quote_in_the_memo(nb: Notebook) -> bytes:
    return (
        dumped(nb)
        .replace(b'"cell_type": "markdown"', b'"cell_type": "markdown"', 1)
        .replace(b"What you did", b'What "you" did')
    )


@damage("cell by cell", "answer-clipped", loses=("clipped",))
def quote_in_an_answer(nb: Notebook) -> bytes:
    return dumped(nb).replace(b"else float(LIMIT)", b'else "float(LIMIT)')


@damage("NUL")
def zeros_at_the_end(nb: Notebook) -> bytes:
    return dumped(nb) + b"\x00" * 4096


@damage("NUL")
def zeros_in_the_text(nb: Notebook) -> bytes:
    return dumped(nb).replace(b"You added", b"You \x00added").replace(b"\n", b"\x00\n", 3)


@damage()
def zeros_in_an_answer(nb: Notebook) -> None:
    cell(nb, "answer-total")["source"].append("  # \x00")


@damage("twice")
def cells_listed_twice(nb: Notebook) -> bytes:
    return dumped(nb).rstrip()[:-1] + b', "cells": []}'


@damage("twice")
def sources_listed_twice(nb: Notebook) -> bytes:
    return dumped(nb).replace(b'"source": [', b'"source": ["raise SystemExit"], "source": [')


@damage()
def bare_list_of_cells(nb: Notebook) -> bytes:
    return dumped(nb["cells"])


@damage()
def notebook_in_a_string(nb: Notebook) -> bytes:
    return dumped(dumped(nb).decode())


@damage()
def reply_of_a_server(nb: Notebook) -> bytes:
    return dumped({"name": FILE, "type": "notebook", "format": "json", "content": nb})


@damage()
def cells_as_an_object(nb: Notebook) -> None:
    nb["cells"] = {str(n): one for n, one in enumerate(nb["cells"])}


@damage("were no cells")
def list_with_other_things(nb: Notebook) -> None:
    nb["cells"][3:3] = [None, 7, "text", []]


@damage("unfinished merge")
def merge_left_in_an_answer(nb: Notebook) -> bytes:
    mine = b'"    return value if value < LIMIT else float(LIMIT)"'
    both = b"\n<<<<<<< HEAD\n%s\n=======\n%s\n>>>>>>> main\n" % (mine, b'"    return 0"')
    return dumped(nb).replace(mine, both)


@damage("unfinished merge")
def merge_left_in_the_metadata(nb: Notebook) -> bytes:
    both = b'<<<<<<< HEAD\n "nbformat": 4,\n||||||| base\n=======\n "nbformat": 3,\n>>>>>>> x\n'
    return dumped(nb).replace(b' "nbformat": 4,\n', both)


@damage("cell by cell")
def outputs_nested_too_deep(nb: Notebook) -> bytes:
    deep = b"[" * 100_000 + b"]" * 100_000
    return dumped(nb).replace(b'"outputs": []', b'"outputs": ' + deep)


@damage("cell by cell")
def metadata_nested_too_deep(nb: Notebook) -> bytes:
    deep = b'{"a":' * 50_000 + b"1" + b"}" * 50_000
    return dumped(nb).replace(b'"metadata": {', b'"metadata": {"deep": ' + deep + b",")


@damage("cell by cell")
def words_around_the_notebook(nb: Notebook) -> bytes:
    return b"Here is my homework:\n" + dumped(nb) + b"\nThanks!"


@damage()
def control_characters(nb: Notebook) -> bytes:
    return dumped(nb).replace(b"\\n", b"\n")


@damage()
def lone_surrogates(nb: Notebook) -> bytes:
    cell(nb, "answer-total")["source"].append("\n# \ud83d")
    return dumped(nb, ensure_ascii=True)


@damage()
def numbers_out_of_bounds(nb: Notebook) -> bytes:
    return dumped(nb).replace(b'"execution_count": null', b'"execution_count": ' + b"9" * 5000)


@damage()
def not_a_number(nb: Notebook) -> bytes:
    return dumped(nb).replace(b'"execution_count": null', b'"execution_count": NaN')


@damage()
def byte_order_mark(nb: Notebook) -> bytes:
    return b"\xef\xbb\xbf" + dumped(nb)


@damage()
def windows_line_ends(nb: Notebook) -> bytes:
    for one in nb["cells"]:
        one["source"] = [line.replace("\n", "\r\n") for line in one["source"]]
    return dumped(nb).replace(b"\n", b"\r\n")


@damage()
def utf_16(nb: Notebook) -> bytes:
    return dumped(nb).decode().encode("utf-16")


@damage()
def utf_16_without_a_mark(nb: Notebook) -> bytes:
    return dumped(nb).decode().encode("utf-16-le")


@damage("not UTF-8")
def latin_1(nb: Notebook) -> bytes:
    cell(nb, "answer-total")["source"].append("\n# caf\u00e9, d\u00e9j\u00e0 vu")
    return dumped(nb).decode().encode("latin-1")


# Other versions of the format, other tools, other places.


def _version_3(nb: Notebook) -> Notebook:
    cells = []
    for one in nb["cells"]:
        old = {"cell_type": one["cell_type"], "metadata": one["metadata"]}
        if one["cell_type"] == "code":
            old |= {"input": one["source"], "language": "python", "outputs": [], "collapsed": False}
        else:
            old |= {"source": one["source"]}
        cells.append(old)
    return {
        "metadata": {"name": ""},
        "nbformat": 3,
        "nbformat_minor": 0,
        "worksheets": [{"cells": cells, "metadata": {}}],
    }


@damage()
def nbformat_3(nb: Notebook) -> bytes:
    return dumped(_version_3(nb))


@damage()
def nbformat_3_without_metadata(nb: Notebook) -> bytes:
    stripped(nb)
    old = _version_3(nb)
    heading = {"cell_type": "heading", "level": 2, "source": "Mine", "metadata": {}}
    old["worksheets"][0]["cells"].append(heading)
    return dumped(old)


@damage()
def nbformat_4_0(nb: Notebook) -> None:
    nb["nbformat_minor"] = 0
    for one in nb["cells"]:
        del one["id"]


@damage()
def nbformat_4_without_minor(nb: Notebook) -> None:
    del nb["nbformat_minor"]


@damage()
def nbformat_minor_99(nb: Notebook) -> None:
    nb["nbformat_minor"] = 99


@damage()
def nbformat_5(nb: Notebook) -> None:
    nb["nbformat"] = 5


@damage()
def nbformat_missing(nb: Notebook) -> None:
    del nb["nbformat"], nb["nbformat_minor"]


@damage()
def saved_by_vs_code(nb: Notebook) -> None:
    for one in nb["cells"]:
        one["metadata"]["vscode"] = {"languageId": "python"}
        del one["id"]
    nb["metadata"] = {
        "kernelspec": {"display_name": ".venv", "language": "python", "name": "python3"},
        "language_info": {"name": "python", "version": "3.12.4"},
        "orig_nbformat": 4,
        "vscode": {"interpreter": {"hash": "31f2aee4e71d21fbe5cf8b01ff0e069b"}},
    }
    nb["nbformat_minor"] = 2


def _colab(nb: Notebook, keep: bool) -> bytes:
    for n, one in enumerate(nb["cells"]):
        kind = "text" if one["cell_type"] == "markdown" else "code"
        kept = {"nbgrader": grader(one)} if keep and grader(one) else {}
        one["metadata"] = {"id": f"J3F5ONCy{n:04d}", "colab_type": kind, **kept}
        if kind == "code":
            one["metadata"] |= {
                "colab": {"base_uri": "https://localhost:8080/"},
                "outputId": "19fe063e-d6eb-4a8a-b9ee-17633f67e941",
            }
            one["execution_count"] = 0
        del one["id"]
    nb["metadata"] = {
        "colab": {"name": FILE, "provenance": [], "toc_visible": True},
        "kernelspec": {"name": "python3", "display_name": "Python 3"},
        "language_info": {"name": "python"},
        "accelerator": "GPU",
    }
    nb["nbformat_minor"] = 0
    return dumped({"nbformat": 4, **nb}, indent=2)


@damage()
def saved_by_colab(nb: Notebook) -> bytes:
    return _colab(nb, keep=True)


@damage()
def saved_by_colab_from_a_copy(nb: Notebook) -> bytes:
    badge = {
        "cell_type": "markdown",
        "metadata": {"id": "view-in-github", "colab_type": "text"},
        "source": ['<a href="https://colab.research.google.com/x" target="_parent"></a>'],
    }
    made = json.loads(_colab(nb, keep=False))
    made["cells"].insert(0, badge)
    return dumped(made, indent=2)


@damage()
def saved_by_databricks(nb: Notebook) -> None:
    stripped(nb)
    for n, one in enumerate(nb["cells"]):
        about = {
            "cellMetadata": {"byteLimit": 2048000, "rowLimit": 10000},
            "inputWidgets": {},
            "nuid": f"8258ad92-2f4d-490a-8c3f-a0953114{n:04d}",
            "showTitle": False,
            "tableResultSettingsMap": {},
            "title": "",
        }
        one["metadata"] = {"application/vnd.databricks.v1+cell": about}
        if one["cell_type"] == "code":
            one["execution_count"] = 0
    about = {
        "computePreferences": None,
        "dashboards": [],
        "inputWidgetPreferences": None,
        "environmentMetadata": {"base_environment": "", "environment_version": "5"},
        "language": "python",
        "notebookMetadata": {"pythonIndentUnit": 4},
        "notebookName": LESSON,
        "widgets": {},
    }
    nb["metadata"] = {
        "application/vnd.databricks.v1+notebook": about,
        "language_info": {"name": "python"},
    }


@damage()
def saved_by_deepnote(nb: Notebook) -> None:
    stripped(nb)
    for n, one in enumerate(nb["cells"]):
        one["metadata"] = {
            "cell_id": f"{n:032x}",
            "deepnote_cell_type": one["cell_type"],
            "source_hash": "b623e53d",
            "execution_millis": 3,
        }
        one["block_group"] = f"{n:032x}"
    nb["metadata"] = {"deepnote": {}, "deepnote_notebook_id": "4b1c", "orig_nbformat": 2}


@damage()
def saved_by_kaggle(nb: Notebook) -> bytes:
    for one in nb["cells"]:
        del one["id"]
        one["metadata"] = {
            "trusted": True,
            "_uuid": "8f2839f25d086af736a60e9eeb907d3b93b6e0e5",
            "execution": {"iopub.status.busy": "2026-01-01T10:00:00.000Z"},
        }
        one["source"] = "".join(one["source"])
    nb["metadata"]["kaggle"] = {"accelerator": "none", "dataSources": [], "isGpuEnabled": False}
    nb["nbformat_minor"] = 4
    return dumped(nb, indent=None, separators=(",", ":"))


@damage()
def paired_by_jupytext(nb: Notebook) -> None:
    nb["metadata"]["jupytext"] = {
        "formats": "ipynb,py:percent",
        "cell_metadata_filter": "all",
        "main_language": "python",
        "text_representation": {
            "extension": ".py",
            "format_name": "percent",
            "format_version": "1.3",
            "jupytext_version": "1.19.1",
        },
    }


@damage()
def kernel_of_r(nb: Notebook) -> None:
    nb["metadata"] = {
        "kernelspec": {"display_name": "R", "language": "R", "name": "ir"},
        "language_info": {"name": "R", "pygments_lexer": "r"},
    }


@damage()
def kernel_nobody_has(nb: Notebook) -> None:
    nb["metadata"]["kernelspec"] = {"display_name": "conda-x", "name": "conda-env-x-py"}


@damage()
def widgets_state(nb: Notebook) -> None:
    state = {"8f3a": {"model_name": "IntSliderModel", "state": {"value": 3}}}
    kind = "application/vnd.jupyter.widget-state+json"
    nb["metadata"]["widgets"] = {kind: {"state": state, "version_major": 2}}
    view = {"application/vnd.jupyter.widget-view+json": {"model_id": "8f3a"}}
    cell(nb, "a-limit-2")["outputs"] = [{"output_type": "display_data", "data": view}]


@damage()
def picture_in_the_memo(nb: Notebook) -> None:
    one = cell(nb, "written-memo")
    one["attachments"] = {
        "plot.png": {"image/png": "iVBORw0KGgo="},
        "../../x": {"text/html": "<script>1</script>"},
    }
    one["source"].append("\n\n![plot](attachment:plot.png)")


@damage("handed in as my sums (2).ipynb")
def renamed(nb: Notebook) -> Files:
    return {"my sums (2).ipynb": dumped(nb)}


@damage(f"handed in as {FILE}.txt")
def renamed_by_a_browser(nb: Notebook) -> Files:
    return {f"{FILE}.txt": dumped(nb)}


@damage("handed in as homework/part 1/")
def in_a_folder(nb: Notebook) -> Files:
    return {f"homework/part 1/{FILE}": dumped(nb), f"__MACOSX/._{FILE}": b"\x00\x05\x16\x07"}


@damage("notes.ipynb lies beside it and was not graded")
def two_notebooks(nb: Notebook) -> Files:
    return {FILE: dumped(nb), "notes.ipynb": dumped({**released(), "cells": [code("1/0")]})}


@damage("handed in as b.ipynb", "a.ipynb lies beside it")
def two_notebooks_of_other_names(nb: Notebook) -> Files:
    return {"a.ipynb": dumped(released()), "b.ipynb": dumped(nb)}


@damage("is empty", "handed in as copy.ipynb")
def empty_file_beside_a_copy(nb: Notebook) -> Files:
    return {FILE: b"", "copy.ipynb": dumped(nb)}


@damage("a.ipynb and b.ipynb could each be", refused=True)
def two_that_could_count(nb: Notebook) -> Files:
    other = copy.deepcopy(nb)
    cell(other, "answer-total")["source"] = "def total(values):\n    return 0"
    return {"a.ipynb": dumped(nb), "b.ipynb": dumped(other)}


# Little or nothing in it, or far too much.


@damage("is empty (0 bytes)", refused=True)
def empty_file(nb: Notebook) -> bytes:
    return b""


@damage("4,096 bytes of nothing", refused=True)
def zeros_only(nb: Notebook) -> bytes:
    return b"\x00" * 4096


@damage("no notebook, only notes.txt", refused=True)
def no_notebook(nb: Notebook) -> Files:
    return {"notes.txt": b"I forgot."}


@damage("is not a notebook", refused=True)
def not_json(nb: Notebook) -> bytes:
    return b"{cells: oops"


@damage("is not a notebook", refused=True)
def a_number(nb: Notebook) -> bytes:
    return b"42"


@damage("is not a notebook", refused=True)
def cells_of_a_wrong_type(nb: Notebook) -> bytes:
    return dumped({**nb, "cells": 7})


@damage("is a zip archive", refused=True)
def zip_archive(nb: Notebook) -> bytes:
    return b"PK\x03\x04" + bytes(100)


@damage("is a web page", refused=True)
def web_page(nb: Notebook) -> bytes:
    return b"\n<!DOCTYPE html><html><body>cells</body></html>"


@damage(*(f"answer-{task}" for task in TASKS), loses=TASKS, memo=False)
def empty_notebook(nb: Notebook) -> None:
    nb["cells"] = []


@damage(*(f"answer-{task}" for task in TASKS), loses=TASKS)
def only_prose(nb: Notebook) -> None:
    nb["cells"] = [one for one in nb["cells"] if one["cell_type"] == "markdown"]


@damage(large=True)
def outputs_of_100_mb(nb: Notebook) -> None:
    cell(nb, "a-limit-2")["outputs"] = [
        {"output_type": "stream", "name": "stdout", "text": "x" * BIG}
    ]


@damage("Cell 1 holds 100,000,000 characters and was left out", large=True)
def source_of_100_mb(nb: Notebook) -> None:
    nb["cells"].insert(0, code(f"x = '{'x' * (BIG - 6)}'"))


@damage(large=True)
def outputs_of_a_million_rows(nb: Notebook) -> None:
    rows = {"output_type": "display_data", "data": {"text/plain": ["1\n"] * 3_000_000}}
    cell(nb, "a-limit-2")["outputs"] = [rows]


# An older release of the lesson.


@damage("answer-rooted is not in the submission", loses=("rooted",))
def from_before_a_task_was_added(nb: Notebook) -> None:
    names = ("task-3-take-roots-1", "answer-rooted", "check-rooted")
    nb["cells"] = [one for one in nb["cells"] if one["id"] not in names]


@damage("check-total was not in the submission")
def from_before_a_task_was_renamed(nb: Notebook) -> None:
    for kind in ("answer", "check"):
        one = cell(nb, f"{kind}-total")
        one["id"] = grader(one)["grade_id"] = f"{kind}-sum_up"
    cell(nb, "check-sum_up")["source"] = 'check("sum_up")'


@damage("setup has its own text again")
def from_before_setup_was_changed(nb: Notebook) -> None:
    one = cell(nb, "setup")
    one["source"] = "import math\n\nfrom autograder import check, forecast"
    # What nbgrader had computed when that version was released.
    grader(one)["checksum"] = "f2316c3c4f3a8fb2ed3ab9c8b3c1d6ef"


# Cells whose parts have types that no version of the format allows.


@damage("has no text that can be read")
def sources_of_every_type(nb: Notebook) -> None:
    own = [code("x = 1", f"own-{n}") for n in range(6)]
    for one, source in zip(
        own, [None, 5, {"a": 1}, ["x = 1\n", None, 7, "y = 2"], True, []], strict=True
    ):
        one["source"] = source
    del own[5]["source"]
    nb["cells"] += own


@damage()
def counts_and_outputs_of_every_type(nb: Notebook) -> None:
    odd: list[Any] = [
        None,
        {},
        "text",
        [None],
        [7],
        [{"output_type": 5}],
        [{"data": []}],
        [{"output_type": "stream"}],
        [{"output_type": "error", "traceback": 1}],
    ]
    for n, one in enumerate(o for o in nb["cells"] if o["cell_type"] == "code"):
        one["outputs"], one["execution_count"] = odd[n % len(odd)], ["*", "3", [], {}][n % 4]


@damage()
def unknown_cell_types(nb: Notebook) -> None:
    nb["cells"] += [{"cell_type": kind, "source": "1/0"} for kind in ("sql", None, 3, "heading")]
    del cell(nb, "answer-rooted")["cell_type"]


NAMES = [one.name for one in DAMAGES]
assert len(set(NAMES)) == len(NAMES)
assert all(re.fullmatch(r"[a-z0-9_]+", name) for name in NAMES)
