# title: Every descriptor closed, every signal blocked, then sleep
# base: solved
# score: 10
# flags: cell-died
# error: DeadKernel
# stock: unsafe
import os
import signal
import time

signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))
os.closerange(0, 1024)
while True:
    time.sleep(1000)
