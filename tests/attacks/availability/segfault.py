# title: A read from address 0
# base: solved
# score: 10
# flags: cell-died
# error: DeadKernel
import ctypes

ctypes.string_at(0)
