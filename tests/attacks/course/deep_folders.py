# title: Folders nested thousands deep are left in the temporary folder
# base: solved
# score: 10
# stock: unsafe
import os

here = os.getcwd()
os.chdir("/box")
for _ in range(5000):
    os.mkdir("d")
    os.chdir("d")
os.chdir(here)
