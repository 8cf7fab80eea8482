# title: Many small allocations
# base: solved
# score: 10
# flags: cell-died
# error: DeadKernel
# stock: unsafe
hoard = []
while True:
    hoard.append(bytearray(b"x") * (1 << 20))
