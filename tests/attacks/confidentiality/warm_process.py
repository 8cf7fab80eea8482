# title: Memory, environment, files and descriptors of the process that started this one
# base: release
# score: 0
# secret: the grader's process
import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)
for pid in (1, os.getppid()):
    for name in (
        "environ",
        "mem",
        "maps",
        "auxv",
        "fd/0",
        "fd/5",
        "root/etc/passwd",
        "cwd",
        "stack",
    ):
        try:
            with open(f"/proc/{pid}/{name}", "rb") as file:
                print(name, file.read(100_000))
        except OSError:
            pass
    try:
        print(os.listdir(f"/proc/{pid}/fd"))
    except OSError:
        pass
    buffer = ctypes.create_string_buffer(4096)
    assert libc.ptrace(16, pid, 0, 0) == -1  # PTRACE_ATTACH
    assert libc.syscall(310, pid, buffer, 1, buffer, 1, 0) == -1  # process_vm_readv
    pidfd = libc.syscall(434, pid, 0)
    for number in range(20):
        assert libc.syscall(438, pidfd, number, 0) == -1, number  # pidfd_getfd
print("looked")
