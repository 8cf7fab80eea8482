# title: A model whose input has no shape at all
# base: solved
# place: before:alpha-visible
# flags: passed-before
# score: 8.5
import keras

nothing = keras.Input(batch_shape=())
alpha.model = keras.Model(nothing, nothing)
