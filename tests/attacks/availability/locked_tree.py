# title: Folders without any permission are left behind
# base: solved
# score: 10
import os

path = "/box/locked-" + str(os.getpid())
os.makedirs(path + "/a/b/c")
for name in ("/a/b/c", "/a/b", "/a", ""):
    open(path + name + "/file", "w").close()
    os.chmod(path + name, 0)
