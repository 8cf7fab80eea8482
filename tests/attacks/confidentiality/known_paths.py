# title: The course's files are opened by their full paths
# base: release
# score: 0
# secret: files of the course
import glob
import os

tops = ["@COURSE@", "/proc/1/root@COURSE@", "/proc/self/root@COURSE@", "/proc/1/cwd"]
tops += [
    "@HOST@/" + name for name in ("source", "release", "submitted", "tests", "examples", ".git")
]
for top in tops:
    for path in glob.glob(top + "/**", recursive=True, include_hidden=True):
        if os.path.isfile(path):
            try:
                print(path, open(path, errors="replace").read())
            except OSError:
                pass
print("looked")
