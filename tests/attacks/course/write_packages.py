# title: Files are written into site-packages, the engine, the standard library and the system
# base: release
# score: 0
# stock: unsafe
import os
import subprocess
import sys

import keras
import lenetlab

places = [
    "@SITE@",
    os.path.dirname(keras.__file__),
    os.path.dirname(lenetlab.__file__),
    os.path.dirname(os.__file__),
]
places += [
    "/usr/lib",
    "/usr/local/bin",
    "/etc",
    "/dev/shm",
    "/dev",
    "/proc/sys/kernel",
    "/var/tmp",
    "/",
    "/work",
]
places += [sys.prefix, sys.base_prefix, os.path.dirname(sys.executable)]
written = []
for place in places:
    try:
        with open(os.path.join(place, "attacked.pth"), "w") as file:
            file.write("import os")
        written.append(place)
    except OSError:
        pass
for path in ("/proc/sys/kernel/core_pattern", "/proc/sys/kernel/hostname", "/proc/1/oom_score_adj"):
    try:
        with open(path, "w") as file:
            file.write("|/tmp/attacked")
        written.append(path)
    except OSError:
        pass
if subprocess.call(["mount", "-o", "remount,rw", "/"], stderr=subprocess.DEVNULL) == 0:
    written.append("remounted")
print("opened", written)
