# title: Text that is no Unicode, in outputs, results, errors and names
# base: solved
# score: 10
# error: Bad
import sys

print("\ud800\udfff \x00\x1b[31m\x07\x08")
sys.stderr.write("\udcff" * 1000)
Bad = type("Bad", (Exception,), {})
raise Bad("\ud800" * 10_000)
