# title: An endless loop that catches every exception
# base: solved
# score: 10
# flags: cell-died
# error: DeadKernel
while True:
    try:
        while True:
            pass
    except BaseException:
        pass
