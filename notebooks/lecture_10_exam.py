# %% [markdown]
# # Lecture 10: the exam
#
# In the exam you get a raw file that nobody has cleaned, and some hours later you hand in a
# network and a report. This lecture goes the whole way once: look at the file, decide what to
# predict, train, compare with simple methods, explain, and predict new rows.

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
from sklearn.datasets import load_breast_cancer

from evaluate import evaluate, predict
from notebooks.cells import fit, show_code, show_pictures, small
from notebooks.exercises import check

FOLDER = Path(tempfile.mkdtemp())

# %% [markdown]
# ## A raw file
#
# The file holds measurements of 569 tumours from scikit-learn, in a state that files from a
# laboratory often have: a running number, a column that says nothing, missing values, a date, and a
# category as text. Put the path of your own file into `DATA` and its column into `TARGET`, and
# everything below works for it.

# %%
random = np.random.default_rng(10)
table = load_breast_cancer(as_frame=True).frame.iloc[:, [0, 1, 2, 4, 5, 6, 7, 8, 9, 30]].copy()
table["target"] = np.where(table["target"] == 1, "benign", "malignant")
table = table.rename(columns={"target": "diagnosis"})
table.insert(0, "sample id", 1000 + np.arange(len(table)))
table["laboratory"] = random.choice(["north", "south", "west"], len(table))
table["species"] = "human"
days = random.permutation(len(table))
table["received"] = pd.Timestamp("2024-01-01") + pd.to_timedelta(days, "D")
table.loc[random.uniform(size=len(table)) < 0.05, "mean texture"] = np.nan
table = table.sample(frac=1, random_state=10).iloc[: small(None, 120)]
table[:-20].to_csv(FOLDER / "tumours.csv", index=False)
table[-20:].to_csv(FOLDER / "new.csv", index=False)

DATA, TARGET = str(FOLDER / "tumours.csv"), "diagnosis"

# %% [markdown]
# ## Look at it first
#
# How many rows are there, which columns are empty or the same everywhere, how often does each class
# occur? A score means nothing without the last answer: a model that always predicts "benign" is
# right in most cases.

# %%
frame = pd.read_csv(DATA)
summary = pd.DataFrame({"missing": frame.isna().sum(), "different": frame.nunique()})
print(summary, "\n\n", frame[TARGET].value_counts(normalize=True).round(3), sep="")

# %% [markdown]
# ## What the project makes of the columns
#
# `Table` finds numbers, categories and dates, leaves out what cannot help and says so. It sets a
# fifth of the rows aside for the test. Nothing below looks at them before the evaluation.

# %%
from experiments.tables.table import Table

topic = Table(
    data=DATA, target=(TARGET,), members=small(5, 1), epochs=small(60, 1), learning_curve=True
)
print(topic.load().summary())

# %% [markdown]
# ## Train
#
# Five networks, each without a different fifth of the rows, start as the same logistic regression
# and move away from it only where their validation loss falls clearly. The builder adds a deep path
# to a linear one:

# %%
from models.wide_and_deep import wide_and_deep

show_code(wide_and_deep)

# %%
exam = fit(topic, "lecture-10-exam")

# %% [markdown]
# ## Compare
#
# A network has to be better than a logistic regression and boosted trees, or there is no reason to
# take it. The accuracy alone hides which mistakes are made; the confusion matrix shows them. Are
# the probabilities right as well? Of the rows with a probability of 0.8, 80 % should be right.

# %%
found = evaluate(exam)

# %%
show_pictures(exam, "confusion", "roc", "reliability")

# %% [markdown]
# ## Explain
#
# What does the network look at? Shuffle a column of the test rows, and see how much the loss grows.
# Would more rows help? The learning curve says it.

# %%
show_pictures(exam, "importance", "learning-curve")

# %% [markdown]
# How sure is the score itself? The accuracy $p$ on $n$ rows has the standard error
# $\sqrt{p (1 - p) / n}$. Two methods whose scores differ by less are equally good.

# %%
rows = found.metrics["splits"]["test"]["rows"]
accuracy = found.headline.value
error = np.sqrt(accuracy * (1 - accuracy) / rows)
print(f"accuracy {accuracy:.3f} +- {error:.3f} on {rows} rows; {found.headline.method}: "
      f"{found.headline.baseline:.3f}")  # fmt: skip

# %% [markdown]
# ## Hand it in
#
# The run's folder is all you hand in: `report.html` opens offline, `config.json` repeats the
# training, and the SavedModel predicts new rows from their raw values.

# %%
predict(exam, str(FOLDER / "new.csv"), FOLDER / "predictions.csv")
predictions = pd.read_csv(FOLDER / "predictions.csv")
print(predictions.filter(like=TARGET).head().round(3).to_string())

# %%
print(*sorted(path.name for path in exam.folder.iterdir()), sep="\n")

# %% [markdown]
# ## Your turn
#
# Take a file of your own, or make the exam harder: fewer rows, a rare class that must not be missed
# (`decide="balanced"`), or another seed of the split. Does the network still win, if it did?

# %%
own = Table(
    data=DATA, target=(TARGET,), members=1, epochs=small(60, 1), split_seed=1, decide="balanced"
)
own = evaluate(fit(own, "lecture-10-own")).headline
print(f"{own.score}: {own.value:.3f}; {own.method}: {own.baseline:.3f}")

# %% [markdown]
# **Exercise 10a.** A network is right in 95 of 100 test rows. What is the standard error of its
# accuracy? Three digits.

# %%
answer = None  # a number
check("10a", answer)

# %% [markdown]
# **Exercise 10b.** Of 100 healthy people a test calls 90 healthy, and of 10 ill people it calls 6
# ill. What is its balanced accuracy?

# %%
answer = None
check("10b", answer)
