# title: KeyboardInterrupt
# base: solved
# score: 10
# error: KeyboardInterrupt
raise KeyboardInterrupt
