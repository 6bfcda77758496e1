"""The server: what it answers, to whom, and what it refuses."""

import base64
import json
import signal
import socket
import subprocess
import sys
import threading
import urllib.request
from pathlib import Path

import numpy as np
import pytest

from errors import UserError
from page.options import Options
from page.server import MOST_BYTES, open_server
from runs.run import Run
from tests.page.conftest import HOSTILE, Client, serve

PROJECT = Path(__file__).parents[2]
ANSWER = "/api/runs/table/answer"
ROW = {HOSTILE: [0.5], "size [m]": [None], "colour": ["red"]}


def numbers(array):
    values = np.frombuffer(base64.b64decode(array["base64"]), array["dtype"])
    return values.reshape(array["shape"])


# What it answers


def test_the_table_of_runs_has_their_scores(client, small_runs):
    metrics = {"headline": {"score": "accuracy", "value": 0.5, "baseline": 0.25, "method": "tree"}}
    (small_runs / "table" / "metrics.json").write_text(json.dumps(metrics))
    status, _, content = client.ask("/api/runs")
    (row,) = content["runs"]
    assert status == 200
    assert {name: row[name] for name in ("name", "topic", "score", "value", "baseline")} == {
        "name": "table", "topic": "table", "score": "accuracy", "value": 0.5, "baseline": 0.25,
    }  # fmt: skip


def test_the_answer_is_that_of_the_saved_model(client, small_runs):
    status, _, content = client.ask(ANSWER, "POST", {"inputs": ROW})
    row = {name: np.array(x) for name, x in ROW.items()} | {"size [m]": np.array([np.nan])}
    expected = Run(small_runs / "table").predict(row)
    assert status == 200
    np.testing.assert_allclose(
        numbers(content["outputs"]["kind_probabilities"]), expected["kind_probabilities"], rtol=1e-6
    )
    assert content["outputs"]["kind"]["list"] == expected["kind"].tolist()


def test_lines_follow_the_row_and_a_grid_has_all_points(client, small_runs):
    run = Run(small_runs / "table")
    lines = {"size [m]": [1.0, 2.0], "colour": ["a word longer than the first"]}
    content = client.ask(ANSWER, "POST", {"inputs": ROW, "lines": lines})[2]
    rows = {
        HOSTILE: np.full(4, 0.5),
        "size [m]": np.array([np.nan, 1, 2, np.nan]),
        "colour": np.array(["red", "red", "red", "a word longer than the first"]),
    }
    np.testing.assert_allclose(
        numbers(content["outputs"]["kind_probabilities"]),
        run.predict(rows)["kind_probabilities"], rtol=1e-5,
    )  # fmt: skip
    grid = {"size [m]": [0, 1, 2], HOSTILE: [-1, 1, 3]}
    content = client.ask(ANSWER, "POST", {"inputs": {"colour": ["red"]}, "grid": grid})[2]
    rows = {
        HOSTILE: np.tile([-1.0, 0, 1], 2),
        "size [m]": np.repeat([0.0, 1], 3),
        "colour": np.full(6, "red"),
    }
    np.testing.assert_allclose(
        numbers(content["outputs"]["kind_probabilities"]),
        run.predict(rows)["kind_probabilities"], rtol=1e-5,
    )  # fmt: skip
    assert content["axes"] == {"size [m]": [0, 1], HOSTILE: [-1, 0, 1]}


def test_the_description_needs_no_tensorflow(client):
    status, _, content = client.ask("/api/runs/table")
    assert status == 200 and content["players"] == ["table", "endpoints"]
    assert (
        list(content["inputs"]) == content["endpoints"]["serve"] == [HOSTILE, "size [m]", "colour"]
    )


def test_a_run_on_a_file_has_no_examples(client):
    status, _, content = client.ask("/api/runs/table/example?number=0")
    assert status == 400 and "built-in data" in content["error"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ([], "an object with endpoint and inputs"),
        ({"endpoint": "../serve"}, "no such endpoint"),
        ({"inputs": {"weight": [1]}}, "no input 'weight'"),
        ({"inputs": {HOSTILE: [1], "colour": ["red"]}}, "'size [m]' is missing"),
        ({"inputs": ROW | {HOSTILE: ["many"]}}, "must be numbers"),
        ({"inputs": ROW | {HOSTILE: [{}]}}, "must be numbers"),
        ({"inputs": ROW | {"colour": [3]}}, "colour must be text"),
        ({"inputs": ROW | {HOSTILE: [1, 2]}}, "equally many rows"),
        ({"inputs": ROW | {HOSTILE: [[1]]}}, "must have the shape any"),
        ({"inputs": ROW | {HOSTILE: [[1], [2, 3]]}}, "rows of equal length"),
        ({"inputs": ROW, "grid": {HOSTILE: [0, 1, 10**9]}}, "a grid must be"),
        ({"inputs": ROW, "grid": {HOSTILE: "x"}}, "a grid must be"),
        ({"inputs": ROW, "lines": {"weight": [1]}}, "no row of 'weight'"),
        ({"inputs": ROW, "lines": [1]}, "lines must be"),
    ],
)
def test_a_wrong_question_is_answered_in_one_line(client, content, message):
    status, _, answer = client.ask(ANSWER, "POST", content)
    assert status in (400, 404) and message in answer["error"], answer
    assert "\n" not in answer["error"]


