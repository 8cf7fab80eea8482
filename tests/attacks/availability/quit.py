# title: quit()
# base: solved
# score: 10
quit()
exit()
