# title: sys.exit
# base: solved
# score: 10
# error: SystemExit
import sys

sys.exit(1)
