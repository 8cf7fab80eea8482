# title: Junk is written to every open pipe
# base: release
# score: 0
# flags: malformed-snapshot
# stock: unsafe
import os

junk = [
    b"{}",
    b"[1]",
    b'"x"',
    b"null",
    b"\xff\xfe\x00",
    b"data 99999999",
    b"end done",
    b"ready",
    b"9" * 5000,
]
for descriptor in range(3, 256):
    try:
        os.write(descriptor, b"\n".join(junk) + b"\n")
    except OSError:
        pass
