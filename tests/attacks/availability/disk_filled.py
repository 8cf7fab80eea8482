# title: The disk is filled
# base: solved
# score: 10
# error: OSError
# stock: unsafe
number = 0
while True:
    with open(f"/box/fill-{number}", "wb") as file:
        file.write(b"x" * (32 << 20))
    number += 1
