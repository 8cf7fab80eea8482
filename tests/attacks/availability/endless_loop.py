# title: An endless loop
# base: solved
# score: 10
# error: CellTimeout
while True:
    pass
