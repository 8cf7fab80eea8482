"""nbgrader's formgrader, with what it leaves out: names, why nothing was graded, what was lost."""
