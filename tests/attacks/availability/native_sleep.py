# title: A C function that waits in a loop of its own
# base: solved
# score: 10
# flags: cell-died
# error: DeadKernel
import ctypes
import signal

signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))
ctypes.CDLL(None).sleep(1_000_000)
