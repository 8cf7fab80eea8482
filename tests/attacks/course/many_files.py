# title: A hundred thousand files are left in the temporary folder
# base: solved
# score: 10
# stock: unsafe
import os

os.makedirs("/box/many")
for number in range(100_000):
    os.close(os.open(f"/box/many/{number}", os.O_CREAT | os.O_WRONLY))
