# %% [markdown]
# # Lecture 1: differentiation and backpropagation
#
# A network learns by derivatives: by how much does the loss change if one weight changes a little?
# This lecture computes derivatives in three ways, writes backpropagation as four lines, compares
# them with TensorFlow, and trains a network for handwritten digits with nothing but these lines.

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
from lectures import backpropagation, descent
from notebooks.cells import fit, show, show_code, show_pictures, small
from notebooks.exercises import check

# %% [markdown]
# ## A formula is a graph
#
# A computer evaluates $f = \max(w_1 x_1 + w_2 x_2, x_3)$ step by step. Each step is elementary, so
# its derivative is known, and the chain rule joins them. In *reverse mode* every node $v$ gets its
# adjoint
#
# $$\bar v = \frac{\partial f}{\partial v}
#          = \sum_{u \text{ uses } v} \bar u \, \frac{\partial u}{\partial v},$$
#
# from the result back to the variables. One pass gives the derivatives by *all* variables: that is
# why networks with millions of weights can be trained.

# %%
from experiments.learning.autodiff import Autodiff

formula = "max(w1*x1 + w2*x2, x3)"
point = ("w1=1", "w2=2", "x1=3", "x2=-1", "x3=0")
graph = fit(Autodiff(formula=formula, at=point), "lecture-01-graph")
evaluate(graph)
show_pictures(graph, "graph")

# %% [markdown]
# The difference quotient $(f(x + h) - f(x)) / h$ needs no chain rule, but is never exact: a large
# step $h$ has a truncation error, and a small one loses digits in the difference of two nearly
# equal numbers. The next picture has the best compromise.

# %%
curve = fit(Autodiff(formula="sqrt(x^2 + exp(x^2))"), "lecture-01-differences")
evaluate(curve)
show_pictures(curve, "differences")

# %% [markdown]
# ## Backpropagation
#
# A layer computes $z_l = W_l a_{l-1} + b_l$ and $a_l = g(z_l)$. With the cost $C$ of an example and
# $\delta_l = \partial C / \partial z_l$,
#
# $$\delta_L = a_L - y, \qquad
# \delta_l = W_{l+1}^T \delta_{l+1} \odot g'(z_l), \qquad
# \frac{\partial C}{\partial W_l} = \delta_l a_{l-1}^T, \qquad
# \frac{\partial C}{\partial b_l} = \delta_l .$$
#
# The first formula holds for softmax with cross-entropy. This is all there is to it:

# %%
show_code(backpropagation.compute_deltas, backpropagation.compute_gradients)

# %% [markdown]
# `Backprop` trains a network for digits of 8 x 8 pixels by these formulas, without automatic
# differentiation. Its evaluation compares every gradient with TensorFlow's `GradientTape`.

# %%
from experiments.learning.backprop import Backprop

digits = fit(Backprop(epochs=small(30, 2)), "lecture-01-digits")
evaluate(digits)
show_pictures(digits, "history")

# %% [markdown]
# ## Gradients that vanish
#
# Each layer multiplies $\delta$ by $g'(z)$. For the logistic function $g' \le 1/4$, so the first
# layers of a deep network hardly learn. For tanh and ReLU, with initial weights that suit them, the
# gradient keeps its size.

# %%
show_pictures(digits, "gradients-by-depth")

# %% [markdown]
# ## Descent
#
# The gradient points uphill, so $w \leftarrow w - \eta \nabla C$ goes down, if the rate $\eta$ is
# right. Momentum and Adam are two further rules; each is a class with one method.

# %%
show_code(descent.GradientDescent, descent.Momentum)

# %%
from evaluation.surface_descent import descend_surface

RATES = 0.02, 0.4, 1.05
START = 0.25, 0.85


def make_rules(limit):
    """Return the rules that walk, given the rate above which plain descent diverges."""
    rates = {f"rate {part} of the limit": descent.GradientDescent(part * limit) for part in RATES}
    rules = {"momentum": descent.Momentum(0.1 * limit), "Adam": descent.Adam(0.05)}
    return {"learning rates": rates, "rules": rules}


surface = "x^4/4 - x^2/2 + x/10 + 2*y^2"
table, picture = descend_surface(surface, (-1.7, 1.7, -1, 1), START, 60, make_rules)
show("paths", picture)

# %% [markdown]
# ## Your turn
#
# Change `RATES` or `START`: which rule ends in the lower of the two minima, and from where do all
# of them? Then make the network deeper, and see whether its gradients vanish:

# %%
deeper = fit(Backprop(activation="logistic", epochs=small(30, 1), depth=20), "lecture-01-deeper")
scores = evaluate(deeper).metrics
ratio = scores["gradient_ratios"]["logistic"]
print(f"accuracy {scores['accuracy']:.3f}, first layer's gradient over the last one's {ratio:.2g}")

# %% [markdown]
# **Exercise 1a.** A softmax layer has $z = (1, 3)$, and the first class is the true one. What is
# $\partial C / \partial z_1$ of the cross-entropy, to three digits?

# %%
answer = None  # a number
check("1a", answer)

# %% [markdown]
# **Exercise 1b.** Ten layers with one logistic unit each and all weights 1: what is the largest
# possible value of $|\delta_0 / \delta_{10}|$, the factor that all ten activations put on the
# gradient together? Three digits.

# %%
answer = None
check("1b", answer)
