# title: A solution cell ends in a number
# base: release
# place: replace:alpha-solution
# score: 0
AlphaCNN = LeNetCNN
1.0
