# title: Memory held by processes whose names are no UTF-8
# base: solved
# score: 10
# flags: cell-died
# error: DeadKernel
# stock: unsafe
import ctypes
import os
import time

for _ in range(4):
    if os.fork() == 0:
        ctypes.CDLL(None).prctl(15, b"\xff\xfe\n\xff")  # PR_SET_NAME
        hoard = bytearray(b"x") * (1 << 30)
        time.sleep(1000)
time.sleep(3)
