"""The numbers of the notes, worked out: substitution, exact value, rounded value.

Sources: four notes on cross-entropy, each named where its numbers are used.
"""

from xent_sym import binary, binary_cross_entropy as BCE, by, cross_entropy as CE, distribution
from xent_sym import entropy as H, index, kl, log, log_of_quotient, one_hot, probability
from xent_sym import reals, sigmoid, size, softmax, summation, unfold
from xent_sym.derivations.sigmoid import log_one_minus_sigmoid_is_softplus, log_sigmoid
from xent_sym.worked import classes, example

n, K = size("n"), size("K")
i = index("i", n)
p, q = distribution("p", n), distribution("q", n)
P, Q1, Q2 = "1/4, 1/4, 1/4, 1/4", "1/4, 1/2, 1/8, 1/8", "1/4, 1/4, 1/8, 3/8"

# -- four outcomes, in bits ----------------------------------------------------------------------

FOUR = "(原创)交叉熵损失函数"

uniform = example(
    "uniform_four", "entropy", H(p, 2), {p: P}, printed="8/4", source=FOUR,
    en="Four equally likely outcomes", zh="四个等可能的结果",
)
q1 = example(
    "cross_entropy_q1", "cross_entropy", CE(p, q, 2), {p: P, q: Q1}, printed="9/4", source=FOUR,
    en="P coded with a code made for Q1", zh="P 与 Q1 的交叉熵",
)
q2 = example(
    "cross_entropy_q2", "cross_entropy", CE(p, q, 2), {p: P, q: Q2}, source=FOUR,
    printed=(10 - log(3, 2)) / 4, en="P coded with a code made for Q2", zh="P 与 Q2 的交叉熵",
)

# -- certainty: where 0·log 0 = 0 is used --------------------------------------------------------

SUN = "理解熵&交叉熵&KL散度"

sun = example(
    "sunrise", "entropy", H(p, 2), {p: "1, 0"}, printed="0", source=SUN,
    en="The sun rises in the east: nothing is left to learn", zh="太阳从东方升起：没有不确定性",
)

# -- the weather: rain with 0.8 against a guess of 0.5 -------------------------------------------

WEATHER = "交叉熵详解"
KNOWS, GUESSES = "0.8, 0.2", "0.5, 0.5"

weather_entropy = example(
    "weather_entropy", "entropy", H(p, 2), {p: KNOWS}, source=WEATHER,
    en="Rain with probability 0.8: what the speaker's news is worth",
    zh="下雨概率 0.8：说话人消息的熵",
)
weather_guess = example(
    "weather_guess", "entropy", H(p, 2), {p: GUESSES}, source=WEATHER,
    en="Rain with probability 0.5: the listener's uncertainty", zh="随便猜 0.5：听者的熵",
)
weather_cross = example(
    "weather_cross_entropy", "cross_entropy", CE(p, q, 2), {p: KNOWS, q: GUESSES}, source=WEATHER,
    en="The speaker's news in the listener's code", zh="说话人与听者之间的交叉熵",
)
weather_excess = example(
    "weather_excess", "kl", kl(p, q, 2), {p: KNOWS, q: GUESSES}, source=WEATHER,
    en="The excess bits that the guess costs", zh="猜测多付出的比特数",
)

# -- one label, one forecast ---------------------------------------------------------------------

COINS = "交叉熵Cross Entropy原理与代码实例讲解"
y, f = binary("y"), probability("p")

cat_07 = example(
    "label_1_forecast_07", "binary_cross_entropy", BCE(y, f), {y: 1, f: "0.7"}, printed="0.357",
    source=COINS, en="Label 1, forecast 0.7", zh="标签 1，预测 0.7",
)
cat_09 = example(
    "label_1_forecast_09", "binary_cross_entropy", BCE(y, f), {y: 1, f: "0.9"}, printed="0.105",
    source=COINS, en="Label 1, forecast 0.9", zh="标签 1，预测 0.9",
)
dog_07 = example(
    "label_0_forecast_07", "binary_cross_entropy", BCE(y, f), {y: 0, f: "0.7"}, printed="1.055",
    source=COINS, en="Label 0, forecast 0.7", zh="标签 0，预测 0.7",
)

# -- three classes -------------------------------------------------------------------------------

t = one_hot("y", n)
three_06 = example(
    "three_classes_06", "cross_entropy", CE(t, q), {t: "1, 0, 0", q: "0.6, 0.3, 0.1"},
    printed="0.511", source=COINS, en="Three classes, the true one forecast at 0.6",
    zh="三个类别，真实类别的预测为 0.6",
)
three_08 = example(
    "three_classes_08", "cross_entropy", CE(t, q), {t: "1, 0, 0", q: "0.8, 0.1, 0.1"},
    printed="0.223", source=COINS, en="Three classes, the true one forecast at 0.8",
    zh="三个类别，真实类别的预测为 0.8",
)

# -- five one-hot samples ------------------------------------------------------------------------

labels = one_hot("y", n, K)
forecasts = distribution("q", n, K)
five = {
    labels: ["1, 0, 0, 0", "0, 1, 0, 0", "0, 0, 0, 1", "1, 0, 0, 0", "0, 0, 1, 0"],
    forecasts: [
        "0.96, 0.02, 0.01, 0.01", "0.1, 0.8, 0.02, 0.08", "0.2, 0.1, 0.1, 0.6",
        "0.7, 0.1, 0.1, 0.1", "0.001, 0.009, 0.8, 0.1",
    ],
}
five_samples = example(
    "five_samples", "likelihood", summation(CE(labels[i], forecasts[i]), i), five, source=FOUR,
    en="Five samples: the sum of their cross-entropies", zh="五个样本的交叉熵之和",
)

# -- two PyTorch snippets: from the logits that they print ---------------------------------------

z, b = reals("z", n), binary("y", n)
snippet_1 = example(
    "pytorch_binary", "logistic", 1 / n * summation(BCE(b[i], sigmoid(z[i])), i),
    {z: "-0.0156, -1.2056, 0.2619, 1.0713", b: [1, 0, 1, 0]},
    by(log_sigmoid.theorem, log_one_minus_sigmoid_is_softplus.theorem), unfold("softplus"),
    places=4, printed="0.5668537116050720", source=COINS,
    en="BCEWithLogitsLoss from the printed logits", zh="由打印出的 logit 计算 BCEWithLogitsLoss",
)
logits, c = reals("z", n, K), index("c", n, K)
snippet_2 = example(
    "pytorch_classes", "softmax_cross_entropy",
    -(1 / n * summation(log(softmax(logits[i])[c[i]]), i)),
    {
        logits: [
            "-0.0746, -0.7590, 0.0181", "0.4375, -0.5059, -0.0632", "-0.3629, 0.2648, -0.1849",
        ],
        c: classes([2, 0, 1], count=3),
    },
    unfold("softmax"), log_of_quotient,
    places=4, printed="0.8539705443382263", source=COINS,
    en="CrossEntropyLoss from the printed logits", zh="由打印出的 logit 计算 CrossEntropyLoss",
)
