# title: An endless loop that ignores every signal
# base: solved
# score: 10
# flags: cell-died
# error: DeadKernel
import signal

for number in range(1, 65):
    try:
        signal.signal(number, signal.SIG_IGN)
    except (OSError, ValueError):
        pass
while True:
    pass
