"""Right solutions with names of layers and models as students give them: any text is a name."""

from collections.abc import Callable, Iterator

from .spec import ARCHITECTURES, Layer, fill, functional, parts, turns

ROLES = {
    "input": "Ảnh vào",
    "conv": "Lớp tích chập",
    "pool": "Lớp gộp",
    "flatten": "Trải phẳng",
    "dense": "kết nối đầy đủ",
    "output": "Đầu ra",
}
Namer = Callable[[int, Layer], str]
NAMES: dict[str, Namer] = {
    "vietnamese": lambda i, layer: f"{ROLES[layer.role]} {i}",
    "lop-c1": lambda i, layer: f"Lớp C{i}",
    "underscore": lambda i, layer: f"_f{i}",
    "numbers": lambda i, layer: str(i),
    "automatic-names-of-others": lambda i, layer: f"{'dense' if i < 4 else 'conv2d'}_{i}",
    "input-layer-names": lambda i, layer: f"input_layer_{i}" if i else "dense",
    "punctuation": lambda i, layer: f"{layer.role}: {i}. (lớp thứ {i}) - 'thử' & \"xong\"",
    "emoji": lambda i, layer: "🙂" * (i + 1),
    "long": lambda i, layer: f"{layer.role}_" + "rất_dài_" * 20 + str(i),
    "blank-and-case": lambda i, layer: " " * (i + 1),
    "upper-and-lower": lambda i, layer: "aA"[i % 2] * (i // 2 + 1),
    "class-names": lambda i, layer: f"{layer.kind}.{i}",
    "two-lines": lambda i, layer: f"Lớp\n{i}",
    "assignments-names": lambda i, layer: [
        "Input",
        "C1",
        "S2",
        "C3",
        "S4",
        "Flatten",
        "F5",
        "F6",
        "Output",
    ][i],
}

MODEL_NAMES = {
    "named-model": 'self.model = Model(input, output, name="Mạng của Lan: $Class (lần 2)")',
    "underscore-model": 'self.model = Model(input, output, name="_mang")',
    "model-named-as-a-layer": "self.model = Model(input, output, name=output.name)",
    "renamed-afterwards": (
        "self.model = Model(input, output)\n"
        "for so, lop in enumerate(self.model.layers):\n"
        '    lop.name = f"Lớp {so}"'
    ),
}

SAME_NAMES_INSIDE = """
$begin
        dac_trung = keras.Sequential([
            $features
        ], name="khối")
        for i, lop in enumerate(dac_trung.layers):
            lop.name = f"lớp {i}"
        phan_loai = keras.Sequential([
            $head
        ], name="khối cuối")
        for i, lop in enumerate(phan_loai.layers):
            lop.name = f"lớp {i}"
        input = $input
        self.model = Model(input, phan_loai(dac_trung(input)))
"""
NAMED_SEQUENTIAL = """
$begin
        self.model = keras.Sequential([
            $input,
            $layers
        ], name="Mạng tuần tự")
"""


def name_sources() -> Iterator[tuple[str, str, str]]:
    """Variant, name of the case, source."""
    for number, (name, namer) in enumerate(NAMES.items()):
        for variant in turns(number):
            named = [
                layer.but(name=repr(namer(i, layer)))
                for i, layer in enumerate(ARCHITECTURES[variant])
            ]
            if number % 3 == 2:
                source = fill(NAMED_SEQUENTIAL, parts(variant, named))
            else:
                source = functional(variant, named)
            yield variant, f"names-{name}", source
    for number, (name, model) in enumerate(MODEL_NAMES.items()):
        for variant in turns(number):
            layers = ARCHITECTURES[variant]
            model_code = model.replace("$Class", parts(variant, layers)["Class"])
            yield variant, name, functional(variant, layers, model=model_code)
    for variant in turns(1):
        layers = ARCHITECTURES[variant]
        yield variant, "same-names-inside", fill(SAME_NAMES_INSIDE, parts(variant, layers))
