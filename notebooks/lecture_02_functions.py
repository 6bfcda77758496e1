# %% [markdown]
# # Lecture 2: fitting functions
#
# A network is a function with many adjustable numbers. Fitting it means choosing these numbers so
# that the network passes near the measured points. This lecture fits curves, looks outside the
# interval of the points, and does the three exercises: any formula, XOR, and a table with prices.

# %%
# In Colab: upload the project as project.zip, or write what `git clone` takes into SOURCE.
import sys
from pathlib import Path

SOURCE = "project.zip"
if "google.colab" in sys.modules and not Path("project").exists():
    from IPython import get_ipython

    unpack = "unzip -q {} -d project" if SOURCE.endswith(".zip") else "git clone -q {} project"
    get_ipython().system(unpack.format(SOURCE))
    get_ipython().system("pip install -q -r project/requirements.lock")
folders = Path("project"), Path.cwd(), *Path.cwd().parents
sys.path.insert(0, str(next(path for path in folders if (path / "train.py").exists())))

# %%
from evaluate import evaluate
from notebooks.cells import fit, show_code, show_pictures, small
from notebooks.exercises import check

# %% [markdown]
# ## A polynomial with noise
#
# The points are $y = 2x^3 - 3x^2 - x + \varepsilon$ with Gaussian noise $\varepsilon$ of standard
# deviation 0.3. The best function leaves a root mean square error of 0.3: the noise. A polynomial
# of degree 3, fitted by least squares, knows the right form. The network does not: it has two
# hidden layers with tanh,
#
# $$ f(x) = w_3 \cdot \tanh(W_2 \tanh(w_1 x + b_1) + b_2) + b_3 . $$

# %%
from models.dense import dense_regressor

show_code(dense_regressor)

# %%
from experiments.functions.polynomial import Polynomial

polynomial = fit(
    Polynomial(samples=small(2000, 200), epochs=small(100, 2)), "lecture-02-polynomial"
)
scores = evaluate(polynomial).metrics["splits"]

# %% [markdown]
# Inside the interval both reach the noise. Outside, the network knows nothing: no point told it how
# the curve goes on, and tanh becomes flat.

# %%
show_pictures(polynomial, "inside-and-outside")

# %%
for split, found in scores.items():
    errors = {method: score["y"]["RMSE"] for method, score in found["scores"].items()}
    print(split, ", ".join(f"{method}: {error:.3f}" for method, error in errors.items()))

# %% [markdown]
# ## Exercise 1: any formula
#
# `Function` draws points of a formula that you type. Fast oscillations are hard: with Keras' usual
# initial weights a network learns slow variations first. `init_scale=3` makes the first layer
# steeper.

# %%
from experiments.functions.function import Function

function = Function(
    formula="exp(-x/2)*sin(3*x)", interval=(-3, 3), samples=small(2000, 100), epochs=small(150, 2)
)
curve = fit(function, "lecture-02-function")
evaluate(curve)
show_pictures(curve, "inside-and-outside")

# %% [markdown]
# ## Exercise 2: XOR
#
# XOR is 1 if exactly one of two bits is 1. A single layer draws one line through the plane, and no
# line has (0, 1) and (1, 0) on one side and (0, 0) and (1, 1) on the other. One hidden layer is
# enough. `Xor` trains many networks of both kinds, which differ in their initial weights.

# %%
from experiments.basics.xor import Xor

xor = fit(Xor(seeds=small(20, 2), epochs=small(60, 2)), "lecture-02-xor")
evaluate(xor)
show_pictures(xor, "accuracy-by-seed", "decision-surface")

# %% [markdown]
# ## Exercise 3: a table with prices
#
# The lecture's table of house prices comes from Kaggle (`prokshitha/home-value-insights`). Write
# the path of your copy into `HOUSES`. Without one, the cell takes a table that scikit-learn
# contains: ten measurements of 442 patients, and how far their diabetes progressed in a year.

# %%
import tempfile

from experiments.tables.house_prices import HousePrices
from experiments.tables.table import Table
from sklearn.datasets import load_diabetes

HOUSES = ""  # path of house_price_regression_dataset.csv

if HOUSES:
    topic = HousePrices(data=HOUSES)
else:
    path = Path(tempfile.mkdtemp()) / "diabetes.csv"
    load_diabetes(as_frame=True, scaled=False).frame.to_csv(path, index=False)
    topic = Table(data=str(path), target=("target",), members=small(5, 1), epochs=small(100, 1))

table = fit(topic, "lecture-02-table")

# %% [markdown]
# The evaluation puts the network beside a linear model and boosted trees. On small tables the
# linear model is hard to beat: the networks start as that model, and leave it only where this
# lowers the error on validation rows.

# %%
evaluate(table)
show_pictures(table, "predicted-against-true", "importance")

# %% [markdown]
# ## Your turn
#
# Type a formula and an interval of your own. Which ones need more than 200 points? When is the
# network better than a polynomial of degree 9?

# %%
formula, interval, points = "abs(x)*cos(5*x)", (-2, 2), 200
own = Function(formula=formula, interval=interval, samples=points, epochs=small(150, 1))
own = fit(own, "lecture-02-own")
evaluate(own)
show_pictures(own, "inside-and-outside")

# %% [markdown]
# **Exercise 2a.** How many weights and biases has `dense_regressor(1, hidden=(64, 64))` together?

# %%
answer = None  # a number
check("2a", answer)

# %% [markdown]
# **Exercise 2b.** Many points lie exactly on $y = x^2$ with $x$ spread evenly over $[-1, 1]$. What
# root mean square error is left for the best straight line? Three digits.

# %%
answer = None
check("2b", answer)
