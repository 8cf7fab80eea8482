# title: JSON nested a hundred thousand deep is written to every open pipe
# base: release
# score: 0
# flags: malformed-snapshot
# stock: unsafe
import os

for descriptor in range(3, 256):
    try:
        for text in (b"[" * 100_000, b'{"a":' * 100_000 + b"1" + b"}" * 100_000):
            os.write(descriptor, text + b"\n")
    except OSError:
        pass
