"""Ways to arrange class, cell and leftovers as they are met in public notebooks.

Each is a whole solution cell; `spec.parts` says what the `$names` stand for.
"""

HABIT_LAYOUTS: dict[str, str] = {
    "recursion": """
$begin
        def noi(x, layers):
            return x if not layers else noi(layers[0](x), layers[1:])

        input = $input
        self.model = Model(input, noi(input, [
            $layers
        ]))
""",
    "build-that-was-assigned": """
$imports

class $Class(LeNetCNN):
    pass

def dung(self, input_dim):
    input = $input
    $chain
    self.model = Model(input, output)

$Class.build = dung
""",
    "class-made-by-type": """
$imports

def build(self, input_dim):
    input = $input
    $chain
    self.model = Model(input, output)

$Class = type("$Class", (LeNetCNN,), {"build": build, "__doc__": "Biến thể"})
""",
    "class-under-another-name": """
$imports

class BienThe(LeNetCNN):
    def build(self, input_dim):
        input = $input
        $chain
        self.model = Model(input, output)

$Class = BienThe
""",
    "built-in-init-already": """
$imports

class $Class(LeNetCNN):
    def __init__(self, input_dim=(28, 28, 1)):
        super().__init__()
        self.build(input_dim)

    def build(self, input_dim=(28, 28, 1)):
        input = $input
        $chain
        self.model = Model(input, output)
""",
    "other-parameter-names": """
$imports

class $Class(LeNetCNN):
    def build(self, *kich_thuoc, so_lop=10):
        (input_dim,) = kich_thuoc
        input = $input
        $chain
        self.model = Model(input, output)
        return self
""",
    "property-and-cache": """
import functools
$imports

class $Class(LeNetCNN):
    @functools.cached_property
    def tang(self):
        return [
            $layers
        ]

    def build(self, input_dim):
        input = x = $input
        for layer in self.tang:
            x = layer(x)
        self.model = Model(input, x)
""",
    "old-attempts-left": """
$imports

# Lần 1 (sai, để lại cho nhớ):
# x = Dense(64, activation="tanh")(x)
class $Class(LeNetCNN):
    def build_thu(self, input_dim):
        input = Input(shape=input_dim)
        self.model = Model(input, Dense(3)(Flatten()(input)))

    def build(self, input_dim):
        self.build_thu(input_dim)
        input = $input
        $chain
        self.model = Model(input, output)
""",
    "tried-out-on-zeros": """
$begin
        tf.keras.backend.clear_session()
        tf.random.set_seed(42)
        np.random.seed(42)
        input = $input
        $chain
        self.model = Model(input, output)
        thu = self.model(np.zeros((2, *input_dim), dtype="float32"), training=False)
        assert thu.shape == (2, 10)
        print(self.model.output_shape, len(self.model.layers))
""",
    "weights-copied": """
$begin
        input = $input
        $chain
        mau = Model(input, output)
        self.model = keras.models.clone_model(mau)
        self.model.set_weights(mau.get_weights())
""",
    "thawed-layer-by-layer": """
$begin
        input = $input
        $chain
        self.model = Model(input, output)
        for layer in self.model.layers:
            layer.trainable = False
        for layer in self.model.layers:
            layer.trainable = True
""",
    "table-in-text": '''
import ast

BANG = """
$rows
"""

class $Class(LeNetCNN):
    def build(self, input_dim):
        input = x = $input
        for dong in BANG.strip().splitlines():
            ten, tham_so = dong.split("|")
            x = getattr(tf.keras.layers, ten.strip())(**ast.literal_eval(tham_so.strip()))(x)
        self.model = Model(input, x)
''',
}
