# title: A model attribute that never answers
# base: solved
# place: before:alpha-visible
# score: 8.5
# flags: cell-died cell-died passed-before
import time


class Slow:
    @property
    def model(self):
        while True:
            try:
                time.sleep(1000)
            except BaseException:
                pass


alpha = Slow()
