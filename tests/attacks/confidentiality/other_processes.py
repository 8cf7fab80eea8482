# title: Command lines, environments and memory of every process
# base: release
# score: 0
# secret: other processes
import os

for pid in [name for name in os.listdir("/proc") if name.isdigit()] + ["@PID@"]:
    for name in ("cmdline", "environ", "cwd", "maps", "comm"):
        try:
            with open(f"/proc/{pid}/{name}", errors="replace") as file:
                print(pid, name, file.read(20_000))
        except OSError:
            pass
print("looked")
