# title: Five thousand outputs of one cell
# base: solved
# score: 10
# seconds: 40
# stock: unsafe
from IPython.display import display

for number in range(5_000):
    display(number)
