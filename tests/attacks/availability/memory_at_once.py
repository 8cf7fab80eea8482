# title: One huge allocation
# base: solved
# score: 10
# error: MemoryError
# stock: unsafe
bytearray(100 << 30)
