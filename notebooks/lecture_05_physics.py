# %% [markdown]
# # Lecture 5: physics-informed networks
#
# A differential equation says what a function must fulfil everywhere. A network can learn such a
# function without any data: its loss is the residual of the equation. Where there are measurements,
# the same loss finds unknown constants.

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
import numpy as np
import pandas as pd

from evaluate import evaluate
from notebooks.cells import fit, show_code, show_pictures, small
from notebooks.exercises import check

# %% [markdown]
# ## A network that fulfils an equation
#
# Take $u'' + 0.4\,u' + 4\,u = 0$ with $u(0) = 1$ and $u'(0) = 0$, a damped oscillation. The *trial
# solution*
#
# $$ u(t) = G(t) + B(t)\, N(t) $$
#
# fulfils both conditions for every network $N$, if $G = 1$ and $B = t^2$. What remains is to make
# the residual small at many points $t_i$:
#
# $$ C = \frac{1}{n} \sum_i \left( u''(t_i) + 0.4\,u'(t_i) + 4\,u(t_i) \right)^2 . $$
#
# The equation is typed as a paper writes it; `Equation` finds $G$ and $B$ in the text.

# %%
from experiments.physics.equation import Equation

oscillation = Equation(
    residual=("u'' + 0.4*u' + 4*u = 0",),
    domain=("t=0..6",),
    condition=("u(0) = 1", "u'(0) = 0"),
    epochs=small(100, 1),
)
damped = fit(oscillation, "lecture-05-oscillation")

# %% [markdown]
# The evaluation solves the same text by classical methods, and compares. For a single ordinary
# equation these are faster and more precise.

# %%
evaluate(damped)
show_pictures(damped, "solution")

# %% [markdown]
# The exported model takes any time, and answers at once:

# %%
times = np.array([0.0, 1.0, 2.0])
print(damped.predict({"t": times}))

# %% [markdown]
# ## A partial differential equation
#
# Burgers' equation $u_t + u\,u_x = \nu\,u_{xx}$ makes a wave steeper until a shock stands at
# $x = 0$. A topic of the project is little more than its text:

# %%
from experiments.physics import burgers

show_code(burgers)

# %% [markdown]
# The weights are found by the method of Levenberg and Marquardt, which uses the derivatives of
# every single residual. A few dozen steps do what takes gradient descent thousands.

# %%
shock = burgers.Burgers(epochs=small(40, 1), hidden=small((20, 20, 20), (5,)))
shock = fit(shock, "lecture-05-burgers")
evaluate(shock)
show_pictures(shock, "solution-u")

# %%
show_pictures(shock, "slices-u", "residual")

# %% [markdown]
# ## The inverse problem
#
# Now the constants are unknown. Somebody has measured 60 points of an oscillation
# $u'' + c\,u' + k\,u = 0$ with noise. The loss has two terms, the residual and the distance from
# the measurements, and $c$ and $k$ are weights like the others.

# %%
import tempfile

random = np.random.default_rng(5)
t = np.sort(random.uniform(0, 6, 60))
omega = np.sqrt(4 - 0.2**2)
u = np.exp(-0.2 * t) * (np.cos(omega * t) + 0.2 / omega * np.sin(omega * t))
measured = pd.DataFrame({"t": t, "u": u + random.normal(0, 0.03, len(t))})
path = Path(tempfile.mkdtemp()) / "measured.csv"
measured.to_csv(path, index=False)

# %%
inverse = Equation(
    residual=("u'' + c*u' + k*u = 0",),
    domain=("t=0..6",),
    unknown=("c=0.1", "k=2"),
    data=str(path),
    epochs=small(100, 1),
)
constants = fit(inverse, "lecture-05-inverse")

# %% [markdown]
# The true values are $c = 0.4$ and $k = 4$. Each constant has a 95 % interval; it comes from the
# noise, and it is right in 95 of 100 repeated measurements.

# %%
evaluate(constants)
show_pictures(constants, "fit", "constants")

# %% [markdown]
# ## Your turn
#
# Write an equation of your own. Here is a pendulum with a large swing; try another force, a system
# of two functions, or a field in $x$ and $t$. What does the verdict say if you leave out a
# condition?

# %%
own = Equation(
    residual=("u'' = -sin(u)",),
    domain=("t=0..10",),
    condition=("u(0) = 2.5", "u'(0) = 0"),
    epochs=small(100, 1),
)
own = fit(own, "lecture-05-own")
evaluate(own)
show_pictures(own, "solution")

# %% [markdown]
# **Exercise 5a.** What is $u(3)$ of the damped oscillation at the top of this lecture? Ask the
# network, or solve the equation on paper. Three digits.

# %%
answer = None  # a number
check("5a", answer)

# %% [markdown]
# **Exercise 5b.** Heat spreads by $u_t = 0.1\,u_{xx}$ from $u(x, 0) = \sin(\pi x)$, and the ends
# stay at zero. Which part of the height at $x = 1/2$ is left at $t = 1$? Three digits.

# %%
answer = None  # a number between 0 and 1
check("5b", answer)
