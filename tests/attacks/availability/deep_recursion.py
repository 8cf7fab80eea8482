# title: Endless recursion
# base: solved
# score: 10
# error: RecursionError
def down(n):
    return down(n + 1)


try:
    down(0)
except RecursionError as error:
    raise error.with_traceback(None) from None
