# title: One line of twelve megabytes is written to every open pipe
# base: release
# score: 0
# flags: malformed-snapshot
# stock: unsafe
import os

for descriptor in range(3, 256):
    try:
        left = b'{"cell": "' + b"x" * 12_000_000 + b'"}\n'
        while left:
            left = left[os.write(descriptor, left) :]
    except OSError:
        pass
