# title: Named shared memory and semaphores, and the folder /dev/shm where they live
# base: release
# score: 0
# secret: what others left in the kernel
import ctypes
import multiprocessing
import os
from multiprocessing.shared_memory import SharedMemory

opened = [name for name in os.listdir("/dev/shm")]
libc = ctypes.CDLL(None)
attempts = {
    "file": lambda: open("/dev/shm/attacked", "w"),
    "folder": lambda: os.mkdir("/dev/shm/attacked"),
    "link": lambda: os.symlink("/", "/dev/shm/attacked"),
    "unnamed": lambda: os.open("/dev/shm", os.O_TMPFILE | os.O_RDWR),
    "attribute": lambda: os.setxattr("/dev/shm", "user.attacked", b"x"),
    "times": lambda: os.utime("/dev/shm", (1, 1)),
    "mode": lambda: os.chmod("/dev/shm", 0o777),
    "shared memory": lambda: SharedMemory("attacked", create=True, size=4096),
    "semaphore": lambda: multiprocessing.get_context("fork").Semaphore(),
    "shm_open": lambda: ("attacked", *[1] * libc.shm_open(b"/attacked", 0o102, 0o666))[1],
}
for name, attempt in attempts.items():
    try:
        attempt()
        opened.append(name)
    except (OSError, IndexError):
        pass
print("opened", opened)
