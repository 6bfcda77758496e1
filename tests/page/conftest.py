"""A small run, and the page served over it."""

import contextlib
import http.client
import json
import shutil
import threading

import numpy as np
import pandas as pd
import pytest

from page.server import PageServer
from tests.deployment.conftest import build_run

HOSTILE = "<img src=x onerror=alert(1)>"  # name of a column


@contextlib.contextmanager
def serve(host="127.0.0.1"):
    """Yield a server that answers in a thread."""
    with PageServer(host, 0) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture(scope="module")
def small_runs(tmp_path_factory):
    """A folder with a run on a table, one of whose columns has a hostile name."""
    folder, random = tmp_path_factory.mktemp("page"), np.random.default_rng(0)
    frame = pd.DataFrame({HOSTILE: random.normal(size=90), "size [m]": random.normal(size=90)})
    frame["colour"] = np.tile(["red", "blue", HOSTILE], 30)
    frame["kind"] = np.where(frame[HOSTILE] > 0, "A", HOSTILE)
    frame.loc[::7, "size [m]"] = np.nan
    frame.to_csv(folder / "table.csv", index=False)
    words = ("table", "--data", str(folder / "table.csv"), "--target", "kind", "--hidden", "4")
    build_run(words, folder / "saved_models")
    return folder / "saved_models"


@pytest.fixture(scope="module")
def served(small_runs):
    """The page over the small run."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("runs.folder.RUNS", small_runs)
        with serve() as server:
            yield server


class Client:
    """Requests to a server, as a browser or anybody else sends them."""

    def __init__(self, server):
        self.server = server

    def ask(self, path, method="GET", body=None, headers=()):
        """Return status, headers and what JSON holds, or the bytes of anything else."""
        own = {"Host": f"127.0.0.1:{self.server.server_port}"}
        if body is not None:
            own["Content-Type"] = "application/json"
            body = body if isinstance(body, bytes) else json.dumps(body).encode()
        connection = http.client.HTTPConnection("127.0.0.1", self.server.server_port, timeout=60)
        with contextlib.closing(connection):
            sent = {k: v for k, v in {**own, **dict(headers)}.items() if v is not None}
            connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
            if body is not None:
                sent.setdefault("Content-Length", str(len(body)))
            for name, value in sent.items():
                connection.putheader(name, value)
            connection.endheaders(body)
            answer = connection.getresponse()
            content = answer.read()
        if answer.headers["Content-Type"] == "application/json":
            content = json.loads(content)
        return answer.status, answer.headers, content


@pytest.fixture
def client(served):
    return Client(served)


# A browser

FLAGS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update"),
)


@pytest.fixture(scope="module")
def browser():
    """Chromium without a window; tests are skipped where it, or Playwright, is missing."""
    playwright = pytest.importorskip("playwright.sync_api", reason="needs the package playwright")
    path = shutil.which("chromium") or shutil.which("google-chrome")
    if not path:
        pytest.skip("needs the browser chromium")
    with playwright.sync_playwright() as started:
        opened = started.chromium.launch(executable_path=path, args=[*FLAGS])
        yield opened
        opened.close()


@pytest.fixture
def visit(browser):
    """`visit(server, route, width, scheme)`: a page of the browser, which must stay without errors
    and ask nobody but the server."""
    pages, wrong = [], []

    def open_page(server, route="/", width=1280, scheme="light"):
        size = {"width": width, "height": 900}
        page = browser.new_page(viewport=size, color_scheme=scheme)
        page.set_default_timeout(30_000)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on(
            "console", lambda message: wrong.append(message.text) if is_wrong(message) else None
        )
        page.on("dialog", lambda dialog: wrong.append(dialog.message))
        page.on("request", lambda request: note_stranger(request.url, server, wrong))
        page.goto(f"{server.address}#{route}")
        pages.append(page)
        return page

    yield open_page
    for page in pages:
        page.close()
    assert not wrong, wrong


def is_wrong(message):
    """Whether a message of the browser's console is an error; a refused request is shown by the
    page itself."""
    return message.type == "error" and "Failed to load resource" not in message.text


def note_stranger(url, server, wrong):
    own = server.address.split("?")[0]
    if not url.startswith((own, "data:", "blob:")):
        wrong.append(f"a request to {url}")
