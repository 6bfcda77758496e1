"""How well each class is told from the rest, whatever the threshold."""

import numpy as np
from sklearn.metrics import auc, roc_curve

from plots import style

MOST_IN_LEGEND = 10


def roc(true, probabilities, classes):
    """Receiver operating characteristic of each class against the rest, the area under the curve in the legend.

    Of two classes only the second has a curve, as the other one is its mirror image. Of more than ten, the ten with the
    smallest area are named and the others drawn in grey. Classes that never occur in `true` have no curve.

    Args:
        true: `(rows,)` members of classes.
        probabilities: `(rows, classes)`.
        classes: all classes, in the order of the columns.

    Returns:
        A Figure. Rows with probabilities that are not finite are left out.
    """
    true, probabilities = np.ravel(true), np.asarray(probabilities, dtype=float)
    finite = np.isfinite(probabilities).all(axis=1)
    true, probabilities = true[finite], probabilities[finite]

    curves = []
    for index in [1] if len(classes) == 2 else range(len(classes)):
        positive = true == classes[index]
        if positive.any() and not positive.all():
            false_rate, true_rate, _ = roc_curve(positive, probabilities[:, index])
            curves.append((auc(false_rate, true_rate), classes[index], false_rate, true_rate))
    curves.sort(key=lambda curve: curve[0])  # the worst first: they need attention

    figure = style.figure(height=5.2)
    axes = figure.add_subplot(aspect="equal", xlim=(-0.01, 1.01), ylim=(-0.01, 1.01))
    for _, _, false_rate, true_rate in curves[MOST_IN_LEGEND:]:
        axes.plot(false_rate, true_rate, color=style.GREY, alpha=0.4, linewidth=1)
    for number, (area, name, false_rate, true_rate) in enumerate(curves[:MOST_IN_LEGEND]):
        look = {"color": style.COLOURS[number % 7], "linestyle": style.LINE_STYLES[number % 4]}
        axes.plot(false_rate, true_rate, label=f"{style.cut(name)}, AUC {area:.3f}", **look)
    axes.plot([0, 1], [0, 1], color=style.GREY, linewidth=1, label="guessing, AUC 0.500")
    axes.set_xlabel("false positive rate")
    axes.set_ylabel("true positive rate")
    what = f"class {style.cut(classes[1])}" if len(classes) == 2 else "each class against the rest"
    axes.set_title(f"ROC curve of {what}, {len(true)} rows")
    worst = f"the {MOST_IN_LEGEND} worst of {len(curves)}" if len(curves) > MOST_IN_LEGEND else None
    axes.legend(loc="lower right", fontsize=style.SMALL, title=worst)
    return figure
