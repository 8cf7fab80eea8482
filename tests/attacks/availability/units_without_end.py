# title: Layers that say that they have a million million units
# base: solved
# place: before:alpha-visible
# flags: passed-before
# score: 8.5
for layer in alpha.model.layers[1:]:
    layer.units = layer.filters = 2**40
