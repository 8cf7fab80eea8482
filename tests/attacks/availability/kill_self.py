# title: SIGKILL to itself and its group
# base: solved
# score: 10
# flags: cell-died
# error: DeadKernel
# stock: unsafe
import os
import signal

os.killpg(0, signal.SIGKILL)
