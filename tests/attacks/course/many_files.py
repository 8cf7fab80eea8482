# title: A hundred thousand files are left in the temporary folder
# base: solved
# score: 10
# stock: unsafe
# error: CellTimeout
import os

os.makedirs("/box/many")
number = 0
while True:
    os.close(os.open(f"/box/many/{number}", os.O_CREAT | os.O_WRONLY))
    number += 1
