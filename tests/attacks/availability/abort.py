# title: os.abort
# base: solved
# score: 10
# flags: cell-died
# error: DeadKernel
import os

os.abort()
