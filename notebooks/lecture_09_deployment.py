# %% [markdown]
# # Lecture 9: small networks, and where they run
#
# A trained network has to answer somewhere: in another program, on a web page, or in a detector
# that decides 40 million times a second. Small networks answer faster and fit into small circuits.
# This lecture makes a network small in three ways, and takes it out of this project.

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
from importlib.util import find_spec

import numpy as np

from evaluate import evaluate
from notebooks.cells import fit, show_code, show_pictures, small
from notebooks.exercises import check

# %% [markdown]
# ## The network
#
# What made a jet of particles: a gluon, a quark, a W or Z boson, or a top quark? A dense network of
# 15 numbers has to decide. The jets come from a small parton shower.

# %%
from experiments.tables.jets import Jets

hidden = small((64, 32, 32), (8, 4))
jets = Jets(samples=small(8000, 300), hidden=hidden, epochs=small(30, 1))
jets = fit(jets, "lecture-09-jets")
before = evaluate(jets)

# %%
show_pictures(jets, "confusion")

# %% [markdown]
# ## Most weights can go
#
# *Pruning* sets the smallest weights to zero while the training goes on, so that the others can
# make up for it. After the fraction $t / T$ of the rising part the sparsity is
#
# $$ s(t) = s_T \left(1 - (1 - t / T)^3\right) . $$

# %%
from models.pruning import Pruning

show_code(Pruning.apply_masks)

# %%
from experiments.compression.prune import Prune

source = str(jets.folder)
further = small((0.5, 0.9, 0.95), ())
pruned = Prune(from_run=source, sparsity=0.75, further=further, epochs=small(15, 1))
pruned = fit(pruned, "lecture-09-prune")
evaluate(pruned)
show_pictures(pruned, "score-by-parameters", "weights")

# %% [markdown]
# Zeros save operations only where the network becomes a circuit. A processor multiplies by zero as
# by any other number; for a processor remove whole units instead (`by="unit"`).
#
# ## Few bits for each number
#
# In fixed point a number is a whole multiple of a small step: with $b$ bits, of which $i$ stand
# before the point and one is the sign, the step is $2^{-(b - i - 1)}$. Rounding has no derivative;
# the training passes the gradient through as if nothing had been rounded. This needs the package
# hgq2 (`requirements-fpga.txt`).

# %%
from experiments.compression.quantise import Quantise

if find_spec("hgq"):
    fixed = Quantise(from_run=source, bits=(6, 4) if small(1, 0) else (6,), epochs=small(10, 1))
    fixed = fit(fixed, "lecture-09-quantise")
    evaluate(fixed)
    show_pictures(fixed, "score-by-bit-operations")
else:
    print("hgq2 is not installed; the lecture goes on without fixed point")

# %% [markdown]
# ## A student learns from a teacher
#
# The probabilities of a large network say more than a label: this top quark looks a little like a
# W. With the temperature $T$ that softens both, a small student learns from
#
# $$ C = \alpha \, H(y, p) + (1 - \alpha)\, T^2\, \mathrm{KL}(q_T \,\Vert\, p_T) ,
#    \qquad p_T \propto p^{1/T} ,
# $$
#
# where $q$ are the probabilities of the teacher.

# %%
from experiments.compression.knowledge_distillation import KnowledgeDistillation

student = KnowledgeDistillation(
    from_run=source, hidden=small((32,), (4,)), further=(), epochs=small(30, 1)
)
student = fit(student, "lecture-09-student")
evaluate(student)
show_pictures(student, "score-by-parameters")

# %% [markdown]
# The table has the same student alone, without a teacher. With many labelled rows the teacher may
# not help at all; look at the numbers before you believe in it.
#
# ## Out of this project
#
# TensorFlow loads the exported folder by itself; raw values go in, and answers in their units come
# out.

# %%
import tensorflow as tf

model = tf.saved_model.load(str(pruned.folder / "1"))
data = Jets(samples=small(8000, 300)).load()
rows = {name: tf.constant(values[:3]) for name, values in data.test.inputs.items()}
answers = model.serve({name: tf.cast(values, tf.float32) for name, values in rows.items()})
print(answers["class"].numpy().astype(str), np.round(answers["class_probabilities"].numpy(), 3))

# %% [markdown]
# `export.py` writes other formats: a page that answers in a browser, offline and without a server;
# ONNX and LiteRT for programs in other languages; C++ and Verilog for a circuit.

# %%
from deployment.options import Options
from export import export

page = export(pruned, Options(run=str(pruned.folder), to="html"))
print(f"open {page.name} in a browser: {page.stat().st_size / 1000:.0f} kB")

# %%
if find_spec("ai_edge_litert"):
    export(jets, Options(run=source, to="tflite"))
    export(jets, Options(run=source, to="tflite", quantise="dynamic"))
else:
    print("LiteRT is not installed: pip install -r requirements-deploy.txt")

# %% [markdown]
# ## Your turn
#
# Remove units instead of weights. At which sparsity does the accuracy fall by more than one
# percent?

# %%
own = Prune(from_run=source, by="unit", sparsity=0.5, further=(), epochs=small(15, 1))
own = fit(own, "lecture-09-own")
found = evaluate(own).headline
sizes = [run.config["network"]["parameters"] for run in (jets, own)]
print(f"{before.headline.value:.3f} with {sizes[0]:,} weights, {found.value:.3f} with {sizes[1]:,}")

# %% [markdown]
# **Exercise 9a.** A dense network has 16 inputs, hidden layers of 64, 32 and 32 units and 5
# outputs. Pruning sets 75 % of its kernels' weights to zero; biases stay. How many numbers are not
# zero?

# %%
answer = None  # a number
check("9a", answer)

# %% [markdown]
# **Exercise 9b.** A number has 6 bits: a sign, two before the point and three behind it. Which
# number is stored for 1.3?

# %%
answer = None
check("9b", answer)
