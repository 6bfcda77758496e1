"""Chromium plays with every kind of run, as a visitor does."""

import contextlib
import json
import re
import shutil

import numpy as np
import pandas as pd
import pytest
from PIL import Image

import train
from runs.run import Run
from tests.deployment.conftest import build_run
from tests.page.conftest import HOSTILE, serve

BUILT = {
    "digits": ("digits",),
    "polynomial": ("polynomial", "--hidden", "4"),
    "vae": ("vae", "--hidden", "4"),
    "flow": ("flow", "--data", "moons", "--samples", "500", "--hidden", "4", "--couplings", "2"),
    "hamiltonian": ("hamiltonian", "--hidden", "4"),
    "language": ("language", "--width", "8", "--depth", "1"),
    "forecast": ("forecast", "--model", "linear"),
    "sequence": ("sequence", "--model", "lstm"),
    "operator": ("operator", "--functions", "20"),
    "darcy": (
        "operator",
        "--problem",
        "darcy",
        "--functions",
        "20",
        "--test-functions",
        "2",
        "--points",
        "17",
    ),
    "tomography": (
        "tomography",
        "--size",
        "16",
        "--pictures",
        "30",
        "--filters",
        "4",
        "--angles",
        "8",
        "--iterations",
        "1",
    ),
    "nodes": ("nodes", "--units", "4"),
    "graphs": ("graphs", "--units", "4", "--depth", "1"),
}
TRAINED = {  # their networks are built by the fit
    "heat": ("heat", "--hidden", "4"),
    "ode": ("ode", "--hidden", "4"),
    "interaction": ("interaction", "--trajectories", "10", "--steps", "30", "--hidden", "4"),
}
NAME = "<img src=x onerror=alert(1)> & 'b'"  # of a folder
COUNT = "count => document.querySelectorAll('.pixels').length === count"
WAIT = 60_000  # milliseconds; the machine may be busy


@pytest.fixture(scope="module")
def runs(tmp_path_factory, small_runs):
    """A folder with a small run of each kind."""
    folder = tmp_path_factory.mktemp("kinds")
    start = pd.Timestamp("2024-01-01")
    steps = pd.DataFrame({"day": pd.date_range(start, periods=90), "warmth": np.arange(90) % 7})
    steps.assign(load=2.0 * steps["warmth"]).to_csv(folder / "load.csv", index=False)
    known = ("forecast", "--data", str(folder / "load.csv"), "--time", "day", "--target", "load",
             "--known", "warmth", "--horizon", "7", "--model", "linear")  # fmt: skip
    for name, words in (BUILT | {"known": known}).items():
        build_run(words, tmp_path_factory.mktemp("built")).folder.rename(folder / name)
    shutil.copytree(small_runs / "table", folder / "table")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("runs.folder.RUNS", folder)
        for words in TRAINED.values():
            train.main([*words, "--epochs", "1"])
    shutil.copytree(folder / "polynomial", folder / NAME)
    (folder / "polynomial" / "report.html").write_text("<h1>A report</h1>")
    return folder


@pytest.fixture(scope="module")
def server(runs):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("runs.folder.RUNS", runs)
        with serve() as server:
            yield server


@pytest.fixture
def play(server, visit):
    """`play(name)`: the page of a run, whose first player has an answer."""

    def open_run(name, **options):
        page = visit(server, f"/runs/{name}", **options)
        page.wait_for_selector(".panel > div > *", timeout=WAIT)
        page.wait_for_function(
            "() => !document.body.innerText.includes('loaded ...')", timeout=WAIT
        )
        return page

    return open_run


def percentages(page):
    """Return what the bars say, as fractions."""
    text = page.locator(".card[aria-live]").inner_text()
    return np.array([float(x) / 100 for x in re.findall(r"([\d.]+) %", text)])


def pixels(page, selector):
    return page.locator(selector).first.evaluate("canvas => canvas.toDataURL()")


@contextlib.contextmanager
def changes(page, selector):
    """Wait until a canvas shows something else than before."""
    before = pixels(page, selector)
    yield
    page.wait_for_function(
        "([selector, before]) => document.querySelector(selector).toDataURL() !== before",
        arg=[selector, before], timeout=WAIT,
    )  # fmt: skip


