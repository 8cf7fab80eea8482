# title: The process that forks the next submission is given limits that break it
# base: release
# score: 0
# stock: unsafe
import os
import resource

done = []
for pid in (1, os.getppid()):
    for kind in (
        resource.RLIMIT_FSIZE,
        resource.RLIMIT_CPU,
        resource.RLIMIT_AS,
        resource.RLIMIT_DATA,
    ):
        try:
            resource.prlimit(pid, kind, (1, 1))
            done.append(kind)
        except OSError:
            pass
print("opened", done)
