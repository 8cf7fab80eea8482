# title: SIGKILL to everything that can be reached
# base: solved
# score: 10
# flags: cell-died
# error: DeadKernel
# stock: unsafe
import os
import signal

os.kill(os.getppid(), signal.SIGKILL)
os.kill(1, signal.SIGKILL)
try:
    os.kill(-1, signal.SIGKILL)
except ProcessLookupError:
    pass
os.kill(os.getpid(), signal.SIGKILL)
