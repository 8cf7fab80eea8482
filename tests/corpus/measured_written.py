"""Notebooks of measurements: what students answer, print and train beside what is asked."""

from .measured import CLEARED, MODELS, PLATEAU, RIGHT, SEED_2, Measured, Own, choices, facts
from .measured_unseen import DIGITS, DIGITS_NOTE

FULL = {f"{name}-choice-check": 0.3 for name in RIGHT}
FULL |= {"omicron-facts-check": 0.5, "delta-facts-check": 0.5}
AGAIN = (
    "keras.utils.set_random_seed(7)\nalpha2 = AlphaCNN()\nalpha2.build((28, 28, 1))\n"
    "alpha2.train(x_train_norm, y_train_oh)\nalpha2.predict_and_eval(x_test_norm, y_test)"
)


def run(model: str, accuracy: float, seconds: float = 40.0) -> str:
    """What a run prints in the notebook's sentences."""
    return (
        f"Thời gian huấn luyện {model}CNN: {seconds:.1f} giây\n"
        f"Độ chính xác của {model}CNN trên tập kiểm tra: {accuracy:.2f} %\n"
    )


def only(**kept: tuple[float, float]) -> dict[str, tuple[float | None, float | None]]:
    return {model: kept.get(model, (None, None)) for model in MODELS}


ANSWERED = [
    Measured("right-jupyterlab", "All answers follow the figures."),
    Measured("right-vs-code", "All answers follow the figures.", program="vs-code"),
    Measured("right-colab", "All answers follow the figures.", program="colab"),
    Measured("plateau-lenet-worse", "A plateau is a measurement.", PLATEAU, choices(alpha=2)),
    Measured(
        "plateau-said-equal", "11.35 and 98.55 are not equal.", PLATEAU,
        lost={"alpha-choice-check": 0.3}, says=("11,35 %", "98,55 %"),
    ),
    Measured(
        "plateau-said-better", "LeNet is 87 points worse.", PLATEAU, choices(alpha=1),
        lost={"alpha-choice-check": 0.3},
    ),
    Measured(
        "all-contradicting",
        "Every answer contradicts the figures, both halves of the facts, too.",
        answers=choices(alpha=1, beta=2, gamma=2, omicron=1, delta=3) | facts("[0, 3]", "[1, 4]"),
        lost=FULL,
    ),
    Measured(
        "no-opinion-at-all",
        "No opinion earns nothing, as the notebook says.",
        answers=choices(**dict.fromkeys(RIGHT, 0)),
        lost={f"{name}-choice-check": 0.3 for name in RIGHT},
    ),
    Measured(
        "border-said-equal", "1.05 apart: close to the border, either answer.",
        {**SEED_2, "Omicron": (97.36, 85.0)},
    ),
    Measured(
        "border-said-better", "1.05 apart: close to the border, either answer.",
        {**SEED_2, "Omicron": (97.36, 85.0)}, choices(omicron=1),
    ),
    Measured(
        "beyond-the-border", "1.51 apart: not equal.", {**SEED_2, "Omicron": (96.90, 85.0)},
        lost={"omicron-choice-check": 0.3},
    ),
    # Figures that no reference run has: right only where each program's outputs were read.
    *(
        Measured(
            f"unlike-the-reference-{program}",
            "Gamma beats Beta and Omicron is fast in this run.",
            {**SEED_2, "Gamma": (99.90, 24.0), "Omicron": (98.16, 20.0)},
            choices(gamma=2) | facts("[1, 3, 5]"),
            program=program,
        )
        for program in ("jupyterlab", "vs-code", "colab")
    ),
]  # fmt: skip

