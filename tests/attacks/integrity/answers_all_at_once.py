# title: All options ticked at once, in lists and as text
# base: release
# place: replace:delta-facts
# flags: work-elsewhere
# score: 0
your_choices = [0, 1, 2, 3, 4, 5]
your_choice = [0, 1, 2, 3]
