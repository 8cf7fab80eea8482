"""The course's configuration, read by every ``nbgrader`` command that is run in this folder."""

c = get_config()  # type: ignore[name-defined]  # noqa: F821 - nbgrader puts it there

c.CourseDirectory.course_id = "cs2230"

# What is never copied out of source/ or submitted/: nbgrader's own list, and the lab's files, which
# hold what its questions are judged by.
c.CourseDirectory.ignore = [
    ".ipynb_checkpoints", "*.pyc", "__pycache__", "feedback",
    "lab.toml", "*.csv", "*.npz",
]  # fmt: skip

# What a student finds in place of a solution.
c.ClearSolutions.code_stub = {"python": "# YOUR CODE HERE\nraise NotImplementedError()"}

# Files are read as leniently as `lenetlab check` reads them.
c.Autograde.exporter_class = "lenetlab.nbgrader_plugin.MendingExporter"

# Grading: student code runs in a sandbox, test cells in a process that it never touched.
# Restore builds the notebook from the master's own cells, with the gradebook's checksums, of which
# it has seen that they are current. That is what DeduplicateIds, OverwriteCells and
# CheckCellMetadata are for; they are left out.
c.Autograde.sanitize_preprocessors = [
    "lenetlab.nbgrader_plugin.Restore",
    "nbgrader.preprocessors.OverwriteKernelspec",
]
c.Autograde.autograde_preprocessors = [
    "lenetlab.nbgrader_plugin.Grade",
    "nbgrader.preprocessors.LimitOutput",
    "nbgrader.preprocessors.SaveAutoGrades",
    "nbgrader.preprocessors.AssignLatePenalties",
]
# Links are not followed, and nothing but the notebook is kept: nbgrader would copy whatever is
# beside it, through autograded/ to the students' feedback.
c.Autograde.pre_convert_hook = "lenetlab.nbgrader_plugin.before_autograde"
c.Autograde.post_convert_hook = "lenetlab.nbgrader_plugin.after_autograde"
# A timestamp.txt that is no time is for a person to look at, and stops neither nbgrader's commands
# nor the formgrader's page.
try:
    from lenetlab.nbgrader_plugin import guard_nbgrader
except ImportError:
    pass  # a machine of nbgrader's exchange alone, which grades nothing
else:
    guard_nbgrader()
# On a machine that cannot isolate, and only for submissions that you trust:
# c.Grade.sandbox = False

# Feedback: the page that `lenetlab grade` writes, for students; no template of nbgrader's.
c.GenerateFeedback.exporter_class = "lenetlab.nbgrader_plugin.FeedbackExporter"
c.GenerateFeedback.preprocessors = []
# The formgrader's page of a submission, without scripts that a student wrote.
c.HTMLExporter.sanitize_html = True
# What takes quadratic time: colouring some code, and a leftover of IPython's old web server.
c.HTMLExporter.filters = {
    "highlight_code": "lenetlab.nbgrader_plugin.highlight",
    "strip_files_prefix": "lenetlab.nbgrader_plugin.unchanged",
}

# For nbgrader's own executor, which `nbgrader validate` uses: no training, no zero for text that
# libraries write on stderr, an end to cells that hang.
c.Execute.skip_cells_with_tag = "train"
c.Execute.timeout = 60
c.Execute.interrupt_on_timeout = True
c.IgnorePattern.enabled = True
c.IgnorePattern.pattern = "(?s).*"
