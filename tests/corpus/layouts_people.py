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
}
