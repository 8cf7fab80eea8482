"""Ways to arrange the same functional model: helpers, own classes, leftovers.

Each is a whole solution cell; `spec.parts` says what the `$names` stand for.
"""

HELPER_LAYOUTS: dict[str, str] = {
    "module-helper": """
$imports

def noi(x, *layers):
    for layer in layers:
        x = layer(x)
    return x

class $Class(LeNetCNN):
    def build(self, input_dim):
        input = $input
        x = noi(
            input,
            $features
        )
        x = noi(
            x,
            $head
        )
        self.model = Model(input, x)
""",
    "model-helper": """
$imports

def tao_mo_hinh(input_dim):
    input = $input
    $chain
    return Model(input, output)

class $Class(LeNetCNN):
    def build(self, input_dim):
        self.model = tao_mo_hinh(input_dim)
""",
    "methods": """
$imports

class $Class(LeNetCNN):
    def _features(self, x):
        $feature_chain
        return x

    @classmethod
    def _classifier(cls, x):
        $head_chain
        return x

    def build(self, input_dim):
        input = $input
        self.model = Model(input, self._classifier(self._features(input)))
""",
    "inner-functions": """
$begin
        def dac_trung(x):
            $feature_chain
            return x

        def phan_loai(x):
            $head_chain
            return x

        input = $input
        self.model = Model(input, phan_loai(dac_trung(input)))
""",
    "mixin": """
$imports

class Khung:
    layers: list

    def build(self, input_dim):
        input = x = Input(input_dim)
        for layer in self.make_layers():
            x = layer(x)
        self.model = Model(input, x)

class $Class(Khung, LeNetCNN):
    def make_layers(self):
        return [
            $layers
        ]
""",
    "own-init": """
$imports

class $Class(LeNetCNN):
    def __init__(self, name="$Class"):
        super().__init__()
        self.name = name
        self.history = []

    def build(self, input_dim):
        self.input_dim = tuple(input_dim)
        self.input = $input
        input = self.input
        $chain
        self.output = output
        self.model = Model(self.input, self.output, name=self.name)
""",
    "branches-and-errors": """
$begin
        match tuple(input_dim):
            case (height, width, channels):
                input = Input(shape=(height, width, channels))
            case _:
                raise ValueError(f"cần ba chiều, nhận được {input_dim}")
        try:
            $chain
        finally:
            print("đã qua phần nối lớp")
        self.model = Model(input, output)
""",
    "unused-layers": """
$begin
        thu = keras.layers.Dropout(0.5)  # định dùng, rồi thôi
        self.nhap = Dense(64, activation="tanh")
        input = $input
        $chain
        self.model = Model(input, output)
""",
    "unused-branch": """
$begin
        input = $input
        thu = Dense(5)(Flatten()(input))  # nhánh này không đi vào mô hình
        $chain
        bo_di = keras.layers.Dropout(0.5)(output)
        self.model = Model(input, output)
""",
    "built-twice": """
$begin
        super().build(input_dim)
        print("LeNet gốc có", self.model.count_params(), "tham số")
        input = $input
        $chain
        self.model = Model(input, output)
""",
    "name-scope": """
$begin
        with keras.name_scope("bien_the"), tf.device("/CPU:0"):
            input = $input
            $chain
            self.model = Model(input, output)
""",
}
