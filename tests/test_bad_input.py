"""Bad input: one line that says what was wanted, what was received and what to do; exit code 2; nothing left behind."""

import gzip
import json
import shutil
import socket
import struct
import zlib

import h5py
import numpy as np
import pandas as pd
import pytest
from PIL import Image

import evaluate
import train
from errors import UserError

QUICK = ("--epochs", "1", "--members", "1")


def mistake(program, *words):
    """The message of a command that has to fail, which is one line."""
    with pytest.raises(UserError) as caught:
        program.main([str(word) for word in words])
    message = str(caught.value)
    assert message and "\n" not in message
    return message


@pytest.fixture
def refused(saved_models):
    """`refused(*words)`: the message of a `train.py` command that leaves no trace among the runs."""

    def run(*words):
        message = mistake(train, *words)
        assert not saved_models.exists() or not list(saved_models.iterdir())
        return message

    return run


def table(**changes):
    """60 rows: a number, a category, a class and a number that follows from the first."""
    random = np.random.default_rng(0)
    size = random.normal(size=60)
    columns = {"size": size, "colour": random.choice(["red", "blue"], 60), "kind": np.tile(["a", "b", "c"], 20)}
    return pd.DataFrame(columns | {"price": 3 * size + 1} | changes)


@pytest.fixture
def file(tmp_path):
    """`file(table or bytes, name)`: the path of a file with this content."""

    def write(content, name="table.csv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.to_csv(index=False).encode())
        return path

    return write


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """The folder of a run on a table; tests copy it before they damage it."""
    folder = tmp_path_factory.mktemp("trained")
    table().to_csv(folder / "table.csv", index=False)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("training.run.RUNS", folder / "saved_models")
        train.main(["table", "--data", str(folder / "table.csv"), "--target", "price", "--name", "prices", *QUICK])
    return folder / "saved_models" / "prices"


@pytest.fixture
def run(trained, tmp_path):
    """A copy of the run, to be damaged."""
    return shutil.copytree(trained, tmp_path / "saved_models" / "prices")


# The words of a command


def test_unknown_experiment(refused):
    assert "no experiment 'tabel'. Did you mean table?" in refused("tabel")


@pytest.mark.parametrize(
    "words, text",
    [
        (["table", "--epoch", "3"], "--epochs"),
        (["table", "--epochs", "abc"], "'abc'"),
        (["table", "--task", "clasification"], "classification"),
        (["table", "--epochs"], "--epochs"),
        (["xor", "--activation", "rellu"], "leaky_relu"),
    ],
)
def test_misspelt_options(words, text, capsys, saved_models):
    with pytest.raises(SystemExit) as caught:
        train.main(words)
    assert caught.value.code == 2
    assert text in capsys.readouterr().err
    assert not saved_models.exists()


@pytest.mark.parametrize(
    "words",
    [
        *("table --epochs 0", "table --batch-size 0", "table --batch-size -8", "table --patience -1", "table --seed -1"),
        *("table --learning-rate -1", "table --learning-rate 0", "table --learning-rate nan", "table --learning-rate inf"),
        *("table --split-seed -1", "table --split-seed 4294967296", "table --members -1", "table --hidden 64 0"),
        *("table --dropout 1.5", "table --l2 -1", "function --samples 3", "function --noise -1", "function --margin nan"),
        *("function --degree -1", "function --spread -1", "function --hidden 0", "xor --seeds 0", "xor --units 0"),
        *("jets --rows -3", "images --size -1", "images --augment 2", "digits --epochs 0", "house-prices --dropout 1"),
    ],
)
def test_option_outside_its_range(words, refused):
    option, *_, received = words.split()[1:]
    message = refused(*words.split())
    assert message.startswith(f"{option} wants ")
    assert float(message.split("Received: ")[1]) == pytest.approx(float(received), nan_ok=True)


@pytest.mark.parametrize("name", ["a/b", "../up", ".hidden", "x" * 200])
def test_run_names(name, refused):
    assert "--name takes up to 100 letters" in refused("digits", "--name", name)


def test_a_run_is_not_replaced_unless_asked_for(saved_models):
    (saved_models / "digits").mkdir(parents=True)
    (saved_models / "notes.txt").write_text("mine")
    assert "exists. Give --overwrite" in mistake(train, "digits")
    assert "is a file, not a run" in mistake(train, "digits", "--name", "notes.txt", "--overwrite")
    assert (saved_models / "notes.txt").read_text() == "mine"


# --config


def config_file(path, **changes):
    content = {"format": 1, "experiment": "table", "options": {}, "data": {}, "training": {}, "versions": {}} | changes
    path.write_text(json.dumps(content))
    return path


@pytest.mark.parametrize(
    "changes, text",
    [
        ({"format": 7}, "has format 7; this version reads format 1"),
        ({"format": "new"}, "lacks 'format'"),
        ({"experiment": "tabel"}, "Did you mean table?"),
        ({"experiment": 3}, "lacks 'experiment'"),
        ({"options": [1]}, "lacks 'options'"),
        ({"options": {"epoch": 3}}, "option 'epoch' unknown to table. Did you mean epochs?"),
        ({"options": {"epochs": "many"}}, "has epochs = 'many', wanted int"),
        ({"options": {"epochs": 1.5}}, "has epochs = 1.5, wanted int"),
        ({"options": {"epochs": True}}, "has epochs = True, wanted int"),
        ({"options": {"epochs": 0}}, "--epochs wants 1 or more. Received: 0"),
        ({"options": {"hidden": ["big"]}}, "wanted tuple[int, ...]"),
        ({"options": {"task": "regresion"}}, "wanted Literal['auto', 'regression', 'classification']"),
        ({"options": {"learning_rate": 1}}, "table wants --data"),  # an int is a float: the next mistake is found
    ],
)
def test_config_that_does_not_fit(changes, text, refused, tmp_path):
    assert text in refused("--config", config_file(tmp_path / "config.json", **changes))


def test_config_that_is_none(refused, file):
    assert "--config wants a file" in refused("--config")
    assert "has no config.json" in refused("--config", "nowhere/config.json")
    assert "is not the config.json of a run" in refused("--config", file(b"hello", "text.json"))
    assert "is not the config.json of a run" in refused("--config", file(b"\xff\xfe\0", "bytes.json"))
    assert "is not the config.json of a run" in refused("--config", file(b"null", "null.json"))


# Tables


def test_table_without_data_or_target(refused, file):
    assert "wants --data FILE.csv" in refused("table")
    assert "one or more of the columns: size, colour, kind, price" in refused("table", "--data", file(table()))
    assert "Did you mean table.csv?" in refused("table", "--data", file(b"").with_name("tabel.csv"), "--target", "price")


@pytest.mark.parametrize(
    "content, target, text",
    [
        (b"", "price", "is empty"),
        (b"size,price\n", "price", "no rows"),
        (b"size,price\n1,2\n3,4,5\n", "price", "line 3"),
        (bytes(range(256)), "price", "is not text"),
        (table(), "prize", "no column 'prize' to predict. Did you mean price"),
        (table(price=1.0), "price", "in every row, there is nothing to learn"),
        (table(price=np.nan), "price", "missing in every row"),
        (table(price=[np.inf, *range(59)]), "price", "infinite in row 1"),
        (table(kind=["a"] * 59 + ["b"]), "kind", "class 'b' in 1 row only"),
        (table(size=[1.0, np.inf] * 30), "price", "Column 'size', row 2: 'inf' is infinite"),
        (table()[["price"]], "price", "No column is left as an input"),
        (table()[:4], "price", "has 4 rows with a target, wanted at least 10"),
        (table(price=[1.0, 2.0] + [np.nan] * 58), "price", "has 2 rows with a target"),
    ],
)
def test_table_that_cannot_be_learned(content, target, text, refused, file):
    assert text in refused("table", "--data", file(content), "--target", target, *QUICK)


def test_more_members_than_rows(refused, file):
    words = ("table", "--data", file(table()), "--epochs", "1", "--members", "50", "--target")
    assert "--members wants at most 48" in refused(*words, "price")
    assert "--members wants at most 16" in refused(*words, "kind")  # rows of the most frequent class


@pytest.mark.parametrize(
    "rows, text",
    [
        (table().drop(columns="colour"), "lacks the column 'colour'"),
        (table().drop(columns="kind"), "no column 'kind'"),
        (table(kind="z"), "'z' in row 1, which is not a class of the training: a, b, c"),
        (table(kind=None), "no targets"),
        (table(size="large"), "Column 'size', row 1: 'large' is not a number"),
    ],
)
def test_rows_to_test_with(rows, text, refused, file):
    data, test_data = file(table()), file(rows, "test.csv")
    assert text in refused("table", "--data", data, "--test-data", test_data, "--target", "kind", *QUICK)


# Downloads, where there is no network


@pytest.fixture
def offline(monkeypatch, tmp_path):
    def fail(*arguments, **options):
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr("socket.getaddrinfo", fail)
    monkeypatch.setenv("KAGGLEHUB_CACHE", str(tmp_path / "kaggle"))
    monkeypatch.setenv("SCIKIT_LEARN_DATA", str(tmp_path / "openml"))


def test_no_network(refused, offline):
    assert "datasets/owner/name and give the file with --data" in refused("table", "--data", "kaggle:owner/name")
    assert "home-value-insights and give the file with --data" in refused("house-prices")
    assert "Give a copy with --data: a CSV" in refused("jets")
    assert "wanted kaggle:owner/name" in refused("table", "--data", "kaggle:owner")


# Jets and MNIST from files


def hdf5(path, **arrays):
    with h5py.File(path, "w") as file:
        for name, values in arrays.items():
            file[name] = values
    return path


def test_broken_jets(refused, tmp_path, file):
    good = hdf5(tmp_path / "jets.h5", jetFeatureNames=[b"a", b"b"], jets=np.zeros((3, 2)))
    paths = [
        file(b"hello", "text.h5"),
        file(good.read_bytes()[:2000], "half.h5"),
        hdf5(tmp_path / "other.h5", x=np.zeros(3)),
        hdf5(tmp_path / "shape.h5", jetFeatureNames=[b"a"], jets=np.zeros((3, 2))),
        hdf5(tmp_path / "group.h5", jet_features=np.zeros((3, 2))),
        good,  # without the columns of the lectures
    ]
    for path in paths:
        assert "wanted an HDF5 file with jets and jetFeatureNames" in refused("jets", "--data", path)
    assert "no such file or folder. Did you mean jets.h5" in refused("jets", "--data", tmp_path / "jest.h5")


def idx(array):
    """The idx format of bytes."""
    return struct.pack(f">BBBB{array.ndim}i", 0, 0, 8, array.ndim, *array.shape) + array.tobytes()


PICTURES, LABELS = np.zeros((40, 28, 28), "uint8"), np.tile(np.arange(10, dtype="uint8"), 4)
IMAGE_FILE, LABEL_FILE = "train-images-idx3-ubyte", "train-labels-idx1-ubyte"


@pytest.mark.parametrize(
    "name, content, text",
    [
        (IMAGE_FILE, None, "there is no train-images-idx3-ubyte"),
        (IMAGE_FILE, idx(PICTURES)[:1000], "is damaged"),
        (IMAGE_FILE, b"", "is damaged"),
        (LABEL_FILE, b"hello world, hello world", "is damaged"),
        (LABEL_FILE, idx(LABELS[:10]), "and digits (pictures,). Received uint8 (40, 28, 28) and (10,)"),
        (IMAGE_FILE, idx(PICTURES[:, :7, :7]), "Received uint8 (40, 7, 7)"),
        (LABEL_FILE, idx(LABELS), "wanted the digits 0 to 9, each 10 times or more"),
        (f"{LABEL_FILE}.gz", b"hello", "is damaged"),
        (f"{LABEL_FILE}.gz", gzip.compress(idx(LABELS))[:30], "is damaged"),
        (f"{LABEL_FILE}.gz", gzip.compress(idx(LABELS))[:10] + b"\xff" * 30, "is damaged"),
    ],
)
def test_broken_idx_files(name, content, text, refused, tmp_path):
    for part in ("train", "t10k"):
        (tmp_path / f"{part}-images-idx3-ubyte").write_bytes(idx(PICTURES))
        (tmp_path / f"{part}-labels-idx1-ubyte").write_bytes(idx(LABELS))
    (tmp_path / name.removesuffix(".gz")).unlink()
    if content is not None:
        (tmp_path / name).write_bytes(content)
    assert text in refused("mnist", "--data", tmp_path)


# Pictures


def npz(path, **arrays):
    np.savez(path, **arrays)
    return path


X, Y = np.zeros((20, 8, 8), "uint8"), np.repeat([0, 1], 10)


@pytest.mark.parametrize(
    "arrays, text",
    [
        ({"a": X}, "wanted a folder, or an npz with the arrays x, y. Received: a"),
        ({"x": X, "y": np.array([{}] * 20)}, "Object arrays cannot be loaded"),  # a pickle
        ({"x": X, "y": np.zeros((20, 2), int)}, "Received (20, 8, 8, 1) and (20, 2)"),
        ({"x": X, "y": 1}, "Received (20, 8, 8, 1) and ()"),
        ({"x": X, "y": Y[:10]}, "Received (20, 8, 8, 1) and (10,)"),
        ({"x": X[:, :0], "y": Y}, "Received (20, 0, 8, 1)"),
        ({"x": X.astype(str), "y": Y}, "wanted pictures x of numbers"),
        ({"x": np.full(X.shape, np.nan), "y": Y}, "nan or infinite"),
        ({"x": X, "y": np.full(20, np.nan)}, "wanted labels y of whole numbers or text"),
        ({"x": X, "y": np.zeros(20, int)}, "one class only (0)"),
        ({"x": X, "y": np.arange(20)}, "class '0' has 1 pictures"),
    ],
)
def test_npz_with_other_arrays(arrays, text, refused, tmp_path):
    assert text in refused("images", "--data", npz(tmp_path / "pictures.npz", **arrays))


def test_broken_npz(refused, tmp_path, file):
    good = npz(tmp_path / "good.npz", x=X, y=Y).read_bytes()
    for content in (b"", b"hello", good[:300], good[:200] + b"\xff" * 50 + good[250:]):
        for experiment in ("images", "mnist"):
            assert "wanted a folder, or an npz" in refused(experiment, "--data", file(content, "pictures.npz"))


@pytest.fixture
def pictures(tmp_path):
    """A folder with two classes of ten pictures."""
    random = np.random.default_rng(0)
    for label in ("cat", "dog"):
        (tmp_path / "pictures" / label).mkdir(parents=True)
        for number in range(10):
            pixels = random.integers(0, 255, (9, 9, 3), dtype="uint8")
            Image.fromarray(pixels).save(tmp_path / "pictures" / label / f"{number}.png")
    return tmp_path / "pictures"


def huge_png(width, height):
    """A few bytes that unfold to gigabytes."""

    def chunk(kind, content):
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")


def test_folders_without_pictures(refused, tmp_path, pictures):
    assert "--data wants a folder" in refused("images")
    assert "no such file or folder. Did you mean pictures?" in refused("images", "--data", tmp_path / "picture")
    (tmp_path / "empty").mkdir()
    assert "no pictures in subfolders" in refused("images", "--data", tmp_path / "empty")
    assert "no pictures in subfolders" in refused("images", "--data", pictures / "cat")
    shutil.rmtree(pictures / "dog")
    assert "one class only (cat)" in refused("images", "--data", pictures)
    for path in (pictures / "cat").iterdir():
        path.write_bytes(b"hello")
    assert "none of its 10 files can be read as a picture" in refused("images", "--data", pictures)


def test_broken_pictures_are_skipped_and_named(pictures):
    from datasets.picture_folder import pictures_of_your_own

    (pictures / "cat" / "text.png").write_bytes(b"hello")
    (pictures / "cat" / "half.png").write_bytes((pictures / "cat" / "0.png").read_bytes()[:150])
    (pictures / "dog" / "bomb.png").write_bytes(huge_png(60_000, 60_000))
    (pictures / "dog" / "large.png").write_bytes(huge_png(12_000, 12_000))
    dataset = pictures_of_your_own(str(pictures), 0)
    (remark,) = dataset.remarks
    assert remark == "skipped 4 unreadable pictures: cat/half.png, cat/text.png, dog/bomb.png, dog/large.png"
    assert dataset.train.rows + dataset.validation.rows + dataset.test.rows == 20


# Formulas


@pytest.mark.parametrize(
    "words, text",
    [
        (["--formula", "sine(x)"], "unknown function 'sine' in 'sine(x)'. Did you mean sin"),
        (["--formula", "__import__('os').system('ls')"], "unexpected character"),
        (["--formula", "x.real"], "something that is not a number"),
        (["--formula", "x +"], "cannot be read"),
        (["--formula", "log(x)"], "no finite value at x ="),
        (["--formula", "x + y + z"], "wants one or two variables. Received 3"),
        (["--formula", "3"], "wants one or two variables. Received 0"),
        (["--interval", "1", "2", "3"], "--interval wants 2 numbers for one variable. Received 3"),
        (["--formula", "x*y", "--interval", "1", "2", "3"], "--interval wants 2 or 4 numbers for 2 variables. Received 3"),
        (["--interval", "2", "1"], "low before high. Received 2.0 1.0"),
        (["--interval", "nan", "1"], "finite numbers"),
    ],
)
def test_formulas(words, text, refused):
    assert text in refused("function", *words)


# Runs to evaluate


def test_not_a_run(trained, saved_models, file):
    shutil.copytree(trained, saved_models / "prices")
    assert "Did you mean prices?" in mistake(evaluate, saved_models / "price")
    assert "is not the config.json of a run" in mistake(evaluate, file(table()))
    assert "--output wants the rows to predict" in mistake(evaluate, trained, "--output", "predictions.csv")


@pytest.mark.parametrize("name", ["saved_model.pb", "variables/variables.data-00000-of-00001", "variables/variables.index"])
def test_damaged_model(name, run):
    path = run / "1" / name
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    assert "is damaged" in mistake(evaluate, run)
    path.unlink()
    assert "is damaged" in mistake(evaluate, run)
    shutil.rmtree(run / "1")
    assert "holds no SavedModel" in mistake(evaluate, run)
    assert not (run / "metrics.json").exists()


def test_damaged_config(run):
    path = run / "config.json"
    text, content = path.read_text(), json.loads(path.read_text())
    path.write_text(text[:200])
    assert "is not the config.json of a run" in mistake(evaluate, run)
    damages = [
        ({"data": 3}, "lacks 'data'"),
        ({"data": {}}, "is damaged ('columns')"),
        ({"data": content["data"] | {"columns": [{"width": 3}]}}, "is damaged"),
        ({"data": content["data"] | {"columns": content["data"]["columns"][1:]}}, "other columns than its SavedModel"),
    ]
    for damage, message in damages:
        path.write_text(json.dumps(content | damage))
        assert message in mistake(evaluate, run, "--data", content["options"]["data"])
    path.write_text(json.dumps(content | {"options": content["options"] | {"split_seed": -1}}))
    assert "--split-seed wants" in mistake(evaluate, run)
    assert not (run / "predictions.csv").exists()


def test_one_damaged_run_does_not_hide_the_others(trained, saved_models, capsys):
    shutil.copytree(trained, saved_models / "good")
    shutil.copytree(trained, saved_models / "broken")
    (saved_models / "broken" / "config.json").write_text("hello")
    evaluate.main([])
    shown = capsys.readouterr().out
    assert "good" in shown and "broken" in shown and "is damaged" in shown


def test_training_data_gone_or_changed(run, file):
    config = json.loads((run / "config.json").read_text())
    config["options"]["data"] = str(file(table(price=np.arange(60.0))))
    (run / "config.json").write_text(json.dumps(config))
    assert "has changed since the training" in mistake(evaluate, run)
    file(table()).unlink()
    assert "There is no file" in mistake(evaluate, run)
    assert not (run / "metrics.json").exists()


# New rows


@pytest.mark.parametrize(
    "rows, text",
    [
        (b"", "is empty"),
        (b"size,colour\n", "no rows"),
        (table().drop(columns="colour"), "lacks the column 'colour'"),
        (table(size=["1", "large"] * 30), "Column 'size', row 2: 'large' is not a number"),
        (table(size=[1.0, -np.inf] * 30), "Column 'size', row 2: '-inf' is infinite"),
        (table(price="dear"), "Target 'price' is text"),
    ],
)
def test_rows_that_cannot_be_predicted(rows, text, trained, file, tmp_path):
    assert text in mistake(evaluate, trained, "--data", file(rows), "--output", tmp_path / "predictions.csv")
    assert not (tmp_path / "predictions.csv").exists()


def test_unseen_categories_are_predicted_with_a_warning(trained, file, tmp_path, capsys):
    evaluate.main([str(trained), "--data", str(file(table(colour="pink"))), "--output", str(tmp_path / "out.csv")])
    assert "column 'colour' has 1 categories never seen in training: pink" in capsys.readouterr().out
    assert pd.read_csv(tmp_path / "out.csv")["price_predicted"].notna().all()


def test_rows_with_a_target_are_scored(trained, file, tmp_path, capsys):
    rows = table(price=[np.nan] * 50 + [1.0, 2.0] * 5)
    evaluate.main([str(trained), "--data", str(file(rows)), "--output", str(tmp_path / "out.csv")])
    assert "price, new (10 rows)" in capsys.readouterr().out
    assert len(pd.read_csv(tmp_path / "out.csv")) == 60


def test_predictions_that_cannot_be_written(trained, file, tmp_path):
    data = file(table())
    content = data.read_bytes()
    assert "cannot be written" in mistake(evaluate, trained, "--data", data, "--output", tmp_path / "nowhere" / "out.csv")
    assert "cannot be written" in mistake(evaluate, trained, "--data", data, "--output", tmp_path)
    assert "is the file of --data" in mistake(evaluate, trained, "--data", data, "--output", data)
    assert data.read_bytes() == content


def test_pictures_to_predict(pictures, tmp_path, capsys):
    from datasets.dataset import Column
    from datasets.picture_folder import pictures_to_predict

    column = Column("image", "image", shape=(9, 9, 3), dtype="uint8")
    (pictures / "cat" / "text.png").write_bytes(b"hello")
    with pytest.raises(UserError, match="text.png is not a readable picture"):
        pictures_to_predict(pictures / "cat" / "text.png", column, "label")
    frame, inputs = pictures_to_predict(pictures, column, "label")
    assert len(frame) == len(inputs["image"]) == 20
    assert "skipped" in capsys.readouterr().out
    with pytest.raises(UserError, match="Received .8, 8, 1."):
        pictures_to_predict(npz(tmp_path / "small.npz", x=X, y=Y), column, "label")


# As a user sees it


def assert_one_line(result, text):
    assert result.returncode == 2
    assert len(result.stderr.splitlines()) == 1, result.stderr
    assert text in result.stderr


def test_one_line_and_exit_code_2(command, tmp_path, file, run):
    assert_one_line(command("train.py", "tabel"), "train.py: there is no experiment 'tabel'. Did you mean table?")
    words = ("table", "--data", file(table(size=[np.inf, 1.0] * 30)), "--target", "price", "--name", "new")
    assert_one_line(command("train.py", *words), "train.py: Column 'size', row 1")
    assert not [path for path in (tmp_path / "saved_models").iterdir() if path != run]
    index = run / "1" / "variables" / "variables.index"
    index.write_bytes(index.read_bytes()[:50])
    assert_one_line(command("evaluate.py", run), "is damaged")


def test_misspelt_option_has_no_traceback(command):
    result = command("train.py", "digits", "--epoch", "3")
    assert result.returncode == 2
    assert "--epochs" in result.stderr and "Traceback" not in result.stderr


def test_mnist_without_network(command, tmp_path, monkeypatch):
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")  # nobody listens there
    result = command("train.py", "mnist")
    assert_one_line(result, "Give a copy with --data: mnist.npz")
    assert not (tmp_path / "saved_models").exists()