MISSING = [
    Measured(
        "no-outputs", "No figure at all: the reference runs support these answers.",
        only(), choices(alpha=2),
    ),
    Measured(
        "no-outputs-absurd",
        "No figure at all, and no reference run supports these answers.",
        only(),
        choices(alpha=1, beta=1, gamma=2, omicron=2, delta=2) | facts("[1, 3]", "[0, 4]"),
        lost=FULL | {"omicron-facts-check": 0.25, "delta-facts-check": 0.25},
        says=("không có số đo của LeNet và Alpha", "không có số đo của Omicron và Beta"),
    ),
    Measured(
        "impossible-accuracy",
        "Gamma 123 % is no figure; by the reference runs Beta is better than Gamma.",
        {**SEED_2, "Gamma": (123.0, 24.0)},
        flags=("doubtful-evidence",),
    ),
    Measured(
        "impossible-accuracy-contradicted",
        "The same, and no reference run has Gamma better. The message says what is there.",
        {**SEED_2, "Gamma": (123.0, 24.0)},
        choices(gamma=2),
        lost={"gamma-choice-check": 0.3},
        flags=("doubtful-evidence",),
        says=("không thể đúng của Gamma (123,00 %)", "có số đo của Beta (98,41 %)"),
    ),
    Measured(
        "not-a-number",
        "nan % is no figure; no reference run has Gamma better than Beta. A person has a look.",
        {**SEED_2, "Gamma": (None, 24.0)},
        choices(gamma=2),
        printed={"gamma-eval": "Độ chính xác của GammaCNN trên tập kiểm tra: nan %\n"},
        lost={"gamma-choice-check": 0.3},
        flags=("doubtful-evidence",),
        says=("không có số đo của Gamma",),
    ),
    Measured(
        "lenet-in-no-time",
        "0.1 s for ten epochs of MNIST is not believable; a person has a look, no point is lost.",
        {**SEED_2, "LeNet": (98.52, 0.1)},
        flags=("doubtful-evidence",),
    ),
    Measured(
        "one-of-the-pair-missing", "Without Gamma the reference runs judge: Beta is better.",
        {**SEED_2, "Gamma": (None, None)}, choices(gamma=1),
    ),
    Measured(
        "only-beta-measured",
        "Delta was never trained; no reference run has it equal to Beta. Beta's figure is there.",
        only(Beta=(98.41, 39.0)),
        choices(delta=3),
        lost={"delta-choice-check": 0.3},
        says=("có số đo của Beta (98,41 %)", "không có số đo của Delta"),
    ),
    Measured(
        "digits-not-measured",
        "Own digits, Gamma never trained: no reference run is of these data, so the answer, which "
        "the notebook wants by one's own figures, has none. The message holds no MNIST figure "
        "against it.",
        {**DIGITS, "Gamma": (None, None)},
        choices(alpha=2, omicron=2, gamma=2),
        printed={"data-load": DIGITS_NOTE},
        lost={"gamma-choice-check": 0.3},
        says=("không có số đo của Gamma", "có số đo của Beta (95,28 %)", "MNIST"),
    ),
]  # fmt: skip

FACTS = [
    Measured(
        "fast-omicron-said-slow", "20 s beside 39 s is not slower: half of the points.",
        {**SEED_2, "Omicron": (98.16, 20.0)}, lost={"omicron-facts-check": 0.25},
    ),
    Measured(
        "slow-delta", "Delta 60 s, Beta 39 s: slower on this machine.",
        {**SEED_2, "Delta": (89.77, 60.0)}, facts(delta="[0, 4]"),
    ),
    Measured(
        "wrong-parameters", "The times are right, the parameters are not.",
        answers=facts("[0, 4]", "[0, 1, 3]"),
        lost={"omicron-facts-check": 0.25, "delta-facts-check": 0.25},
    ),
    *(
        Measured(
            f"about-as-fast-{'-'.join(map(str, chosen))}",
            "41 s beside 39 s: within 10 %, where the notebook accepts 3, 4 and 5.",
            {**SEED_2, "Delta": (89.77, 41.0)},
            facts(delta=str([0, *chosen])),
        )
        for chosen in ([3], [4], [5], [3, 5])
    ),
    Measured(
        "faster-and-slower", "3 and 4 exclude each other: half, for the parameters.",
        answers=facts(delta="[0, 3, 4]"), lost={"delta-facts-check": 0.25},
    ),
    Measured(
        "as-fast-said-of-a-slower-one", "Omicron takes twice as long: 5 is wrong.",
        answers=facts(omicron="[1, 5]"), lost={"omicron-facts-check": 0.25},
        says=("85,0 giây", "39,0 giây"),
    ),
    Measured(
        "only-the-time", "Nothing is said of the parameters: half.",
        answers=facts(delta="[3, 5]"), lost={"delta-facts-check": 0.25},
    ),
    Measured(
        "only-the-parameters", "Nothing is said of the time: half.",
        answers=facts(omicron="[1]"), lost={"omicron-facts-check": 0.25},
    ),
    Measured("as-a-tuple", "A tuple is as good as a list.", answers=facts("(1, 4)", "{0, 3}")),
]  # fmt: skip

