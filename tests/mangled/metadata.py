"""What editors write into the metadata of notebooks and cells."""

from __future__ import annotations

from typing import Any

from .notebook import having, is_code, is_solution, new_id
from .operator import Notebook, Result, mangles


def _colab(number: int) -> dict[str, Any]:
    return {
        "id": new_id(number)[:12],
        "colab": {"base_uri": "https://localhost:8080/", "height": 210},
        "outputId": f"{new_id(number)}-1111-4222-8333-123456789abc",
        "cellView": "form",
        "executionInfo": {
            "status": "ok",
            "timestamp": 1700000000000 + number,
            "user_tz": -420,
            "elapsed": 12,
            "user": {"displayName": "", "userId": ""},
        },
    }


EDITORS: dict[str, Any] = {
    "colab": _colab,
    "vscode": lambda n: {
        "vscode": {"languageId": "python"},
        "notebookRunGroups": {"groupValue": "1"},
    },
    "kaggle": lambda n: {
        "execution": {"iopub.status.busy": "2024-01-01T00:00:00.0Z", "shell.execute_reply": "ok"},
        "trusted": True,
        "_uuid": new_id(n) * 4,
        "_cell_guid": new_id(n),
    },
    "deepnote": lambda n: {
        "cell_id": new_id(n),
        "deepnote_cell_type": "code",
        "source_hash": new_id(n),
        "execution_start": 1700000000000,
        "execution_millis": 5,
    },
    "databricks": lambda n: {
        "application/vnd.databricks.v1+cell": {"title": "", "nuid": new_id(n), "inputWidgets": {}}
    },
    "jupyterlab": lambda n: {
        "collapsed": True,
        "scrolled": True,
        "jupyter": {"outputs_hidden": True, "source_hidden": True},
        "editable": True,
        "slideshow": {"slide_type": "slide"},
    },
    "pycharm": lambda n: {"pycharm": {"name": "#%%\n", "is_executing": True}},
    "execute time": lambda n: {"ExecuteTime": {"end_time": "2024-01-01T00:00:00", "start_time": 0}},
    "strange": lambda n: {"": None, "nbgrader2": [1, 2], "name": 5, "format": "row"},
}


@mangles("metadata", "04", *EDITORS)
def written_by(notebook: Notebook, editor: str) -> Result:
    for number, cell in enumerate(notebook["cells"]):
        cell["metadata"].update(EDITORS[editor](number))
    return notebook


@mangles("metadata", "01 05", "train", "skip-execution", "remove_cell", "parameters", "none")
def tagged(notebook: Notebook, tag: str) -> Result:
    """Tags that a student gives the solution cells, or all tags removed."""
    for cell in having(notebook, is_solution if tag != "none" else is_code):
        cell["metadata"]["tags"] = [] if tag == "none" else [tag]
    return notebook


NOTEBOOKS: dict[str, dict[str, Any]] = {
    "colab": {
        "accelerator": "GPU",
        "colab": {"provenance": [], "gpuType": "T4", "toc_visible": True},
        "widgets": {"application/vnd.jupyter.widget-state+json": {}},
    },
    "vscode": {"vscode": {"interpreter": {"hash": "0" * 64}}, "orig_nbformat": 4},
    "kaggle": {"kaggle": {"accelerator": "gpu", "dataSources": [], "isInternetEnabled": True}},
    "r kernel": {"kernelspec": {"name": "ir", "display_name": "R", "language": "R"}},
    "other python": {"kernelspec": {"name": "tf2", "display_name": "TF 2 (GPU)"}},
    "no kernel": {"kernelspec": {}, "language_info": {}},
    "signature": {"signature": "sha256:0", "name": "", "celltoolbar": "Create Assignment"},
    "nbgrader": {"nbgrader": {"validating": True, "points": 10}, "lenetlab": {"graded": True}},
}


@mangles("metadata", "05", *NOTEBOOKS)
def of_the_notebook(notebook: Notebook, which: str) -> Result:
    notebook["metadata"].update(NOTEBOOKS[which])
    return notebook


@mangles("metadata", "01 05", "notebook", "cells")
def emptied(notebook: Notebook, whose: str) -> Result:
    if whose == "notebook":
        notebook["metadata"] = {}
    else:
        for cell in notebook["cells"]:
            cell["metadata"] = {k: v for k, v in cell["metadata"].items() if k == "nbgrader"}
    return notebook
