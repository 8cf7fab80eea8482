# title: Endless writing into the result pipe
# base: solved
# score: 10
# flags: cell-died malformed-snapshot
# error: DeadKernel
# stock: unsafe
import os

while True:
    for descriptor in range(3, 64):
        try:
            os.write(descriptor, b"x" * 60_000 + b"\n")
        except OSError:
            pass