def test_the_table_is_sorted_and_searched(server, visit, runs):
    page = visit(server, "/runs")
    page.wait_for_selector("tbody tr")
    names = [*BUILT, *TRAINED, "known", "table", NAME]
    assert page.locator("tbody tr").count() == len(names)
    page.get_by_role("button", name="run", exact=True).press("Enter")
    first = page.locator("tbody a").first
    assert first.inner_text() == NAME
    page.get_by_role("button", name=re.compile("^run")).press("Enter")
    assert first.inner_text() == "vae" and page.locator("th[aria-sort=descending]").count() == 1
    page.get_by_role("searchbox").fill("hamil")
    assert page.locator("tbody tr").count() == 1
    page.keyboard.press("Tab")  # past the search, to the headings, to the run
    first.press("Enter")
    page.wait_for_selector("h1:text('hamiltonian')")


def test_hostile_names_are_text(server, visit, play, runs):
    page = visit(server, "/runs")
    page.get_by_role("link", name=NAME, exact=True).click()
    page.wait_for_selector(".answer", timeout=WAIT)
    assert page.locator("h1").inner_text() == NAME
    page = play("table")
    assert page.get_by_text(HOSTILE).count() >= 2
    assert page.locator("img[src=x]").count() == 0


def test_sliders_menus_and_a_missing_number(play, runs):
    page = play("table")
    page.locator("input[type=number]").nth(0).fill("0.75")
    page.locator("input[type=number]").nth(1).fill("")
    page.locator("select").first.select_option("blue")
    row = {HOSTILE: [0.75], "size [m]": [np.nan], "colour": ["blue"]}
    expected = Run(runs / "table").predict({name: np.array(x) for name, x in row.items()})
    p = expected["kind_probabilities"][0]
    page.wait_for_function(
        "text => document.querySelector('.card[aria-live]').innerText.includes(text)",
        arg=f"{100 * p[0]:.1f} %", timeout=WAIT,
    )  # fmt: skip
    np.testing.assert_allclose(percentages(page), p, atol=6e-4)
    assert page.locator(".card.small").count() == 3
    with changes(page, ".card.small canvas"):
        page.locator("input[type=range]").first.press("ArrowRight")
    with changes(page, ".square"):
        page.locator("input[type=range]").first.press("End")


def test_a_digit_is_drawn_by_mouse_by_keys_and_from_a_file(play, runs, tmp_path):
    page = play("digits")
    page.get_by_role("button", name="Clear").click()
    page.wait_for_timeout(300)
    empty = Run(runs / "digits").predict({"image": np.zeros((1, 8, 8, 1))})["digit_probabilities"]
    np.testing.assert_allclose(percentages(page), empty[0], atol=6e-4)
    box = page.locator("canvas.draw").bounding_box()
    middle = box["x"] + box["width"] / 2
    with changes(page, ".pixels"):  # a feature map
        page.mouse.move(middle, box["y"] + 30)
        page.mouse.down()
        page.mouse.move(middle, box["y"] + box["height"] - 30, steps=5)
        page.mouse.up()
    pad = page.locator("canvas.draw")
    pad.press("Delete")
    with changes(page, ".pixels"):
        pad.press("ArrowLeft")
        pad.press("Space")
    Image.fromarray(np.full((40, 40), 255, "uint8")).save(tmp_path / "white.png")
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Open a file").click()
    chooser.value.set_files(tmp_path / "white.png")
    white = Run(runs / "digits").predict({"image": np.full((1, 8, 8, 1), 16.0)})
    p = white["digit_probabilities"][0]
    page.wait_for_function(
        "text => document.querySelector('.card[aria-live]').innerText.includes(text)",
        arg=f"{100 * p.max():.1f} %", timeout=WAIT,
    )  # fmt: skip
    np.testing.assert_allclose(percentages(page), p, atol=6e-4)


