# title: os._exit
# base: solved
# score: 10
# flags: cell-died
# error: DeadKernel
import os

os._exit(0)
