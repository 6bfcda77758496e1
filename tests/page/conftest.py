"""A small run, and the page served over it."""

import contextlib
import http.client
import json
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
