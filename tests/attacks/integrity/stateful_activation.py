# title: An activation that answers differently each time it is asked
# base: solved
# place: before:alpha-visible
# flags: passed-before
# score: 8.5
class Moody:
    asked = 0

    def __call__(self, x):
        self.asked += 1
        return x * self.asked


for layer in alpha.model.layers:
    if hasattr(layer, "activation"):
        layer.activation = Moody()
