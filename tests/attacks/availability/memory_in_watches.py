# title: Memory held in the queues of watched folders, each of which notes every new file's name
# base: solved
# score: 10
# error: PermissionError
# stock: unsafe
import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)
os.mkdir("/box/watched")
for _ in range(128):
    watch = libc.inotify_init1(0)
    if watch < 0:
        error = ctypes.get_errno()
        raise OSError(error, os.strerror(error))
    libc.inotify_add_watch(watch, b"/box/watched", 0x300)  # IN_CREATE, IN_DELETE
for number in range(8_000):
    path = f"/box/watched/{number:0>240}"
    os.close(os.open(path, os.O_CREAT | os.O_WRONLY))
    os.unlink(path)