TRAINED_AGAIN = [
    *(
        Measured(
            f"plateau-left-at-the-second-try-{choice}",
            "LeNet 11.35, then 98.52 with another seed: each run is the student's own.",
            PLATEAU,
            choices(alpha=choice),
            own=(Own("lenet-eval", AGAIN.replace("alpha2", "lenet2"), run("LeNet", 98.52)),),
        )
        for choice in (2, 3)
    ),
    Measured(
        "several-seeds",
        "Three more runs of Gamma; in one of them it equals Beta.",
        answers=choices(gamma=3),
        own=(
            Own(
                "gamma-eval",
                "for seed in range(3):\n    keras.utils.set_random_seed(seed)\n    m = GammaCNN()\n"
                "    m.build((28, 28, 1))\n    m.train(x_train_norm, y_train_oh)\n"
                "    m.predict_and_eval(x_test_norm, y_test)",
                run("Gamma", 96.10) + run("Gamma", 97.60) + run("Gamma", 95.02),
            ),
        ),
    ),
    Measured(
        "a-busy-machine",
        "Delta took 60 s while a video ran, then 6 s: the answer of the first time is measured.",
        {**SEED_2, "Delta": (89.77, 60.0)},
        facts(delta="[0, 4]"),
        own=(Own("delta-eval", AGAIN.replace("alpha", "delta"), run("Delta", 90.10, 6.0)),),
    ),
    Measured(
        "trained-again-in-a-copy-of-the-cell",
        "The cells were copied below the question, and the second run was answered.",
        {**SEED_2, "Alpha": (95.10, 39.0)},
        own=(
            Own(
                "alpha-choice",
                "alpha.train(x_train_norm, y_train_oh)",
                "Thời gian huấn luyện AlphaCNN: 40.0 giây\n",
            ),
            Own(
                "alpha-choice",
                "alpha.predict_and_eval(x_test_norm, y_test)",
                "Độ chính xác của AlphaCNN trên tập kiểm tra: 98.55 %\n",
            ),
        ),
    ),
    Measured(
        "several-seeds-all-contradicting",
        "Gamma never comes near Beta; the message names more than one run.",
        answers=choices(gamma=2),
        own=(Own("gamma-eval", AGAIN.replace("alpha", "gamma"), run("Gamma", 96.10)),),
        lost={"gamma-choice-check": 0.3},
        says=("94,55 %", "96,10 %"),
    ),
]

COMPUTED = [
    Measured(
        "reads-an-own-second-run",
        "An own cell trains Alpha again and keeps the figure; the answer compares with it.",
        {**SEED_2, "Alpha": (95.10, 39.0)},
        choices(alpha="your_choice = 3 if abs(lan_2 - lenet.accuracy) <= 1 else 1"),
        own=(Own("alpha-eval", AGAIN + "\nlan_2 = alpha2.accuracy", run("Alpha", 98.55)),),
    ),
    Measured(
        "evaluates-in-the-answer",
        "The answer's cell evaluates Delta once more before it compares.",
        answers=choices(
            delta="delta.predict_and_eval(x_test_norm, y_test)\n"
            "your_choice = 1 if beta.accuracy - delta.accuracy > 1 else 3"
        ),
    ),
    Measured(
        "a-dictionary-of-results",
        "An own cell gathers the figures by name, the answers look them up.",
        answers=choices(
            gamma="your_choice = 1 if kq['BetaCNN'] > kq['GammaCNN'] + 1 else 3",
            omicron="your_choice = 3 if abs(beta.accuracy - omicron.accuracy) <= 1 else 1",
        ),
        own=(
            Own(
                "gamma-eval",
                "kq = {type(m).__name__: m.accuracy for m in [lenet, alpha, beta, gamma]}",
            ),
        ),
    ),
    Measured(
        "computed-and-only-the-table-kept",
        "Long outputs were cleared; the table has the figures that the expression used.",
        PLATEAU,
        choices(alpha="your_choice = 2 if alpha.accuracy - lenet.accuracy > 1 else 3"),
        printed=CLEARED,
    ),
    Measured(
        "computed-without-the-border",
        "Beta 98.41, Gamma 97.50: equal by the rule, but `>` alone says better: 0.91 is close to "
        "the border, where either answer counts.",
        {**SEED_2, "Gamma": (97.50, 24.0)},
        choices(gamma="your_choice = 1 if beta.accuracy > gamma.accuracy else 2"),
    ),
    Measured(
        "computed-without-the-point",
        "Alpha is 0.03 ahead: `<` alone says worse, which is wrong: they are equal.",
        answers=choices(alpha="your_choice = 2 if lenet.accuracy < alpha.accuracy else 1"),
        lost={"alpha-choice-check": 0.3},
    ),
    Measured(
        "facts-from-the-model-itself",
        "Parameters counted by Keras, times compared: both right.",
        answers={
            "omicron-facts": "a, b = omicron.model.count_params(), beta.model.count_params()\n"
            "your_choices = [0 if a < b else 1]\n"
            "your_choices += [4] if omicron.train_seconds > beta.train_seconds * 1.1 else [5]"
        },
    ),
    Measured(
        "computed-of-a-class-that-inherits",
        "GammaCNN inherits from the student's BetaCNN; each has its own figure.",
        answers=choices(gamma="your_choice = 1 if beta.accuracy - gamma.accuracy > 1 else 3")
        | {
            "gamma-solution": "class GammaCNN(BetaCNN):\n    def build(self, input_dim):\n"
            "        super().build(input_dim)"
        },
        flags=("passed-before",),  # the printed checks are of another class
    ),
]

