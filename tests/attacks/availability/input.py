# title: input()
# base: solved
# score: 10
# error: EOFError
input("name? ")
