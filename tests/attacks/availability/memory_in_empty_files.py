# title: Millions of empty files, whose names the kernel keeps in memory
# base: solved
# score: 10
# flags: cell-died
# error: DeadKernel
# stock: unsafe
import signal
import subprocess
import sys
import time

signal.setitimer(signal.ITIMER_REAL, 0)  # the cell's own time limit
code = """
import os, sys
os.mkdir(sys.argv[1])
os.chdir(sys.argv[1])
for number in range(3_000_000):
    os.close(os.open(str(number), os.O_CREAT | os.O_WRONLY))
"""
makers = [subprocess.Popen([sys.executable, "-ISc", code, f"/box/{n}"]) for n in range(2)]
time.sleep(1000)
