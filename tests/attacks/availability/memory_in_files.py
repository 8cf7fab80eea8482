# title: Memory held by anonymous files, not by the process
# base: solved
# score: 10
# flags: cell-died
# error: DeadKernel
# stock: unsafe
import os
import time

held = []
for _ in range(30):
    try:
        held.append(os.memfd_create("x"))
        for _ in range(60):
            os.write(held[-1], b"x" * (1 << 20))
    except OSError:
        bytearray(b"x") * (2 << 30)
time.sleep(1000)
