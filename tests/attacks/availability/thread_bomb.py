# title: Threads without end
# base: solved
# place: last
# score: 10
# error: RuntimeError
# stock: unsafe
import threading
import time

while True:
    threading.Thread(target=time.sleep, args=(1000,), daemon=False).start()
