# title: Shared memory that is filled, then taken out of the process's count
# base: solved
# score: 10
# error: PermissionError
# stock: unsafe
import mmap
import time

held = []
for _ in range(30):
    part = mmap.mmap(-1, 60 << 20)
    part.write(b"x" * (60 << 20))
    part.madvise(mmap.MADV_DONTNEED)
    held.append(part)
time.sleep(1000)
