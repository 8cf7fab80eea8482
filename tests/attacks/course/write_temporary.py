# title: Files are left in the temporary folders and in the home
# base: release
# score: 0
# stock: unsafe
import os
import tempfile

for folder in (
    "/tmp",
    "/var/tmp",
    "/dev/shm",
    "@HOME@",
    os.getcwd(),
    tempfile.gettempdir(),
    "/run",
):
    for name in ("attacked", "attacked.py"):
        try:
            with open(os.path.join(folder, name), "w") as file:
                file.write("attacked")
        except OSError:
            pass
