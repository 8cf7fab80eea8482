# title: Non-daemon threads and exit handlers that never end
# base: solved
# score: 10
import atexit
import threading
import time

atexit.register(time.sleep, 100_000)
for _ in range(5):
    threading.Thread(target=time.sleep, args=(100_000,)).start()
