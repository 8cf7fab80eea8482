# title: SIGSTOP to itself, its parent and everything
# base: solved
# score: 10
# flags: cell-died
# error: DeadKernel
# stock: unsafe
import os
import signal

os.kill(1, signal.SIGSTOP)
try:
    os.kill(-1, signal.SIGSTOP)
except ProcessLookupError:
    pass
os.kill(os.getpid(), signal.SIGSTOP)