# To whom


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1", "127.0.0.1:1", "", None])
def test_a_page_that_leads_its_name_here_is_refused(client, host):
    status, _, content = client.ask("/api/runs", headers={"Host": host})
    assert status == 403 and "answers at http://127.0.0.1:" in content["error"]


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1:1"])
def test_another_page_may_not_ask(client, origin):
    status, _, _ = client.ask(ANSWER, "POST", {"inputs": ROW}, {"Origin": origin})
    assert status == 403


def test_a_form_may_not_ask(client):
    kind = {"Content-Type": "text/plain"}
    assert client.ask(ANSWER, "POST", {"inputs": ROW}, kind)[0] == 415


def test_others_need_the_token():
    with serve("0.0.0.0") as server:
        visitor = Client(server)
        link = server.address.split("/", 3)[3]
        assert not server.is_local and len(server.token) >= 32 and link == f"?token={server.token}"
        for path in ("/", "/static/app.js", "/api/runs", "/?token=guess", "/?token=%ff"):
            status, _, content = visitor.ask(path)
            assert status == 401 and "token" in content["error"]
        status, headers, _ = visitor.ask(f"/{link}")
        cookie = headers["Set-Cookie"]
        assert status == 303 and headers["Location"] == "/"
        assert "HttpOnly" in cookie and "SameSite=Strict" in cookie
        known = {"Cookie": cookie.split(";")[0], "Host": "a.name.of.this.machine"}
        assert visitor.ask("/", headers=known)[0] == 200
        wrong = {"Cookie": f"play_{server.server_port}=guess"}
        assert visitor.ask("/", headers=wrong)[0] == 401


def test_every_answer_has_its_policy(client):
    for path in ("/", "/static/style.css", "/api/runs", "/nowhere"):
        _, headers, _ = client.ask(path)
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy and "unsafe" not in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert "Server" not in headers or "Python" not in headers["Server"]


def test_a_report_may_run_nothing(client, small_runs):
    assert client.ask("/runs/table/report.html")[0] == 400
    (small_runs / "table" / "report.html").write_text("<script>alert(1)</script>")
    status, headers, content = client.ask("/runs/table/report.html")
    assert status == 200 and b"script" in content
    policy = headers["Content-Security-Policy"]
    assert "sandbox;" in policy and "script-src" not in policy and "default-src 'none'" in policy


# What it refuses

PATHS = [
    *("/..", "/../play.py", "/static/../server.py", "/static/%2e%2e%2fserver.py", "/static/"),
    *("/runs/../table.csv", "/runs/%2e%2e/report.html", "/runs/table/config.json"),
    *("/api/runs/..", "/api/runs/%2e%2e", "/api/runs/.", "/api/runs/", "/api/runs/table%2f.."),
    *("/api/runs/%3Cimg%20src=x%3E", "/api/runs/table%00", "/api/runs/.table.use.lock"),
    *("//etc/passwd", "/static//etc/passwd", "/api/runs/%2fetc", "http://127.0.0.1/api/runs/x"),
    *("/static/server.py", "/static/__init__.py", "/%ff%fe", "/api/runs/%ff"),
]


@pytest.mark.parametrize("path", PATHS)
def test_nothing_else_is_readable(client, path):
    status, headers, content = client.ask(path)
    assert status == 404 and headers["Content-Type"] == "application/json"
    assert list(content) == ["error"]


