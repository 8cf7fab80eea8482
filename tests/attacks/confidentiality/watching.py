# title: inotify and fanotify on folders that the machine shares: who opens what
# base: release
# score: 0
# secret: what the machine does meanwhile
import ctypes

libc = ctypes.CDLL(None, use_errno=True)
watch = libc.inotify_init1(0)
if watch != -1 and libc.inotify_add_watch(watch, b"/usr/bin", 0xFFF) != -1:
    print("opened", "inotify")
if libc.fanotify_init(0x200, 0) != -1:  # FAN_REPORT_FID, which needs no privileges
    print("opened", "fanotify")
print("looked")
