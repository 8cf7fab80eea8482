# title: Endless writing on stderr, through Python and past it
# base: solved
# score: 10
# error: CellTimeout
# stock: unsafe
import os
import sys

while True:
    sys.stderr.write("x" * 10_000)
    os.write(1, b"x" * 10_000)
    os.write(2, b"x" * 10_000)
