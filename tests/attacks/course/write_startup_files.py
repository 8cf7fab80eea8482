# title: Start-up files of Python, IPython, Jupyter and the shell are planted
# base: release
# score: 0
# stock: unsafe
import os

homes = {"@HOME@", os.path.expanduser("~"), "/root", "/home"}
names = (
    ".ipython/profile_default/startup/00-attacked.py", ".jupyter/attacked.py", ".config/attacked",
    ".config/matplotlib/attacked", ".keras/attacked", ".profile-attacked", ".cache/attacked",
    ".local/lib/python3.12/site-packages/attacked.pth",
)  # fmt: skip
for path in [os.path.join(home, name) for home in homes for name in names]:
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w") as file:
            file.write("import builtins; builtins.attacked = True")
    except OSError:
        pass
