# title: A solution cell that ends the process
# base: solved
# place: replace:alpha-solution
# score: 8.5
# flags: cell-died passed-before
# error: DeadKernel
import os

os._exit(3)
