"""Ways to put the same layers together: Sequential, nested models, copies of models.

Each is a whole solution cell; `spec.parts` says what the `$names` stand for.
"""

MODEL_LAYOUTS: dict[str, str] = {
    "sequential": """
$begin
        self.model = keras.Sequential([
            $input,
            $layers
        ])
""",
    "sequential-tf-named": """
$begin
        self.model = tf.keras.models.Sequential(
            [
                $input,
                $layers
            ],
            name="mang_no_ron",
        )
""",
    "sequential-add": """
from keras.models import Sequential
$begin
        model = Sequential()
        model.add($input)
        $adds
        self.model = model
""",
    "sequential-input-layer": """
$begin
        model = keras.Sequential([keras.layers.InputLayer(shape=input_dim)])
        $adds
        self.model = model
""",
    "sequential-built-by-shape": """
$begin
        self.model = keras.Sequential([
            $layers
        ])
        self.model.build((None, *input_dim))
""",
    "sequential-input-shape": """
$begin
        # cách viết cũ, vẫn gặp trong nhiều bài hướng dẫn
        self.model = keras.Sequential([
            $first_with_shape
            $others
        ])
""",
    "sequential-pop": """
$begin
        model = keras.Sequential([$input])
        $adds
        model.add(keras.layers.Dropout(0.5))
        model.pop()  # đề bài không cho thêm lớp
        self.model = model
""",
    "sequential-in-model": """
$begin
        mang = keras.Sequential([
            $layers
        ])
        input = $input
        output = mang(input)
        self.model = Model(input, output)
""",
    "sequential-with-input-in-model": """
$begin
        mang = keras.Sequential([
            $input,
            $layers
        ])
        input = $input
        self.model = Model(input, mang(input))
""",
    "model-of-sequential": """
$begin
        mang = keras.Sequential([
            $input,
            $layers
        ])
        self.model = Model(mang.inputs, mang.outputs)
""",
    "two-sequentials": """
$begin
        dac_trung = keras.Sequential([
            $features
        ], name="dac_trung")
        phan_loai = keras.Sequential([
            $head
        ], name="phan_loai")
        input = $input
        self.model = Model(input, phan_loai(dac_trung(input)))
""",
    "sequential-of-models": """
$begin
        x = input = $input
        $feature_chain
        dac_trung = Model(input, x)
        phan_loai = keras.Sequential([
            $head
        ])
        self.model = keras.Sequential([Input(shape=input_dim), dac_trung, phan_loai])
""",
    "nested-functional": """
$begin
        x = anh = $input
        $feature_chain
        dac_trung = Model(anh, x, name="dac_trung")

        x = vec_to = Input(shape=dac_trung.output.shape[1:])
        $head_chain
        phan_loai = Model(vec_to, x, name="phan_loai")

        input = $input
        self.model = Model(input, phan_loai(dac_trung(input)))
""",
    "nested-twice": """
$begin
        trong = keras.Sequential([
            $features
        ])
        input = $input
        giua = Model(input, trong(input))
        self.model = keras.Sequential([
            Input(shape=input_dim),
            giua,
            $head
        ])
""",
    "model-of-intermediate": """
$begin
        x = input = $input
        $feature_chain
        base = Model(input, x)

        x = base.output
        $head_chain
        self.model = Model(inputs=base.input, outputs=x)
""",
    "model-keywords": """
$begin
        input = $input
        $chain
        self.model = keras.Model(inputs=input, outputs=output, name="$Class")
""",
    "tf-keras-model": """
$begin
        input = $input
        $chain
        self.model = tf.keras.Model(inputs=input, outputs=output)
""",
    "functional-subclass": """
$begin
        class Net(keras.Model):
            def __init__(self, dim):
                input = Input(shape=dim)
                $chain
                super().__init__(input, output)

        self.model = Net(input_dim)
""",
    "clone": """
$begin
        input = $input
        $chain
        self.model = keras.models.clone_model(Model(input, output))
""",
    "clone-of-sequential": """
$begin
        mau = keras.Sequential([
            $input,
            $layers
        ])
        self.model = keras.models.clone_model(mau)
""",
    "model-from-config": """
$begin
        input = $input
        $chain
        model = Model(input, output)
        self.model = Model.from_config(model.get_config())
""",
    "model-from-json": """
$begin
        input = $input
        $chain
        self.model = keras.models.model_from_json(Model(input, output).to_json())
""",
    "compiled-and-shown": """
$begin
        keras.backend.clear_session()
        keras.utils.set_random_seed(1)
        input = $input
        $chain
        self.model = Model(input, output)
        self.model.compile(optimizer="adam", loss="categorical_crossentropy", metrics=["accuracy"])
        self.model.summary()
        print("số tham số:", self.model.count_params())
""",
    "set-and-returned": """
$begin
        input = $input
        $chain
        model = Model(input, output)
        setattr(self, "model", model)
        return model
""",
    "thawed-again": """
$begin
        input = $input
        $chain
        self.model = Model(input, output)
        self.model.trainable = False  # thử đóng băng
        self.model.trainable = True  # rồi mở lại
""",
}
