"""nbgrader's settings for this course: its folders and our preprocessors."""

from pathlib import Path

c = get_config()  # noqa: F821  # traitlets puts it here
root = Path(__file__).resolve().parent

c.CourseDirectory.root = str(root)
c.CourseDirectory.course_id = "rungs"
c.CourseDirectory.source_directory = "notebooks/source"
c.CourseDirectory.release_directory = "notebooks/release"
c.Exchange.root = str(root / ".rungs" / "exchange")
c.Exchange.timezone = "UTC"
c.ExchangeFactory.collect = "autograder.plugins.CollectRegularFiles"
# Beside a lesson with cases lies everybody's; whoever fetches it gets their own.
c.ExchangeFactory.release_assignment = "autograder.plugins.ReleaseWithCases"
c.ExchangeFactory.fetch_assignment = "autograder.plugins.FetchOwnCases"

c.Autograde.pre_convert_hook = "autograder.plugins.find_renamed"
# What it finds is read however damaged it is; the learner's own file stays as it is.
c.Autograde.exporter_class = "autograder.plugins.SubmissionExporter"
# Cells are restored first, then replayed in a sandbox and judged outside it.
c.Autograde.sanitize_preprocessors = [
    "autograder.plugins.RestoreCells",
    "nbgrader.preprocessors.ClearOutput",
    "nbgrader.preprocessors.OverwriteKernelspec",
    "nbgrader.preprocessors.CheckCellMetadata",
]
c.Autograde.autograde_preprocessors = [
    "autograder.plugins.ReplayAndJudge",
    "autograder.plugins.SaveOfficialMarks",
    "nbgrader.preprocessors.AssignLatePenalties",
    "nbgrader.preprocessors.CheckCellMetadata",
]
c.ReplayAndJudge.course_root = str(root)

# Late work: hours that cost nothing, percent of the points a day, percent that always stay.
c.AssignLatePenalties.plugin_class = "autograder.plugins.LatePolicy"
c.LatePolicy.grace_hours = 0
c.LatePolicy.percent_per_day = 0
c.LatePolicy.floor_percent = 0

# Feedback is one static page a learner, without nbconvert's template and its scripts.
c.GenerateFeedback.exporter_class = "autograder.plugins.FeedbackExporter"
c.GenerateFeedback.preprocessors = []
c.FeedbackExporter.course_root = str(root)
# Formgrader shows learners' Markdown through this; outputs are cleaned when they are written.
c.HTMLExporter.filters = {"markdown2html": "autograder.plugins.markdown_without_script"}
# What a submission brings beside its notebook is served by formgrader from its own address.
c.CourseDirectory.ignore.extend(
    ["*.htm", "*.html", "*.mht*", "*.shtml", "*.svg*", "*.xht*", "*.xml", "*.xsl*"]
)
