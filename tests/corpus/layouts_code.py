"""Ways to write the same chain of layers: names, loops, tables.

Each is a whole solution cell; `spec.parts` says what the `$names` stand for.
"""

CODE_LAYOUTS: dict[str, str] = {
    "stub-kept": """
class $Class(LeNetCNN):
    def build(self, input_dim):
        input = None
        output = None
        # YOUR CODE HERE
        $imports
        input = $input
        $chain
        self.model = Model(input, output)
""",
    "commented": '''
$imports

# Bài làm của nhóm 7
class $Class(LeNetCNN):
    """Biến thể của LeNet."""

    def build(self, input_dim):
        """Dựng mô hình vào self.model."""
        print("Dựng mô hình với đầu vào", input_dim)
        input = $input  # ảnh xám
        $chain
        # gói tất cả lại
        self.model = Model(input, output)
        print("Xong!")
''',
    "vietnamese-names": """
$imports

class $Class(LeNetCNN):
    def build(self, kích_thước):
        lớp_vào = Input(shape=kích_thước)
        kết_quả = lớp_vào
        các_lớp = [
            $layers
        ]
        for lớp in các_lớp:
            kết_quả = lớp(kết_quả)
        self.model = Model(lớp_vào, kết_quả)
""",
    "typed": """
$imports

class $Class(LeNetCNN):
    model: keras.Model | None

    def build(self, input_dim: tuple[int, int, int] = (28, 28, 1), **unused: object) -> None:
        input: keras.KerasTensor = $input
        $chain
        self.model: keras.Model = Model(input, output)
""",
    "numbered": """
$begin
        input = $input
        $numbered
        self.model = Model(input, $last_number)
""",
    "nested-calls": """
$begin
        input = $input
        $nested
        self.model = Model(input, output)
""",
    "loop": """
$begin
        input = output = $input
        for layer in [
            $layers
        ]:
            output = layer(output)
        self.model = Model(input, output)
""",
    "while-pop": """
$begin
        queue = [
            $layers
        ]
        input = x = $input
        while queue:
            x = queue.pop(0)(x)
        self.model = Model(input, x)
""",
    "reduce": """
import functools
$begin
        layers = [
            $layers
        ]
        input = $input
        output = functools.reduce(lambda x, layer: layer(x), layers, input)
        self.model = Model(input, output)
""",
    "star-unpacking": """
$begin
        input, *hidden, last = [
            $input,
            $layers
        ]
        x = input
        for layer in hidden:
            x = layer(x)
        self.model = Model(*(input, last(x)))
""",
    "walrus": """
$begin
        x = (input := $input)
        steps = [x := layer(x) for layer in [
            $layers
        ]]
        assert steps[-1] is x
        self.model = Model(input, x)
""",
    "specs": """
SPECS = [
    $specs
]

class $Class(LeNetCNN):
    def build(self, input_dim):
        input = x = $input
        for kind, options in SPECS:
            x = getattr(keras.layers, kind)(**options)(x)
        self.model = Model(input, x)
""",
    "specs-deserialized": """
class $Class(LeNetCNN):
    specs = [
        $specs
    ]

    def build(self, input_dim):
        input = x = $input
        for kind, options in self.specs:
            config = {"module": "keras.layers", "class_name": kind, "config": options}
            x = keras.layers.deserialize(config)(x)
        self.model = Model(input, x)
""",
    "dict-of-layers": """
$begin
        input = x = $input
        self.layers = {
            $named
        }
        for layer in self.layers.values():
            x = layer(x)
        self.model = Model(input, x)
""",
    "generator": """
$imports

class $Class(LeNetCNN):
    @staticmethod
    def make_layers():
        $yields

    def build(self, input_dim):
        input = x = $input
        for layer in self.make_layers():
            x = layer(x)
        self.model = Model(input, x)
""",
}
