# %% [markdown]
# # Lecture 8: sequences, language, graphs
#
# Order matters in a series and in a text, and neighbours matter in a graph. Each has a network
# whose layers share their weights in the right way: along time, from character to character, from
# node to neighbour.

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

import pandas as pd

from evaluate import evaluate
from notebooks.cells import fit, show_code, show_pictures, small
from notebooks.exercises import check

FOLDER = Path(tempfile.mkdtemp())

# %% [markdown]
# ## Series with a label
#
# Control charts show whether a machine works: normal, cyclic, rising, falling, or shifted up or
# down. Convolutions along time make feature maps $h(t)$, and the class follows from their mean,
#
# $$ p = \mathrm{softmax}\left(V\, \frac{1}{T} \sum_t h(t) + b\right) . $$
#
# So $V h(t)$ says how much each step speaks for a class. The picture shows it: red steps speak for
# the class.

# %%
from experiments.sequences.sequence import Sequence

charts = Sequence(samples=small(1200, 120), epochs=small(12, 1), filters=small((64, 128, 64), (8,)))
charts = fit(charts, "lecture-08-charts")
evaluate(charts)
show_pictures(charts, "activation-maps")

# %% [markdown]
# ## Series to continue
#
# How warm will the sea be during the next year? The table has the surface temperature of the
# eastern Pacific for each month since 1950 (El Nino). What came a year ago comes again; a linear
# model corrects it; a recurrent network (GRU) adds what is left, if later windows show that it
# helps.

# %%
from statsmodels.datasets import elnino

years = elnino.load_pandas().data
months = pd.date_range("1950-01", periods=12 * len(years), freq="MS")
sea = pd.DataFrame({"month": months, "temperature [C]": years.iloc[:, 1:].to_numpy().ravel()})
sea.tail(small(len(sea), 180)).to_csv(FOLDER / "sea.csv", index=False)

# %%
from experiments.sequences.forecast import Forecast

forecast = fit(
    Forecast(data=str(FOLDER / "sea.csv"), model="gru", epochs=small(20, 1)), "lecture-08-forecast"
)
evaluate(forecast)
show_pictures(forecast, "forecast", "error-by-step")

# %% [markdown]
# ## Text
#
# A language model gives the probability of the next character. It learns by
#
# $$ -\log p(\text{text}) = -\sum_t \log p(c_t \mid c_1 \dots c_{t-1}) , $$
#
# in bits for each character: the size to which the text could be compressed. Attention decides
# which earlier characters matter. The text here are the guides of this project.

# %%
from models.attention import SelfAttention

show_code(SelfAttention.mix)

# %%
from experiments.sequences.language import Language

guides = Path(sys.path[0]) / "docs"
text = "\n".join(path.read_text(encoding="utf-8") for path in sorted(guides.glob("*.md")))
(FOLDER / "guides.txt").write_text(text[: small(None, 6000)], encoding="utf-8")
language = Language(
    data=str(FOLDER / "guides.txt"),
    width=small(128, 16),
    depth=small(2, 1),
    ngrams=small(6, 1),
    epochs=small(4, 1),
    window=small(128, 32),
)
language = fit(language, "lecture-08-language")

# %%
evaluate(language)
show_pictures(language, "surprise", "attention")

# %% [markdown]
# What it has learned it can also write, one character after the other. A low temperature writes
# what is likely; a high one is more daring.

# %%
from evaluation.generate import generate_rows

generate_rows(language, 300, seed=0, inputs=("prompt=The network", "temperature=0.6"))

# %% [markdown]
# ## Graphs
#
# In a graph of digits every picture is joined to the pictures most like it. Only ten pictures of
# each digit have a label. A layer takes the mean over a node and its neighbours,
#
# $$ x'_i = \mathrm{relu}\left(W \sum_j \frac{x_j}{\sqrt{d_i d_j}}\right) , $$
#
# so labels reach far along the edges.

# %%
from models.message_passing import Propagate

show_code(Propagate)

# %%
from experiments.graphs.nodes import Nodes

nodes = fit(Nodes(epochs=small(200, 2)), "lecture-08-nodes")
evaluate(nodes)
show_pictures(nodes, "embedding")

# %% [markdown]
# ## Your turn
#
# Take labels away: how few per digit are enough? Or take attention instead of a mean
# (`model="gat"`).

# %%
own = fit(Nodes(labelled=2, epochs=small(200, 2)), "lecture-08-own")
score = evaluate(own).headline
print(f"{score.value:.3f}; {score.method}: {score.baseline:.3f}")

# %% [markdown]
# **Exercise 8a.** A model gives every character of a text the probability 1/3. How many bits does
# it need for each character? Three digits.

# %%
answer = None  # a number
check("8a", answer)

# %% [markdown]
# **Exercise 8b.** A series of 120 hours is cut into windows of 24 hours that are known and 12 hours
# to forecast. How many different windows are there?

# %%
answer = None
check("8b", answer)
