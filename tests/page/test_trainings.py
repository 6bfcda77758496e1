"""Trainings on the page: the forms of all topics, and one from its start to its end."""

import dataclasses
import json
import re
from types import SimpleNamespace

import pytest

from errors import UserError
from page import forms
from tasks import catalogue
from tests.page.conftest import Client, serve

LOCAL, OPEN = SimpleNamespace(is_local=True), SimpleNamespace(is_local=False)
WAIT = 120_000  # milliseconds; the machine may be busy
SMALL = {"hidden": "4", "samples": "60", "epochs": "3"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """An empty folder of runs."""
    folder = tmp_path_factory.mktemp("trained")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("runs.folder.RUNS", folder)
        yield folder


@pytest.fixture(scope="module")
def server(folder):
    with serve() as server:
        yield server
        if training := getattr(server, "training", None):
            training.process.kill()


@pytest.mark.parametrize("topic", catalogue.read_names())
def test_a_form_has_every_option(topic):
    request = SimpleNamespace(names={"topic": topic}, server=LOCAL)
    form = json.loads(json.dumps(forms.describe_topic(request)))
    options = [option for group in form["groups"] for option in group["options"]]
    fields = [field.name for field in dataclasses.fields(catalogue.find_experiment(topic))]
    assert sorted(option["name"] for option in options) == sorted(fields)
    assert all(option["help"] for option in options) and form["description"]
    for option in options:
        assert option["widget"] != "choice" or option["value"] in option["choices"]


def test_the_list_is_that_of_the_command():
    themes = forms.list_topics(None)["themes"]
    names = [topic["name"] for theme in themes for topic in theme["topics"]]
    assert sorted(names) == sorted(catalogue.read_names())


def test_a_form_becomes_the_words_of_a_command(folder):
    values = {"formula": "-x^2", "interval": "-2, 2", "hidden": "8 4", "probabilistic": True}
    words, name = forms.read_form(LOCAL, "function", values | {"name": "mine"})
    assert name == "mine" and words == [
        *("function", "--formula=-x^2", "--interval", "-2", "2", "--hidden", "8", "4"),
        *("--probabilistic", "--name=mine"),
    ]
    equation = {"residual": "u'' = -u\n", "domain": "t=0..5", "condition": "u(0) = 1\nu'(0) = 0"}
    words, _ = forms.read_form(LOCAL, "equation", equation)
    assert words[words.index("--condition") + 1 :] == ["u(0) = 1", "u'(0) = 0"]


@pytest.mark.parametrize(
    ("topic", "values", "line"),
    [
        ("function", {"epochs": "0"}, "--epochs must be a number 1 or larger. Received: 0"),
        ("function", {"epochs": "many"}, "--epochs: expected a whole number"),
        ("function", {"activation": "magic"}, "invalid choice 'magic' for argument '--activation'"),
        ("function", {"formula": "sin(x"}, "sin"),
        ("function", {"name": "../elsewhere"}, "--name must be 1 to 100 letters"),
        ("function", {"hidden": "4 --overwrite"}, "--hidden: a value does not begin with --"),
        ("function", {"hidden": True}, "--hidden must be a text"),
        ("function", {"probabilistic": "yes"}, "--probabilistic is on or off"),
        ("function", {"show": True}, "no option 'show'"),
        ("function", {"overwrite": True}, "no option 'overwrite'"),
        ("table", {"data": "nowhere.csv", "target": "y"}, "nowhere.csv"),
        ("nowhere", {}, "no topic"),
    ],
)
def test_a_wrong_value_is_told_in_the_words_of_the_command(folder, topic, values, line):
    with pytest.raises(UserError, match=re.escape(line)):
        forms.read_form(LOCAL, topic, values)


def test_visitors_from_elsewhere_name_no_files(folder, tmp_path):
    (tmp_path / "secret.csv").write_text("a,b\n1,2\n")
    for values in (
        {"data": str(tmp_path / "secret.csv"), "target": "b"},
        {"target": "b", "test_data": "/etc/passwd"},
        {"target": "b", "builder": "code.py:build"},
    ):
        with pytest.raises(UserError, match="without --host"):
            forms.read_form(OPEN, "table", values)
    with pytest.raises(UserError, match="without --host"):
        forms.read_form(OPEN, "distil", {"from_run": str(tmp_path)})
    forms.read_form(OPEN, "flow", {"data": "moons"})


def test_what_is_no_training_is_refused(server):
    client = Client(server)
    for content, status in (
        ([], 400), ({"topic": 3}, 400), ({"topic": "function", "values": []}, 400),
        ({"topic": "nowhere"}, 404), ({"resume": "nothing"}, 404), ({"resume": ["x"]}, 400),
        ({"score": "nothing"}, 404), ({"score": 1}, 400), ({"score": "../x"}, 404),
    ):  # fmt: skip
        found, _, answer = client.ask("/api/training", "POST", content)
        assert (found, set(answer)) == (status, {"error"}), content
    assert client.ask("/api/training/stop", "POST", {})[0] == 409
    assert client.ask("/api/topics/%2e%2e")[0] == 404


def fill(page, **values):
    """Fill fields of a form, whose groups are open."""
    page.wait_for_selector("form")
    page.evaluate("document.querySelectorAll('details').forEach((one) => (one.open = true))")
    for name, value in values.items():
        page.fill(f"#option-{name}", value)
    page.get_by_role("button", name="Train", exact=True).click()


def test_a_training_to_its_end(server, visit, folder):
    page = visit(server, "/train")
    page.get_by_role("searchbox").fill("outside the interval")
    page.get_by_role("link", name=re.compile("^function")).press("Enter")
    page.wait_for_selector("h1:text('function')")
    fill(page, **SMALL | {"epochs": "0"})
    page.wait_for_selector("#option-epochs-error:text('must be a number 1 or larger')")
    assert page.evaluate("document.activeElement.id") == "option-epochs"
    fill(page, epochs="3")
    link = page.get_by_role("link", name=re.compile("^Play with it"))
    link.wait_for(timeout=WAIT)
    assert "Written: " in page.locator("pre").inner_text()
    assert page.get_by_text("What it answers after epoch 3").is_visible()
    assert {"loss", "val_loss"} <= set(page.locator(".key").all_inner_texts())
    (folder / "function" / "report.html").unlink()
    link.click()
    page.get_by_role("button", name="Score it").click(timeout=WAIT)
    link.wait_for(timeout=WAIT)
    link.click()
    page.get_by_role("button", name="Report").wait_for(timeout=WAIT)
    page = visit(server, "/train/function")
    fill(page, **SMALL)
    page.wait_for_selector(".error:text('exists')")


def test_a_training_is_stopped_and_resumed(server, visit, folder):
    endless = SMALL | {"epochs": "1000000", "patience": "1000000", "snapshot_seconds": "0"}
    page = visit(server, "/train/function", width=390)
    fill(page, **endless | {"name": "endless"})
    page.get_by_text("What it answers after epoch").wait_for(timeout=WAIT)
    client = Client(server)
    status, _, answer = client.ask("/api/training", "POST", {"topic": "xor", "values": {}})
    assert status == 409 and answer["error"].startswith("endless is training")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("button", name="Pause").click()
    page.get_by_role("button", name="Resume").click(timeout=WAIT)
    page.locator("pre").filter(has_text="Resuming after").wait_for(timeout=WAIT)
    page.get_by_text("What it answers after epoch").wait_for(timeout=WAIT)
    page.get_by_role("button", name="Stop").click()
    page.get_by_role("link", name=re.compile("^Play with it")).wait_for(timeout=WAIT)
    assert (folder / "endless" / "report.html").exists()


def test_the_playground(server, visit):
    page = visit(server, "/")
    surface = page.locator(".playground canvas.plot").nth(1)
    before = surface.evaluate("canvas => canvas.toDataURL()")
    page.get_by_role("button", name="Step").press("Enter")
    page.wait_for_selector(".epoch:text('Epoch 1')")
    assert surface.evaluate("canvas => canvas.toDataURL()") != before
    page.get_by_role("button", name="exclusive or").press("Space")
    page.wait_for_selector(".epoch:text('Epoch 0')")
    page.get_by_role("button", name="One layer more").click()
    page.get_by_label("x₁x₂").check()
    page.get_by_role("button", name="Play").click()
    page.wait_for_function(
        "() => Number(document.querySelector('.epoch').textContent.split(' ')[1]) > 10",
        timeout=WAIT,
    )
    page.get_by_role("button", name="Pause").click()
    told = page.locator("p[role=status]").text_content()
    assert float(re.search(r"validation loss .*, ([\d.]+) % right", told)[1]) > 90
    page.get_by_text("The same with Keras").click()
    assert "hidden=(4, 2, 2)" in page.locator("pre").inner_text()
    page = visit(server, "/", width=390)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
