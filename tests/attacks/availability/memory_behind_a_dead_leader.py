# title: Memory held by a second thread after a process's first has ended, and its figures with it
# base: solved
# score: 10
# flags: cell-died
# error: DeadKernel
# stock: unsafe
import ctypes
import os
import threading
import time


def hoard():
    time.sleep(0.2)
    held = bytearray(b"x") * (1 << 30)
    time.sleep(1000)


for _ in range(4):
    if os.fork() == 0:
        threading.Thread(target=hoard).start()
        ctypes.CDLL(None).syscall(93 if os.uname().machine == "aarch64" else 60, 0)  # exit, not exit_group
time.sleep(3)
