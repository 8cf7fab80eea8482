# title: Endless printing
# base: solved
# score: 10
# error: CellTimeout
# stock: unsafe
while True:
    print("x" * 10_000)
