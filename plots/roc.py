"""ROC curves: how well each class is separated from the others at all thresholds."""

import numpy as np
from sklearn.metrics import auc, roc_curve

from plots import style

MAX_IN_LEGEND = 10


def plot_roc_curves(true, probabilities, classes):
    """Plot the receiver operating characteristic of each class against all others.

    The legend contains the area under each curve. Of two classes only the second has a curve, since
    the other one is its mirror image. Of more than ten classes, the ten with the smallest area are
    named and the others are grey. Classes that do not occur in `true` have no curve.

    Args:
        true: true classes, `(rows,)`.
        probabilities: predicted probabilities, `(rows, classes)`.
        classes: all classes, in the order of the columns.

    Returns: a Figure. Rows with probabilities that are not finite are left out.
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
    curves.sort(key=lambda curve: curve[0])  # the worst class first

    figure = style.create_figure(height=5.2)
    axes = figure.add_subplot(aspect="equal", xlim=(-0.01, 1.01), ylim=(-0.01, 1.01))
    for _, _, false_rate, true_rate in curves[MAX_IN_LEGEND:]:
        axes.plot(false_rate, true_rate, color=style.GREY, alpha=0.4, linewidth=1)
    for number, (area, name, false_rate, true_rate) in enumerate(curves[:MAX_IN_LEGEND]):
        line = {"color": style.COLOURS[number % 7], "linestyle": style.DASHES[number % 4]}
        axes.plot(false_rate, true_rate, label=f"{style.cut(name)}, AUC {area:.3f}", **line)
    axes.plot([0, 1], [0, 1], color=style.GREY, linewidth=1, label="random guess, AUC 0.500")
    axes.set_xlabel("false positive rate")
    axes.set_ylabel("true positive rate")
    if len(classes) == 2:
        axes.set_title(f"ROC curve of class {style.cut(classes[1])}, {len(true)} rows")
    else:
        axes.set_title(f"ROC curves of each class against all others, {len(true)} rows")
    crowded = len(curves) > MAX_IN_LEGEND
    heading = f"the {MAX_IN_LEGEND} worst of {len(curves)} classes" if crowded else None
    axes.legend(loc="lower right", fontsize=style.SMALL, title=heading)
    return figure
