# title: Endless recursion without Python's limit
# base: solved
# score: 10
# flags: cell-died
# error: DeadKernel
import sys

sys.setrecursionlimit(10**9)


class Down:
    def __repr__(self):
        return repr(self)


repr(Down())
