# title: Cells end in a number, as nbgrader takes partial credit
# base: release
# place: before:alpha-hidden
# score: 0
print("1.0")
1.0
