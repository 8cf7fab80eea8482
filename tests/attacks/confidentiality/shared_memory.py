# title: SysV shared memory, message queues, semaphores, POSIX queues and keyrings
# base: release
# score: 0
# secret: what others left in the kernel
import ctypes

libc = ctypes.CDLL(None, use_errno=True)
opened = {
    "shmget": libc.shmget(0x1E7, 4096, 0o1666),
    "msgget": libc.msgget(0x1E7, 0o1666),
    "semget": libc.semget(0x1E7, 1, 0o1666),
    "mq_open": libc.mq_open(b"/lenet", 0o102, 0o666, None),
    "add_key": libc.syscall(248, b"user", b"lenet", b"x", 1, -4),
    "request_key": libc.syscall(249, b"user", b"lenet", None, -4),
    "keyctl": libc.syscall(250, 0, -4, 1),
}
print("opened", [name for name, value in opened.items() if value != -1])
for name in ("/proc/keys", "/proc/key-users", "/proc/sysvipc/shm", "/proc/sysvipc/msg"):
    try:
        print(len(open(name).readlines()))
    except OSError:
        pass
