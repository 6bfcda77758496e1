"""The runs on the page: a table of all, and of one its description, its report and its answers."""

import csv

from errors import UserError
from page import answers, examples
from page.loaded import load
from page.players import choose_players
from page.requests import Answer, Refused
from runs import folder
from runs.config import read_config

# The report has its own style and pictures inside, and no script.
REPORT_POLICY = (
    "default-src 'none'; img-src data:; style-src 'unsafe-inline'; sandbox; frame-ancestors 'self'"
)


def list_all(request):
    """Return the rows of the table of all runs."""
    return {"runs": [describe_row(path) for path in list_own()]}


def list_own():
    """Return the folders of all runs; one that is a link to elsewhere is none."""
    return [path for path in folder.list_runs() if folder.is_own(path / "config.json")]


def describe_row(path):
    """Return a run's row: what it is, its score and its best baseline's, and how long it took."""
    from evaluation.tables import describe_run

    name, topic, epochs, score, value, baseline, method = describe_run(path)
    return {
        "name": name, "topic": topic, "epochs": epochs, "score": score, "value": value,
        "baseline": baseline, "method": method, "seconds": read_seconds(path),
        "when": (path / "config.json").stat().st_mtime, "report": has_report(path),
    }  # fmt: skip


def read_seconds(path):
    """Return how long a run was trained, None if its history does not tell."""
    try:
        with (path / "history.csv").open(encoding="utf-8", newline="") as file:
            *_, last = csv.DictReader(file)
            return float(last["seconds"])  # since the start
    except (OSError, ValueError, KeyError, TypeError, csv.Error):
        return None


def find_own(name):
    """Return the folder of a run by its name, which must be a listed one."""
    found = {path.name: path for path in list_own()}.get(name)
    if found is None:
        raise Refused(404, "there is no run of this name")
    return found


def describe(request):
    """Return what the players of a run need, from its `config.json` alone."""
    path = find_own(request.names["run"])
    config = read_config(path)
    return {
        "row": describe_row(path),
        "players": choose_players(config),
        "inputs": config["inputs"],
        "endpoints": config["endpoints"],
        "data": config["data"],
    }


def answer(request):
    """Return what an endpoint of a run answers."""
    return answers.answer(load(find_own(request.names["run"])), request.content)


def show_example(request):
    """Return a row of the run's own test data."""
    number = request.query.get("number", "0")
    if not number.isdecimal() or len(number) > 12:
        raise Refused(400, "the number of an example must be a whole number")
    endpoint = request.query.get("endpoint", "serve")
    return examples.find_example(find_own(request.names["run"]), int(number), endpoint)


def show_report(request):
    path = find_own(request.names["run"])
    if not has_report(path):
        raise UserError("this run has no report yet: evaluate it first")
    return Answer((path / "report.html").read_bytes(), "text/html; charset=utf-8", REPORT_POLICY)


def has_report(path):
    return (path / "report.html").is_file() and folder.is_own(path / "report.html")