def test_generators_and_latent_sliders(play):
    page = play("vae")
    page.wait_for_function(COUNT, arg=25 + 1, timeout=WAIT)
    latent = page.locator("section").nth(1)
    before = latent.locator(".pixels").evaluate("canvas => canvas.toDataURL()")
    latent.locator("input[type=range]").first.press("End")
    page.wait_for_function(
        "before => document.querySelectorAll('section')[1].querySelector('.pixels').toDataURL() "
        "!== before",
        arg=before, timeout=WAIT,
    )  # fmt: skip
    page.locator("input[type=number]").first.fill("3")
    page.wait_for_function(COUNT, arg=3 + 1, timeout=WAIT)
    page.locator("input[type=number]").first.fill("100000")
    page.wait_for_selector(".error:text('count may be')", timeout=WAIT)
    page = play("flow")
    page.get_by_label("seed").first.fill("7")
    page.wait_for_selector("section canvas[aria-label^='500 points']", timeout=WAIT)


def test_a_solution_over_time(play, runs):
    page = play("heat")
    note = page.locator(".note[aria-live]")
    page.wait_for_function(
        "() => document.querySelector('.note[aria-live]').innerText", timeout=WAIT
    )
    page.locator("input[type=number]").fill("0.5")
    x = np.linspace(0, 1, 81)
    u = Run(runs / "heat").predict({"x": x, "t": np.full(81, 0.5)})["u"]
    found = [float(number) for number in re.findall(r"-?[\d.]+(?:e-\d+)?", note.inner_text())]
    np.testing.assert_allclose(found[-2:], [u.min(), u.max()], rtol=1e-3, atol=1e-9)
    page.get_by_role("combobox").select_option(label="residual")
    with changes(page, "canvas.plot"):
        page.get_by_role("button", name="Play").click()
    page.get_by_role("button", name="Stop").click()
    page = play("ode")
    page.wait_for_selector("canvas[aria-label^='y from']", timeout=WAIT)


def test_a_text_goes_on(play, runs):
    page = play("language")
    page.get_by_label("Prompt").fill("for x in")
    page.get_by_label("characters").last.fill("20")
    page.get_by_role("button", name="Write", exact=True).last.click()
    page.wait_for_selector("pre b", timeout=WAIT)
    asked = {"prompt": "for x in", "count": 20, "seed": 0}
    text = Run(runs / "language").predict(asked, "generate")["text"]
    assert page.locator("pre").evaluate("box => box.textContent") == f"for x in{text}"
    page.get_by_role("button", name="How surprising").click()
    page.wait_for_selector("pre:has-text('bits a character')", timeout=WAIT)
    assert page.locator("pre span").count() == len("for x in")


@pytest.mark.parametrize("name", ["forecast", "operator", "sequence"])
def test_a_curve_is_drawn_on(play, name):
    page = play(name)
    page.get_by_text("As numbers").click()
    before = page.locator("details textarea").input_value()
    box = page.locator("canvas.curve").bounding_box()
    with changes(page, "canvas.curve"):
        page.mouse.move(box["x"] + box["width"] / 4, box["y"] + 60)
        page.mouse.down()
        page.mouse.move(box["x"] + box["width"] / 3, box["y"] + 90, steps=4)
        page.mouse.up()
    drawn = page.locator("details textarea").input_value()
    assert drawn != before
    page.locator("canvas.curve").press("ArrowUp")
    assert page.locator("details textarea").input_value() != drawn
    page.locator("details textarea").fill("1 2")
    page.locator("canvas.curve").focus()
    assert "it has 2" in page.locator(".note[aria-live]").inner_text()


def test_the_future_of_a_known_column_is_drawn(play, runs):
    page = play("known")
    page.wait_for_selector(".note:has-text('trained on a file')", timeout=WAIT)
    page.get_by_label("series").select_option("warmth")
    page.get_by_text("As numbers").click()
    box = page.locator("details textarea")
    numbers = box.input_value().split()
    assert len(numbers) == 7 + Run(runs / "known").config["data"]["series"]["window"]
    box.fill(" ".join([*numbers[:-7], *["9"] * 7]))
    known = json.dumps({"known": [[[9]] * 7]}, separators=(",", ":"))[1:-1]
    with page.expect_request(lambda request: known in (request.post_data or "")):
        box.blur()


