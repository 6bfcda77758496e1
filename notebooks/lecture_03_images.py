# %% [markdown]
# # Lecture 3: images, and what convolutions see
#
# A picture is a table of pixels in which neighbours belong together. A dense layer does not know
# this; a convolution does. This lecture slides kernels over a photograph, trains a convolutional
# network (CNN) for handwritten digits, and looks at what its layers answer.

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
from lectures import convolution
from notebooks.cells import fit, show_code, show_pictures, small
from notebooks.exercises import check

# %% [markdown]
# ## A kernel slides over a picture
#
# Channel $o$ of the answer is a weighted sum of the pixels around each place $i$, with the same
# weights $K$ everywhere:
#
# $$ y_{i,o} = \sum_k \sum_c x_{s i + k - p,\, c} \; K_{k,c,o} $$
#
# with the stride $s$ and the padding $p$. Along an axis of $n$ pixels a kernel of size $k$ has
#
# $$ \left\lfloor \frac{n + 2p - k}{s} \right\rfloor + 1 $$
#
# places. In NumPy it is a loop over the few elements of the kernel:

# %%
show_code(convolution.correlate)

# %%
picture = np.zeros((1, 5, 5, 1))
picture[0, :, 2:, 0] = 1  # dark to the left, bright to the right
edges = np.array(convolution.KERNELS["vertical edges (Sobel)"])[..., None, None]
print(convolution.correlate(picture, edges)[0, :, :, 0])

# %% [markdown]
# ## Kernels on a photograph, and shifted pictures
#
# The next run applies five kernels to a photograph. It also trains two networks on digits in the
# centre of a frame, and tests them on shifted digits. A convolution of a shifted picture is the
# shifted convolution (*translation equivariance*); a dense layer must learn every position anew.

# %%
from experiments.images.convolution import Convolution

kernels = fit(Convolution(epochs=small(30, 1)), "lecture-03-convolution")
evaluate(kernels)
show_pictures(kernels, "filtered")

# %%
show_pictures(kernels, "shifts")

# %% [markdown]
# The convolutional network is as good as before at shifts of 2, 4 and 6 pixels. Between them it
# loses something, because its pooling has a stride of 2.
#
# ## A deep CNN
#
# Blocks of two convolutions and a pooling make the picture smaller and the channels more. At the
# end a dense layer and a softmax give a probability for each digit. The builder reads from top to
# bottom:

# %%
from models.cnn import cnn_classifier

show_code(cnn_classifier)

# %%
from experiments.images.digits import Digits

digits = fit(Digits(epochs=small(30, 1)), "lecture-03-digits")
scores = evaluate(digits).headline
print(f"CNN {scores.value:.3f}, {scores.method} {scores.baseline:.3f}")

# %% [markdown]
# ## What the layers see
#
# The 3 x 3 kernels of the first layer are edges and spots. Their answers to a digit are called
# feature maps; deeper maps are smaller and react to larger parts of the picture.

# %%
show_pictures(digits, "filters", "feature-maps")

# %% [markdown]
# The exported model has these maps as an endpoint of its own, next to `serve`:

# %%
data = Digits().load()
first = data.test.inputs["image"][:1]
maps = digits.predict({"image": first}, "feature_maps")
print({name: values.shape for name, values in maps.items()})

# %% [markdown]
# ## Mistakes
#
# Look at the mistakes before you trust a score. Some digits are hard for people, too.

# %%
show_pictures(digits, "confusion", "mistakes")

# %% [markdown]
# ## Your turn
#
# How much does the convolution matter? Compare with the dense network of lecture 1, which has more
# weights. Then change the split (`split_seed=1`): how much of the difference is luck?

# %%
other = fit(Digits(model="dense", epochs=small(30, 1)), "lecture-03-own")
score = evaluate(other).headline
sizes = [run.config["network"]["parameters"] for run in (digits, other)]
print(f"accuracy {score.value:.3f}; CNN {sizes[0]:,} weights, this network {sizes[1]:,}")

# %% [markdown]
# **Exercise 3a.** A picture of 28 x 28 pixels goes through 16 filters of 5 x 5 with stride 2 and no
# padding, then through 32 filters of 3 x 3 with stride 1 and no padding. How many numbers come out?

# %%
answer = None  # a number
check("3a", answer)

# %% [markdown]
# **Exercise 3b.** How many weights and biases has the second of these layers?

# %%
answer = None
check("3b", answer)