OTHER_WORDS = [
    Measured(
        "decimal-comma", "The notebook's sentence with a comma; Gamma 99,60 beats Beta.",
        {**SEED_2, "Gamma": (99.60, 24.0)}, choices(gamma=2),
        printed={"gamma-eval": "Độ chính xác của GammaCNN trên tập kiểm tra: 99,60 %\n"},
    ),
    Measured(
        "other-spaces", "The sentence with other spaces; Gamma 99.60 beats Beta.",
        {**SEED_2, "Gamma": (99.60, 24.0)}, choices(gamma=2),
        accuracy="Độ chính xác của  {model}CNN  trên tập kiểm tra : {accuracy:.2f}%", summary=False,
    ),
    Measured(
        "english-sentences", "Everything in English; Omicron is fast in this run.",
        {**SEED_2, "Omicron": (98.16, 20.0)}, facts("[1, 3]"), summary=False,
        accuracy="Accuracy of {model}CNN on the test set: {accuracy:.2f} %",
        seconds="Training time of {model}CNN: {seconds:.1f} seconds",
    ),
    Measured(
        "as-a-share", "Printed as a share of one; Gamma 0.9960 beats Beta.",
        {**SEED_2, "Gamma": (99.60, 24.0)}, choices(gamma=2), summary=False,
        printed={
            "beta-eval": "BetaCNN test accuracy = 0.9841\n",
            "gamma-eval": "GammaCNN test accuracy = 0.9960\n",
        },
    ),
    Measured(
        "one-line-each", "An own cell prints both figures in a line; the long outputs are gone.",
        {**SEED_2, "Gamma": (99.60, 24.0)}, choices(gamma=2), summary=False, printed=CLEARED,
        own=(
            Own(
                "delta-eval",
                "for m in [beta, gamma]:\n"
                '    print(f"{type(m).__name__} | {m.accuracy:.2f}% | {m.train_seconds:.1f} s")',
                "BetaCNN | 98.41% | 39.0 s\nGammaCNN | 99.60% | 24.0 s\n",
            ),
        ),
    ),
    # No measurement, whatever it looks like: Delta equal to Beta is supported by no reference run.
    *(
        Measured(
            f"no-measurement-{name}",
            f"Delta was never evaluated; “{printed.strip()}” is {why}.",
            {**SEED_2, "Delta": (None, None)},
            choices(delta=3),
            own=(Own("delta-solution", source, printed),),
            lost={"delta-choice-check": 0.3},
            says=("không có số đo của Delta",),
        )
        for name, why, source, printed in (
            ("guess", "a guess", 'print("Delta: 98 %")', "Delta: 98 %\n"),
            (
                "typed-guess", "typed, not measured",
                'print(f"{beta.accuracy:.2f}")\nprint("Delta: 98.4%")', "98.41\nDelta: 98.4%\n",
            ),
            (
                "training", "of the training images",
                "acc = delta.model.evaluate(x_train_norm, y_train_oh)[1]\n"
                'print("Delta train acc:", acc)',
                "Delta train acc: 0.9810\n",
            ),
            (
                "difference", "a difference", 'print("Delta:", beta.accuracy - d, "%")',
                "Delta: 0.51 %\n",
            ),
            (
                "error", "an error", 'print(f"Delta error: {100 - beta.accuracy:.2f} %")',
                "Delta error: 1.59 %\n",
            ),
            (
                "two-figures", "about two models", 'print("Beta - Delta:", beta.accuracy, "%")',
                "Beta - Delta: 98.41 %\n",
            ),
            (
                "wish", "a wish",
                'muc = beta.accuracy\nprint(f"Delta: mong đạt {muc:.2f} %")',
                "Delta: mong đạt 98.41 %\n",
            ),
        )
    ),
    Measured(
        "minutes", "Minutes are not read as seconds; by the reference runs Omicron is slower.",
        summary=False, seconds="{model}CNN: {seconds:.1f} phút",
    ),
]  # fmt: skip

WRITTEN = [*ANSWERED, *MISSING, *FACTS, *TRAINED_AGAIN, *COMPUTED, *OTHER_WORDS]
