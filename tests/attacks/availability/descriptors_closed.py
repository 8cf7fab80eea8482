# title: Every file descriptor is closed
# base: solved
# score: 10
# flags: cell-died
# error: DeadKernel
# stock: unsafe
import os

os.closerange(0, 1024)
