# title: The reference LeNet is handed in for every variant, before each check
# base: release
# place: replace:alpha-solution
# flags: matched-by-content
# score: 0
AlphaCNN = BetaCNN = GammaCNN = OmicronCNN = DeltaCNN = LeNetCNN
alpha = beta = gamma = omicron = delta = lenet
