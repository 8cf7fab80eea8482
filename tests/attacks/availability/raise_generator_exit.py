# title: GeneratorExit
# base: solved
# score: 10
# error: GeneratorExit
raise GeneratorExit
