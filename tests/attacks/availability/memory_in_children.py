# title: Allocations spread over many processes
# base: solved
# score: 10
# flags: cell-died
# error: DeadKernel
# stock: unsafe
import os
import time

for _ in range(40):
    if os.fork() == 0:
        hoard = bytearray(b"x") * (100 << 20)  # little enough each, 4 GB in all
        time.sleep(1000)
time.sleep(1000)
