# title: Memory held in the buffers of socket pairs
# base: solved
# score: 10
# error: PermissionError
# stock: unsafe
import socket
import time

pairs = []
for _ in range(100):
    pairs.append(socket.socketpair())
    for end in pairs[-1]:
        end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 30)
        end.setblocking(False)
        try:
            while True:
                end.send(b"x" * 65_536)
        except BlockingIOError:
            pass
time.sleep(1)
