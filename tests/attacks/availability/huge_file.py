# title: One huge file
# base: solved
# score: 10
# error: OSError
# stock: unsafe
with open("huge", "wb") as file:
    while True:
        file.write(b"x" * (8 << 20))
