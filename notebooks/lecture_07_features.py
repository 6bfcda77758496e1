# %% [markdown]
# # Lecture 7: features, anomalies, generating
#
# Labels are expensive; pictures and rows are not. This lecture learns without labels: numbers that
# describe a picture, rows that do not belong, and new pictures and points that look like the data.

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
from notebooks.cells import fit, show_code, show_pictures, small
from notebooks.exercises import check

# %% [markdown]
# ## Autoencoder
#
# An encoder $z = e(x)$ squeezes 64 pixels into a few numbers, and a decoder $d$ restores the
# picture. Both learn by
#
# $$ C = \frac{1}{n} \sum_i \lVert x_i - d(e(x_i)) \rVert^2 . $$
#
# A linear encoder and decoder would find the principal components (PCA). That is where this network
# begins; it then adds what is not linear.

# %%
from models.autoencoder import autoencoder

show_code(autoencoder)

# %%
from experiments.features.autoencoder import Autoencoder

codes = fit(Autoencoder(epochs=small(60, 1), widths=()), "lecture-07-autoencoder")
evaluate(codes)
show_pictures(codes, "reconstructions", "latent-plane")

# %% [markdown]
# Eight numbers are left of a picture, and a linear model still reads the digit from them: the
# *linear probe* in the table. The labels were never seen by the network.

# %% [markdown]
# ## Anomalies
#
# A network that has seen only normal rows restores only normal rows well. The digits 0 to 4 and 6
# to 9 are normal here, and a 5 is not. The score of a picture joins the error of the restored
# picture and two further opinions; its quality is the area under the ROC curve (AUC), the
# probability that an anomaly has a larger score than a normal row.

# %%
from experiments.features.anomaly import Anomaly

unusual = fit(Anomaly(epochs=small(60, 1)), "lecture-07-anomaly")
evaluate(unusual)
show_pictures(unusual, "scores", "explanations")

# %% [markdown]
# ## A density: normalizing flow
#
# An invertible network $z = f(x)$ moves the points of two half-moons onto a standard normal
# distribution. Its density is then known exactly:
#
# $$ \ln p(x) = \ln N(f(x); 0, 1) + \ln \left| \det \frac{\partial f}{\partial x} \right| . $$
#
# Each coupling changes half of the numbers, with parameters that a network computes from the other
# half. That makes the inverse and the determinant easy.

# %%
from models.couplings import AffineCoupling

show_code(AffineCoupling)

# %%
from experiments.generative.flow import Flow

flow = Flow(
    samples=small(20_000, 200),
    coupling=small("spline", "affine"),
    couplings=small(6, 2),
    hidden=small((64, 64), (8,)),
    epochs=small(20, 1),
)
flow = fit(flow, "lecture-07-flow")
evaluate(flow)
show_pictures(flow, "log-density", "samples")

# %% [markdown]
# ## Codes that generate: variational autoencoder
#
# The encoder now gives a distribution $q(z \mid x)$ of codes, close to a standard normal one. Then
# every normal number is a code, and the decoder makes a new picture of it. The loss bounds the
# probability of the data:
#
# $$ -\ln p(x) \le \mathrm{E}_q[-\ln p(x \mid z)] + \mathrm{KL}(q(z \mid x) \,\Vert\, N(0, 1)) . $$

# %%
from experiments.generative.vae import Vae

vae = Vae(latent=2, hidden=small((), (16,)), epochs=small(100, 1))
vae = fit(vae, "lecture-07-vae")
evaluate(vae)
show_pictures(vae, "latent-map", "samples")

# %% [markdown]
# The exported model draws as many pictures as one asks for. The same seed gives the same pictures,
# on every computer:

# %%
drawn = vae.predict({"count": np.array(4), "seed": np.array(7)}, "generate")
print({name: values.shape for name, values in drawn.items()})

# %% [markdown]
# ## Your turn
#
# Diffusion learns to take noise away, step by step. Choose a pattern: moons, circles, grid,
# checkerboard, pinwheel or banana. Which one is hard?

# %%
from experiments.generative.diffusion import Diffusion

own = Diffusion(
    data="pinwheel",
    hidden=small((128, 128, 128), (16,)),
    samples=small(8000, 200),
    epochs=small(25, 1),
    steps=small(10, 4),
)
own = fit(own, "lecture-07-own")
evaluate(own)
show_pictures(own, "noise-to-data", "samples")

# %% [markdown]
# **Exercise 7a.** Which part of the variance of scikit-learn's 1797 digits, as rows of 64 pixels,
# do the first two principal components explain? Three digits.

# %%
answer = None  # a number between 0 and 1
check("7a", answer)

# %% [markdown]
# **Exercise 7b.** Four normal rows have the scores 1, 2, 3 and 4, and three anomalies have 2.5, 3.5
# and 5. What is the AUC?

# %%
answer = None
check("7b", answer)
