"""Ways to write the model as they are met in public notebooks: mostly Sequential.

Each is a whole solution cell; `spec.parts` says what the `$names` stand for.
"""

PEOPLE_LAYOUTS: dict[str, str] = {
    "models-sequential": """
from tensorflow.keras import layers, models
$begin
        self.model = models.Sequential([
            layers.InputLayer(shape=input_dim),
            $layers
        ])
""",
    "input-layer-with-input-shape": """
from keras.layers import InputLayer
$begin
        self.model = keras.Sequential()
        self.model.add(InputLayer(input_shape=(28, 28, 1)))
        for layer in [
            $layers
        ]:
            self.model.add(layer)
""",
    "add-with-input-shape": """
from tensorflow.keras.models import Sequential
$begin
        model = Sequential()
        model.add($first_with_shape_alone)
        for layer in (
            $others
        ):
            model.add(layer)
        model.summary()
        self.model = model
""",
    "add-to-self-model": """
$begin
        self.model = tf.keras.Sequential(name="LeNet_moi")
        self.model.add(tf.keras.Input(shape=input_dim))
        add = self.model.add
        layers = [
            $layers
        ]
        while layers:
            add(layers.pop(0))
""",
    "sequential-of-generator": """
$begin
        def cac_lop():
            yield $input
            $yields

        self.model = keras.Sequential(list(cac_lop()))
""",
    "sequential-of-dict": """
$begin
        tang = {
            $named
        }
        self.model = keras.Sequential([Input(input_dim), *tang.values()])
""",
    "sequential-joined-lists": """
$begin
        dac_trung = [
            $features
        ]
        phan_loai = [
            $head
        ]
        self.model = keras.Sequential([$input] + dac_trung + phan_loai)
""",
    "sequential-in-sequential": """
$begin
        self.model = keras.Sequential([
            $input,
            keras.Sequential([
                $features
            ], name="trich_dac_trung"),
            keras.Sequential([
                $head
            ], name="phan_loai"),
        ])
""",
    "sequential-of-features-added": """
$begin
        features = keras.Sequential(name="features")
        features.add($input)
        for layer in [
            $features
        ]:
            features.add(layer)
        self.model = keras.Sequential([features])
        for layer in [
            $head
        ]:
            self.model.add(layer)
""",
    "sequential-built-and-compiled": """
$begin
        self.model = keras.Sequential([
            $layers
        ])
        self.model.build(input_shape=(None, 28, 28, 1))
        self.model.compile("adam", "categorical_crossentropy", metrics=["accuracy"])
        print(self.model.count_params())
""",
    "sequential-subclass": """
$begin
        class Net(keras.Sequential):
            def __init__(self, dim):
                super().__init__([
                    Input(shape=dim),
                    $layers
                ], name="mang_con")

        self.model = Net(input_dim)
""",
    "functional-subclass-with-methods": """
$imports

class LeNetModel(keras.Model):
    so_lop = 10

    def __init__(self, input_dim, **kwargs):
        input = $input
        $chain
        super().__init__(inputs=input, outputs=output, **kwargs)
        self.ghi_chu = "mô hình của nhóm 3"

    def mo_ta(self):
        return f"{self.name}: {self.count_params()} tham số"

class $Class(LeNetCNN):
    def build(self, input_dim):
        self.model = LeNetModel(input_dim, name="le_net_model")
        print(self.model.mo_ta())
""",
    "functional-subclass-that-trains-its-way": """
$begin
        class Net(Model):
            def train_step(self, data):
                return super().train_step(data)

            def summary(self, *args, **kwargs):
                print("Tóm tắt mô hình")
                super().summary(*args, **kwargs)

        input = $input
        $chain
        self.model = Net(input, output)
""",
    "layers-as-attributes": """
$begin
        layers = [
            $layers
        ]
        for number, layer in enumerate(layers, 1):
            setattr(self, f"tang_{number}", layer)
        x = self.dau_vao = $input
        for number in range(1, len(layers) + 1):
            x = getattr(self, f"tang_{number}")(x)
        self.model = Model(self.dau_vao, x)
""",
    "input-layer-object": """
$begin
        vao = keras.layers.InputLayer(shape=input_dim, name="vao")
        x = vao.output
        for layer in [
            $layers
        ]:
            x = layer(x)
        self.model = Model(vao.output, x)
""",
    "lists-of-one": """
$begin
        input = $input
        $chain
        self.model = keras.models.Model(inputs=[input], outputs=[output])
""",
    "model-of-first-and-last": """
$begin
        input = $input
        $chain
        tam = Model(input, output)
        self.model = Model(tam.layers[0].output, tam.layers[-1].output)
""",
    "model-of-input-and-output": """
$begin
        seq = keras.Sequential([
            $input,
            $layers
        ])
        self.model = Model(inputs=seq.inputs[0], outputs=seq.outputs[0])
""",
    "sequential-without-input-called": """
$begin
        mang = keras.Sequential([
            $layers
        ])
        input = keras.Input(shape=input_dim)
        self.model = keras.Model(inputs=input, outputs=mang(input), name="boc_ngoai")
""",
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