def test_links_that_lead_out_are_no_runs(client, small_runs, tmp_path):
    (tmp_path / "config.json").write_text((small_runs / "table" / "config.json").read_text())
    (small_runs / "linked").symlink_to(tmp_path, target_is_directory=True)
    (small_runs / "half").mkdir()
    (small_runs / "half" / "config.json").write_bytes(
        (small_runs / "table" / "config.json").read_bytes()
    )
    (small_runs / "half" / "report.html").symlink_to(tmp_path / "config.json")
    (small_runs / "half" / "1").symlink_to(tmp_path, target_is_directory=True)
    try:
        names = [row["name"] for row in client.ask("/api/runs")[2]["runs"]]
        assert "linked" not in names and client.ask("/api/runs/linked")[0] == 404
        assert client.ask("/runs/half/report.html")[0] == 400
        assert client.ask("/api/runs/half/answer", "POST", {"inputs": ROW})[0] == 403
    finally:
        (small_runs / "linked").unlink()
        for path in sorted((small_runs / "half").iterdir()):
            path.unlink()
        (small_runs / "half").rmdir()


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Content-Length": str(MOST_BYTES + 1)}, 413),
        ({"Content-Length": "-1"}, 411),
        ({"Content-Length": "many"}, 411),
        ({"Content-Length": None, "Transfer-Encoding": "chunked"}, 411),
    ],
)
def test_a_body_is_refused_before_it_is_read(served, headers, status):
    lines = [f"POST {ANSWER} HTTP/1.1", f"Host: 127.0.0.1:{served.server_port}"]
    lines += [f"{name}: {value}" for name, value in headers.items() if value]
    with socket.create_connection(served.server_address, timeout=20) as visitor:
        visitor.sendall("\r\n".join([*lines, "", ""]).encode())
        answer = b""
        while part := visitor.recv(1 << 16):  # to the end: the server closes
            answer += part
    assert answer.startswith(f"HTTP/1.1 {status} ".encode())


@pytest.mark.parametrize("body", [b"{", b"NaN", b'{"inputs": Infinity}', b"\xff", b"[" * 100_000])
def test_what_is_no_json(client, body):
    status, _, content = client.ask(ANSWER, "POST", body)
    assert status == 400 and content["error"]


def test_other_methods(client):
    assert client.ask("/api/runs", "POST", {})[0] == 405
    for method in ("PUT", "DELETE", "OPTIONS", "TRACE"):
        assert client.ask("/api/runs", method)[0] == 501


def test_a_damaged_run_does_not_hide_the_others(client, small_runs):
    (small_runs / "damaged").mkdir()
    (small_runs / "damaged" / "config.json").write_text("{")
    try:
        names = [row["name"] for row in client.ask("/api/runs")[2]["runs"]]
        assert names == ["damaged", "table"]
        status, _, content = client.ask("/api/runs/damaged")
        assert status == 400 and "config.json" in content["error"]
    finally:
        (small_runs / "damaged" / "config.json").unlink()
        (small_runs / "damaged").rmdir()


# Many


def test_twenty_clients_at_once(served):
    """Each asks on its own connection, again and again; all answers are right and the same."""
    found, start = [], threading.Barrier(20)

    def work(number):
        start.wait()
        for _ in range(3):
            row = ROW | {HOSTILE: [number / 20]}
            status, _, content = Client(served).ask(ANSWER, "POST", {"inputs": row})
            found.append((status, number, numbers(content["outputs"]["kind_probabilities"])[0, 0]))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(found) == 60 and {status for status, _, _ in found} == {200}
    assert len({(number, round(float(p), 5)) for _, number, p in found}) == 20


def test_a_busy_port(served):
    port = served.server_port
    with pytest.raises(UserError, match=f"port {port} of 127.0.0.1 cannot be used .*--port"):
        open_server("127.0.0.1", port)
    with open_server() as first, open_server() as second:
        assert second.server_port > first.server_port >= 8000


def test_the_command_ends_with_ctrl_c(tmp_path):
    words = [sys.executable, "-u", str(PROJECT / "play.py"), str(tmp_path)]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    lines = iter(process.stdout.readline, "")
    address = next(line.strip() for line in lines if "http://127.0.0.1:" in line)
    with urllib.request.urlopen(f"{address}api/runs", timeout=60) as answer:
        assert json.load(answer) == {"runs": []}
    process.send_signal(signal.SIGINT)
    rest, errors = process.communicate(timeout=60)
    assert process.returncode == 0 and "The page is closed." in rest and not errors


def test_the_page_starts_without_tensorflow():
    check = "import sys, page.server; assert not {'tensorflow', 'keras'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", check], cwd=PROJECT, check=True, timeout=120)


def test_options():
    with pytest.raises(UserError, match="is not a folder"):
        Options("nowhere").check()
    with pytest.raises(UserError, match="--port must be a number from 0 to 65535"):
        Options(port=70000).check()
    with pytest.raises(UserError, match="no-such-host"):
        open_server("no-such-host.invalid")
