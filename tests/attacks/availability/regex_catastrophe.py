# title: A regular expression with exponential backtracking
# base: solved
# score: 10
# error: CellTimeout
import re

re.match(r"(x+x+)+y", "x" * 60)
