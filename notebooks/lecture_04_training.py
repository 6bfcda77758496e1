# %% [markdown]
# # Lecture 4: the practice of training
#
# A network with thousands of weights can learn its training rows by heart. Four questions decide
# whether it is useful: what keeps it from learning the noise, which loss suits the noise, how a
# score is measured, and whether a network is the right method at all.

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

from evaluate import evaluate
from lectures import cross_validation, likelihood
from notebooks.cells import fit, show_code, show_pictures, small
from notebooks.exercises import check

# %% [markdown]
# ## Regularisation
#
# The loss gets a term that prefers small weights,
#
# $$ C = \frac{1}{n} \sum_i C_i + \lambda \sum_{l} \lVert W_l \rVert^2 , $$
#
# or units drop out at random, or pictures move a little, or the training stops where the validation
# loss is lowest. `Regularisation` trains 13 methods side by side on 150 digits. A tenth of the
# labels is wrong, as in practice: there is something to overfit to.

# %%
from experiments.learning.regularisation import Regularisation

remedies = fit(
    Regularisation(seeds=small(3, 1), steps=small(1000, 50)), "lecture-04-regularisation"
)
evaluate(remedies)
show_pictures(remedies, "methods")

# %% [markdown]
# The gap between the training rows (dashed) and new rows is overfitting. It closes with more rows,
# and it opens with more units.

# %%
show_pictures(remedies, "learning-curves")

# %% [markdown]
# ## A loss is a likelihood
#
# If the noise has the density $p(r)$, the weights of the highest likelihood minimise
# $-\sum_i \ln p(r_i)$. Gaussian noise gives the squared error, Laplace's noise the absolute error,
# and classes give the cross-entropy:

# %%
show_code(likelihood.gaussian_loss, likelihood.laplace_loss, likelihood.categorical_loss)

# %% [markdown]
# The wrong loss wastes data. Its *efficiency* is the fraction of the examples that it makes use of:

# %%
for loss in likelihood.LOSSES:
    row = {noise: likelihood.find_efficiency(loss, noise) for noise in likelihood.LOSSES}
    print(f"{loss:9} loss:", ", ".join(f"{value:.2f} under {n}" for n, value in row.items()))

# %% [markdown]
# A network can also learn *how large* the noise is: two outputs, the mean $\mu(x)$ and the standard
# deviation $\sigma(x)$, and the loss
# $\ln \sigma + (y - \mu)^2 / (2 \sigma^2)$.

# %%
from experiments.learning.likelihood import Likelihood

noise = fit(Likelihood(repeats=small(5000, 100), epochs=small(100, 1)), "lecture-04-likelihood")
evaluate(noise)
show_pictures(noise, "learned-noise")

# %% [markdown]
# ## Cross-validation
#
# The rows are split into $k$ folds. Each fold is predicted by a model that was fitted to the other
# folds, so every row tests once.

# %%
show_code(cross_validation.cross_validate)

# %% [markdown]
# Why look at the test rows only once? Of $K$ models that guess, the best one on $n$ test rows seems
# to be right more often than half the time, by
#
# $$ \frac{1}{2 \sqrt{n}} \; \mathrm{E} \max(z_1, \dots, z_K), \qquad z_k \sim N(0, 1) . $$

# %%
for models in (1, 10, 100):
    optimism = 0.5 / np.sqrt(100) * cross_validation.expected_maximum(models)
    print(f"the best of {models:3} guesses on 100 rows: {optimism:.1%} too good")

# %%
from experiments.learning.cross_validation import CrossValidation

folds = CrossValidation(datasets=small(200, 2), trials=small(500, 10), repeats=small(10, 2))
folds = fit(folds, "lecture-04-cross-validation")
evaluate(folds)
show_pictures(folds, "folds", "best-of-many")

# %% [markdown]
# ## Which learner?
#
# Seven learners see the same 200 points of six patterns in the plane. Each has its own idea of a
# border. Compare the pictures before you decide for a network.

# %%
from experiments.tables.decision import Decision

learners = Decision(folds=small(5, 2), steps=small(1000, 1), points=small(200, 20))
learners = fit(learners, "lecture-04-decision")
evaluate(learners)
show_pictures(learners, "surfaces", "score-against-time")

# %% [markdown]
# ## Your turn
#
# Take away a remedy, or the wrong labels. Which remedy is still worth it if all labels are right?

# %%
own = Regularisation(wrong_labels=0.0, seeds=small(2, 1), steps=small(500, 50))
own = fit(own, "lecture-04-own")
evaluate(own)
show_pictures(own, "methods")

# %% [markdown]
# **Exercise 4a.** Somebody tries 20 models that all guess between two classes, and reports the best
# accuracy on the same 400 test rows. How much is it too good on average? Three digits.

# %%
answer = None  # a number between 0 and 1
check("4a", answer)

# %% [markdown]
# **Exercise 4b.** A network predicts the mean 2 and the standard deviation 0.5, and the measured
# value is 3. What is the negative logarithm of its Gaussian density, in nats? Three digits.

# %%
answer = None
check("4b", answer)
