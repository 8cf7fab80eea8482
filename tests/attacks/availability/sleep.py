# title: Sleep
# base: solved
# score: 10
# error: CellTimeout
import time

time.sleep(100_000)
