# title: New namespaces and mounts to look behind the sandbox
# base: release
# score: 0
# stock: unsafe
# secret: the host's files
import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)
flags = {
    "user": 0x10000000,
    "mount": 0x20000,
    "net": 0x40000000,
    "pid": 0x20000000,
    "ipc": 0x8000000,
}
done = [name for name, flag in flags.items() if libc.unshare(flag) == 0]
for name in ("mnt", "net", "pid", "user"):
    try:
        descriptor = os.open(f"/proc/1/ns/{name}", os.O_RDONLY)
        done += [name] if libc.setns(descriptor, 0) == 0 else []
    except OSError:
        pass
done += ["mount"] if libc.mount(b"none", b"/tmp", b"tmpfs", 0, None) == 0 else []
done += ["remount"] if libc.mount(b"none", b"/", None, 32, None) == 0 else []
done += ["umount"] if libc.umount2(b"/usr", 2) == 0 else []
done += ["pivot"] if libc.syscall(155, b"/tmp", b"/tmp") == 0 else []
done += ["chroot"] if libc.chroot(b"/tmp") == 0 else []
child = libc.syscall(56, 0x10000000 | 17, 0, 0, 0, 0)  # clone with a user namespace
if child == 0:
    os._exit(0)
done += ["clone"] if child > 0 else []
clone = (ctypes.c_uint64 * 11)(0x10000000, 0, 0, 0, 17)
child = libc.syscall(435, clone, ctypes.sizeof(clone))
if child == 0:
    os._exit(0)
done += ["clone3"] if child > 0 else []
print("opened", done)
