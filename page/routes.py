"""What the server answers: `(method, path)` to a function of `requests.Request`.

A part of the path in braces is handed over in `request.names`. What a function returns becomes
JSON; a `requests.Answer` is sent as it is. A `UserError` becomes `{"error": its line}`.
"""

from urllib.parse import unquote

from page import files, forms, runs, trainings
from page.requests import Refused

ROUTES = {
    ("GET", "/"): files.show_index,
    ("GET", "/static/{file}"): files.show_file,
    ("GET", "/api/runs"): runs.list_all,
    ("GET", "/api/runs/{run}"): runs.describe,
    ("POST", "/api/runs/{run}/answer"): runs.answer,
    ("GET", "/api/runs/{run}/example"): runs.show_example,
    ("GET", "/runs/{run}/report.html"): runs.show_report,
    ("GET", "/api/topics"): forms.list_topics,
    ("GET", "/api/topics/{topic}"): forms.describe_topic,
    ("GET", "/api/training"): trainings.show,
    ("POST", "/api/training"): trainings.start,
    ("POST", "/api/training/stop"): trainings.stop,
}


def find_route(method, path):
    """Return `(function, names)` for a path; raise Refused if there is none."""
    words, methods = path.split("/"), []
    for (allowed, pattern), function in ROUTES.items():
        parts = pattern.split("/")
        if len(parts) == len(words) and all(map(fits, parts, words)):
            methods.append(allowed)
            if allowed == method:
                named = zip(parts, words, strict=True)
                return function, {p[1:-1]: unquote(w) for p, w in named if p.startswith("{")}
    if methods:
        raise Refused(405, f"this address takes {' and '.join(methods)} only")
    raise Refused(404, "there is nothing at this address")


def fits(part, word):
    return bool(word) if part.startswith("{") else part == word
