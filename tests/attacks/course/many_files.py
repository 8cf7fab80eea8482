# title: A hundred thousand files are left in the temporary folder
# base: solved
# score: 10
# stock: unsafe
# error: CellTimeout
import os

os.makedirs("/tmp/many")
number = 0
while True:
    os.close(os.open(f"/tmp/many/{number}", os.O_CREAT | os.O_WRONLY))
    number += 1
