# title: io_uring, by which files are opened past a filter of system calls
# base: release
# score: 0
# secret: files of the machine
import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)
opened = []
parameters = ctypes.create_string_buffer(120)
for entries, flags in ((1, 0), (8, 1 << 6), (8, 1 << 1)):  # as it is, disabled at first, polled
    parameters[8:12] = flags.to_bytes(4, "little")
    descriptor = libc.syscall(425, entries, parameters)
    if descriptor >= 0:
        opened.append(f"io_uring_setup {flags}")
for number, name in ((426, "io_uring_enter"), (427, "io_uring_register")):
    # Without a ring; a filter that lets the call through leaves it to fail by itself (EBADF).
    if libc.syscall(number, -1, 0, 0, 0, 0, 0) >= 0:
        opened.append(name)
print("opened", opened)
