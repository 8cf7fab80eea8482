"""What passes from restoring to grading and on to the verdict, in the notebook's own metadata.

nbgrader hands notebooks from one preprocessor to the next, and leaves the graded one on disk.
"""

from __future__ import annotations

import msgspec
from nbformat import NotebookNode

from lenetlab.notebook.intake import KEY
from lenetlab.notebook.measurements import Measured
from lenetlab.records import Doubt, Finding, Flag, GradingFailed, LayerPair


class Handover(msgspec.Struct):
    """A notebook's entry ``metadata[KEY]``."""

    flags: list[Flag]
    evidence: Measured  # what the student's own run measured
    doubts: list[Doubt] = []  # to be decided when it is known which tests lost points
    graded: bool = False  # whether grading came to its end
    of: str = ""  # the fingerprint of the submission and the master
    findings: dict[str, list[Finding]] = {}  # by the test's grade id
    layers: dict[str, list[LayerPair]] = {}  # of a model with findings, likewise
    seconds: float = 0.0  # that grading took
    doubtful: Measured = {}  # figures of the student's that cannot be true
    other_data: bool = False  # they are of other data than the lab's reference runs
    receipt: str = ""  # the code of the work in the file
    receipt_printed: str = ""  # the code that its own cell printed

    @classmethod
    def load(cls, notebook: NotebookNode) -> Handover | None:
        """The notebook's entry; None where there is none that :meth:`store` could have written.

        Graded notebooks lie on disk, where others may write.
        """
        try:
            return msgspec.convert(notebook.metadata.get(KEY), cls)
        except msgspec.ValidationError:
            return None

    @classmethod
    def required(cls, notebook: NotebookNode) -> Handover:
        """The same of a notebook that is to be graded.

        Raises:
            GradingFailed: there is none.
        """
        if (found := cls.load(notebook)) is None:
            raise GradingFailed(Flag("not-restored", "the notebook was not restored before", True))
        return found

    def store(self, notebook: NotebookNode) -> None:
        """Write the entry; the notebook can then be written as JSON."""
        notebook.metadata[KEY] = msgspec.to_builtins(self)
