# title: A long computation in a native library
# base: solved
# score: 10
# flags: cell-died
# error: DeadKernel
import numpy as np

big = np.ones((9000, 9000))
while True:
    try:
        big @ big
    except BaseException:
        pass