@pytest.mark.parametrize("name, figures", [("darcy", 1), ("tomography", 2)])
def test_a_field_is_drawn(play, name, figures):
    page = play(name)
    page.wait_for_selector("figure .pixels", timeout=WAIT)
    assert page.locator("figure").count() == figures
    box = page.locator("canvas.draw").bounding_box()
    page.get_by_role("button", name="Clear").click()
    page.wait_for_timeout(500)
    with changes(page, "figure .pixels"):
        page.mouse.move(box["x"] + 60, box["y"] + 60)
        page.mouse.down()
        page.mouse.move(box["x"] + 200, box["y"] + 200, steps=4)
        page.mouse.up()


def test_a_motion(play):
    page = play("hamiltonian")
    page.wait_for_selector(".note:has-text('from time 0 to 20')", timeout=WAIT)
    with changes(page, "canvas.plot"):
        page.get_by_label("until time").last.fill("5")


def test_bodies_are_moved(play):
    page = play("interaction")
    page.wait_for_selector("tbody tr", timeout=WAIT)
    assert page.locator("tbody tr").count() == 5
    first = page.get_by_label("positions of body 1").first
    before = first.input_value()
    box = page.locator("canvas.curve").bounding_box()
    with changes(page, "canvas.curve"):
        page.get_by_role("button", name="Add a body").click()
    assert page.locator("tbody tr").count() == 6
    with changes(page, "canvas.curve"):
        first.fill("0.125")
    assert before != "0.125" and box["width"] > 300
    page.get_by_role("button", name="Play").click()
    page.get_by_role("button", name="Stop").click()


def test_a_graph_is_drawn(play, runs):
    page = play("graphs")
    edges = page.get_by_role("textbox", name="edges")
    edges.fill("1-2 2-3 3-1")
    edges.press("Enter")
    page.wait_for_selector(".answer", timeout=WAIT)
    count = page.evaluate("document.querySelectorAll('.bar').length")
    assert count == 2
    edges.fill("1-99")
    edges.press("Enter")
    page.wait_for_selector(".note:has-text('pairs of numbers')")
    edges.fill("")
    edges.press("Enter")
    page.wait_for_timeout(200)
    assert page.locator(".error").count() == 0
    page.get_by_role("button", name="Add a node").click()
    box = page.locator("canvas.curve").bounding_box()
    canvas = page.locator("canvas.curve")
    # The first two nodes of a circle are at its top and to the right of it.
    with changes(page, "canvas.curve"):
        canvas.click(position={"x": box["width"] / 2 + 15, "y": box["height"] * 0.12})
    assert edges.input_value() == ""


def test_any_endpoint_and_the_report(play):
    page = play("polynomial")
    page.get_by_role("button", name="Any endpoint").click()
    page.wait_for_selector(".answer", timeout=WAIT)  # of an example
    page.locator("form input").fill("[")
    page.get_by_role("button", name="Answer").click()
    page.wait_for_selector(".error:has-text('x must be a number')")
    page.get_by_role("button", name="Report").click()
    assert page.frame_locator("iframe").locator("h1").inner_text() == "A report"
    page = play("nodes")
    page.wait_for_selector(".card table", timeout=WAIT)


def test_nothing_is_wider_than_a_telephone(play, server, visit):
    pages = [visit(server, route, width=390) for route in ("/", "/runs", "/nowhere")]
    names = ("table", "heat", "vae", "forecast", "interaction")
    pages += [play(name, width=390, scheme="dark") for name in names]
    for number, page in enumerate(pages):
        page.wait_for_selector("main > div > *")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, page.url
        ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert (ground == "rgb(255, 255, 255)") == (number < 3)


def test_twenty_visitors_at_once(server, visit, runs):
    """All pages ask before any of them looks at its answer."""
    pages = [visit(server, "/nowhere", width=390) for _ in range(20)]
    for number, page in enumerate(pages):
        page.evaluate(
            """async (x) => {
              const { answer } = await import("./static/api.js");
              window.asked = answer("polynomial", { inputs: { x: [x] } });
            }""",
            number / 10,
        )
    found = [page.evaluate("async () => (await window.asked).outputs.y.data[0]") for page in pages]
    expected = Run(runs / "polynomial").predict({"x": np.arange(20) / 10})["y"]
    np.testing.assert_allclose(found, expected, rtol=1e-5)
