# %% [markdown]
# # Lecture 6: from networks to formulas
#
# A network predicts, but it explains nothing, and outside its data it fails. Often a short formula
# stands behind the numbers. This lecture finds one by *symbolic regression*, and finds a
# differential equation by *sparse regression*.

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
import tempfile

import numpy as np
import pandas as pd
from scipy.integrate import solve_ivp

from evaluate import evaluate
from notebooks.cells import fit, show_code, show_pictures, small
from notebooks.exercises import check
from symbolic import library, pareto, sparse_regression

# %% [markdown]
# ## A network that knows a polynomial
#
# The network sees 2000 noisy points of a polynomial of degree 3 between -1 and 2. Nobody tells it
# that it is a polynomial.

# %%
from experiments.functions.polynomial import Polynomial

polynomial = fit(Polynomial(samples=small(2000, 200), epochs=small(60, 2)), "lecture-06-polynomial")

# %% [markdown]
# ## Symbolic regression
#
# Formulas are trees: `2*x**3 - x` is a difference of a product and a variable. Genetic programming
# breeds thousands of them. It exchanges branches between good formulas and changes single nodes,
# and fits the constants of each.
#
# A longer formula always fits a little better. So there is not one best formula but a *Pareto
# front*: for each complexity the formula with the lowest error. The one at its knee is chosen:
# every unit of complexity has a price.

# %%
show_code(pareto.choose)

# %%
from experiments.formulas.distil import Distil

distil = fit(Distil(from_run=str(polynomial.folder), seconds=small(12.0, 0.5)), "lecture-06-distil")

# %%
print(distil.config["formula"]["text"])
print(distil.read_table("front").iloc[:, :3].to_string(index=False))

# %%
evaluate(distil)
show_pictures(distil, "pareto-front", "extrapolation")

# %% [markdown]
# Inside the interval network and formula agree. Outside, only the formula is right.
#
# ## An equation from measurements
#
# Hares $x$ and lynxes $y$ are counted over time. Which equations do they follow? Write the time
# derivatives as a sum over a library of terms with unknown coefficients,
#
# $$ \dot x = \sum_j \xi_j\, \theta_j(x, y), \qquad
#    \theta = (1, x, y, x^2, x y, y^2) . $$
#
# A network learns the noisy data first, since derivatives of noise are useless. Then terms are left
# out one after another as long as the rest explains the data as well.

# %%
print(library.build_library(["x", "y"], [], 2))
show_code(sparse_regression.compute_criterion)

# %% [markdown]
# The true equations, which only the simulation knows, are $\dot x = x - 0.5\,x y$ and
# $\dot y = 0.5\,x y - y$.

# %%
random = np.random.default_rng(6)
times = np.linspace(0, small(12, 2), small(300, 60))
states = solve_ivp(
    lambda t, s: [s[0] - 0.5 * s[0] * s[1], 0.5 * s[0] * s[1] - s[1]],
    (0, times[-1]), (3.0, 1.0), t_eval=times, rtol=1e-9,
).y  # fmt: skip
states = states + random.normal(0, small(0.02, 0.0), states.shape)
path = Path(tempfile.mkdtemp()) / "counts.csv"
pd.DataFrame({"t": times, "x": states[0], "y": states[1]}).to_csv(path, index=False)

# %%
from experiments.formulas.discover import Discover

tiny = dict(hidden=(10, 10), collocation_points=150, epochs=2)
counts = fit(Discover(data=str(path), powers=2, **small({}, tiny)), "lecture-06-discover")

# %%
evaluate(counts)
show_pictures(counts, "discovery", "coefficients")

# %%
show_pictures(counts, "solution")

# %% [markdown]
# ## Your turn
#
# Choose a formula and the operators that the search may use. Which formulas are found? What if the
# formula needs an operator that is not in the list?

# %%
from experiments.functions.function import Function

own = Function(formula="x*exp(-x)", interval=(0, 4), samples=small(500, 100), epochs=small(60, 1))
own = fit(own, "lecture-06-own")
operators = ("add", "sub", "mul", "exp")
found = Distil(from_run=str(own.folder), operators=operators, seconds=small(8.0, 0.5))
print(fit(found, "lecture-06-own-formula").config["formula"]["text"])

# %% [markdown]
# **Exercise 6a.** The network of the polynomial is asked far outside, at $x = 4$. Which value does
# the formula have there?

# %%
answer = None  # a number
check("6a", answer)

# %% [markdown]
# **Exercise 6b.** Somebody measures $u(x, t) = A(t) \sin(3 x)$, and $A$ falls to one half within
# 0.2 seconds. The discovered equation is $u_t = D\,u_{xx}$. What is $D$? Three digits.

# %%
answer = None
check("6b", answer)
