"""Notebooks of measurements that were written and labelled before the grader's code was read."""

from .measured import CLEARED, PLATEAU, SEED_2, Measured, Own, choices, facts

DIGITS = {
    "LeNet": (10.28, 2.1), "Alpha": (94.44, 0.9), "Beta": (95.28, 0.8),
    "Gamma": (93.06, 0.8), "Omicron": (96.94, 2.9), "Delta": (88.61, 0.4),
}  # fmt: skip
DIGITS_NOTE = (
    "Không tải được MNIST qua Keras (Exception).\n"
    "LƯU Ý: đang dùng bộ chữ số nhỏ của scikit-learn thay cho MNIST (1 797 ảnh thay vì 70 000).\n"
    "Mọi thứ vẫn chạy, nhưng độ chính xác và thời gian sẽ khác với MNIST.\n"
    "Nguồn dữ liệu: scikit-learn (load_digits)\n"
)
COMPARE = '''
def so_sanh(a, b):
    """1: a tốt hơn, 2: a kém hơn, 3: ngang nhau."""
    chenh = a.accuracy - b.accuracy
    if abs(chenh) <= 1:
        return 3
    return 1 if chenh > 0 else 2
'''

UNSEEN = [
    Measured(
        "computed-on-the-plateau",
        "LeNet 11.35, Alpha 98.55: the expression chose 2 in the student's run, which is right.",
        PLATEAU,
        choices(alpha="your_choice = 2 if lenet.accuracy < alpha.accuracy - 1 else 3"),
    ),
    Measured(
        "computed-by-an-own-function",
        "All five answers are right at home, computed by one function of the student's own.",
        answers={
            f"{name}-choice": f"your_choice = so_sanh({first}, {name})"
            for name, first in {
                "alpha": "lenet",
                "beta": "alpha",
                "gamma": "beta",
                "omicron": "beta",
                "delta": "beta",
            }.items()
        },
        own=(Own("lenet-class", COMPARE),),
    ),
    Measured(
        "printed-before-the-answer",
        "The figures are printed once more, then a right constant is chosen.",
        answers=choices(
            alpha='print(f"LeNet {lenet.accuracy:.2f}, {alpha.accuracy:.2f}")\nyour_choice = 3',
            gamma='print(f"chênh {beta.accuracy - gamma.accuracy:.2f} điểm")\nyour_choice = 1',
        ),
    ),
    Measured(
        "facts-computed",
        "Times compared by an expression; Omicron slower, Delta faster: right.",
        answers={
            "omicron-facts": "your_choices = [1]\n"
            "your_choices.append(4 if omicron.train_seconds > beta.train_seconds else 3)",
            "delta-facts": "nhanh = beta.train_seconds / delta.train_seconds\n"
            "your_choices = [0, 3, 5] if nhanh > 1 else [0, 4]",
        },
    ),
    Measured(
        "computed-the-wrong-way-round",
        "The comparison is turned round: on the plateau it chose 1 (LeNet better), which is wrong.",
        PLATEAU,
        choices(alpha="your_choice = 1 if lenet.accuracy < alpha.accuracy - 1 else 3"),
        lost={"alpha-choice-check": 0.3},
    ),
    Measured(
        "a-loop-over-the-models",
        "A loop prints everything, then picks by the figures: right.",
        answers=choices(
            delta="for m in [lenet, alpha, beta, gamma, omicron, delta]:\n"
            "    print(type(m).__name__, round(m.accuracy, 2), round(m.train_seconds, 1))\n"
            "your_choice = 1 if beta.accuracy - delta.accuracy > 1 else 3",
        ),
    ),
    Measured(
        "trained-again-first-run-answered",
        "First Alpha 95.10 (LeNet better: 1), then 98.55; the first pair was printed, too.",
        {**SEED_2, "Alpha": (95.10, 39.0)},
        choices(alpha=1, beta=3),
        own=(
            Own(
                "alpha-eval",
                "alpha.train(x_train_norm, y_train_oh)\n"
                "alpha.predict_and_eval(x_test_norm, y_test)",
                "Thời gian huấn luyện AlphaCNN: 40.2 giây\n"
                "Độ chính xác của AlphaCNN trên tập kiểm tra: 98.55 %\n",
            ),
        ),
    ),
    Measured(
        "trained-again-second-run-answered",
        "The same two runs, answered by the second: equal to LeNet.",
        {**SEED_2, "Alpha": (95.10, 39.0)},
        choices(alpha=3, beta=3),
        own=(
            Own(
                "alpha-eval",
                "alpha2 = AlphaCNN()\nalpha2.build((28, 28, 1))\n"
                "alpha2.train(x_train_norm, y_train_oh)\n"
                "alpha2.predict_and_eval(x_test_norm, y_test)",
                "Thời gian huấn luyện AlphaCNN: 40.2 giây\n"
                "Độ chính xác của AlphaCNN trên tập kiểm tra: 98.55 %\n",
            ),
        ),
    ),
    Measured(
        "trained-again-and-still-wrong",
        "Alpha 95.10 and 98.55 beside LeNet 98.52: no run shows LeNet worse by over a point.",
        {**SEED_2, "Alpha": (95.10, 39.0)},
        choices(alpha=2, beta=3),
        own=(
            Own(
                "alpha-eval",
                "alpha.predict_and_eval(x_test_norm, y_test)",
                "Độ chính xác của AlphaCNN trên tập kiểm tra: 98.55 %\n",
            ),
        ),
        lost={"alpha-choice-check": 0.3},
    ),
    Measured(
        "only-the-summary-table",
        "Long outputs were cleared, the table was kept. Gamma 99.60: Beta worse by over a point.",
        {**SEED_2, "Gamma": (99.60, 24.0)},
        choices(gamma=2),
        printed=CLEARED,
    ),
    Measured(
        "only-the-summary-table-contradicted",
        "As before, but the answer follows the textbook and not the table.",
        {**SEED_2, "Gamma": (99.60, 24.0)},
        choices(gamma=1),
        printed=CLEARED,
        lost={"gamma-choice-check": 0.3},
    ),
    Measured(
        "own-sentence-short",
        "predict_and_eval prints `Alpha: 98.55%` in the student's copy; Gamma 99.60 beats Beta.",
        {**SEED_2, "Gamma": (99.60, 24.0)},
        choices(gamma=2),
        accuracy="{model}: {accuracy:.2f}%",
        summary=False,
    ),
    Measured(
        "own-sentence-english-comma",
        "Sentences in English with a decimal comma; Gamma 99,60 beats Beta.",
        {**SEED_2, "Gamma": (99.60, 24.0)},
        choices(gamma=2),
        printed={
            "beta-eval": "Test accuracy of BetaCNN: 98,41 %\n",
            "gamma-eval": "Test accuracy of GammaCNN: 99,60 %\n",
        },
        summary=False,
    ),
    Measured(
        "a-guess-is-no-measurement",
        "Alpha was guessed at 90 % before training and measured 98.55: LeNet is not better.",
        answers=choices(alpha=1),
        own=(
            Own(
                "alpha-solution",
                'print("Dự đoán của em: Alpha: 90 %")',
                "Dự đoán của em: Alpha: 90 %\n",
            ),
        ),
        lost={"alpha-choice-check": 0.3},
    ),
    Measured(
        "training-accuracy-is-no-measurement",
        "Gamma reaches 98.40 on the training images; on the test images Beta is 3.86 better.",
        answers=choices(gamma=3),
        own=(
            Own(
                "gamma-eval",
                "acc = gamma.model.evaluate(x_train_norm, y_train_oh, verbose=0)[1]\n"
                'print(f"Độ chính xác của GammaCNN trên tập huấn luyện: {100 * acc:.2f} %")',
                "Độ chính xác của GammaCNN trên tập huấn luyện: 98.40 %\n",
            ),
        ),
        lost={"gamma-choice-check": 0.3},
    ),
    Measured(
        "digits-right",
        "scikit-learn's digits: seconds below one are honest, and the answers follow the figures.",
        DIGITS,
        choices(alpha=2, beta=3, gamma=1, omicron=2, delta=1),
        printed={"data-load": DIGITS_NOTE},
    ),
    Measured(
        "digits-contradicted",
        "scikit-learn's digits: Omicron is 1.66 better than Beta and 3.6 times slower.",
        DIGITS,
        choices(alpha=2, beta=3, gamma=1, omicron=3, delta=1) | facts(omicron="[1, 3]"),
        printed={"data-load": DIGITS_NOTE},
        lost={"omicron-choice-check": 0.3, "omicron-facts-check": 0.25},
    ),
    Measured(
        "faster-alone",
        "Delta is faster; option 3 says so and is enough.",
        answers=facts(delta="[0, 3]"),
    ),
    Measured(
        "as-fast-or-faster-alone",
        "Delta is faster; option 5 is true as well and is enough.",
        answers=facts(delta="[0, 5]"),
    ),
    Measured(
        "slower-and-as-fast-or-faster",
        "Omicron is slower; 4 and 5 exclude each other: half of the points, for the parameters.",
        answers=facts(omicron="[1, 4, 5]"),
        lost={"omicron-facts-check": 0.25},
    ),
    Measured(
        "same-time",
        "Delta and Beta both 39.0 s: about as fast.",
        {**SEED_2, "Delta": (89.77, 39.0)},
        facts(delta="[0, 5]"),
    ),
    Measured(
        "one-model-not-measured",
        "Gamma was never trained; Beta was. No reference run has Gamma better: 2 is wrong.",
        {**SEED_2, "Gamma": (None, None)},
        choices(gamma=2),
        lost={"gamma-choice-check": 0.3},
        says=("Gamma",),
    ),
    Measured(
        "computed-but-never-measured",
        "Gamma was never trained, so the expression had no value at home either: no answer.",
        {**SEED_2, "Gamma": (None, None)},
        choices(gamma="your_choice = 1 if beta.accuracy > gamma.accuracy + 1 else 3"),
        lost={"gamma-choice-check": 0.3},
        says=("không có số đo của GammaCNN",),
    ),
]
