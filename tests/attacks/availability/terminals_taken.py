# title: Pseudo-terminals without end, of which the machine has a few thousand for everybody
# base: solved
# score: 10
# stock: unsafe
import os
import subprocess
import sys

code = """
import os, time
try:
    while True:
        os.openpty()
except OSError:
    print(len(os.listdir("/dev/pts")) if os.path.isdir("/dev/pts") else 0, flush=True)
time.sleep(1000)
"""
makers = [
    subprocess.Popen([sys.executable, "-ISc", code], stdout=subprocess.PIPE) for _ in range(20)
]
taken = [int(maker.stdout.readline()) for maker in makers]
print("opened", [max(taken)] if max(taken) > 1 else [])
