"""The page's own files. They are listed once, so that no path is made of what is asked for."""

from pathlib import Path

from page.requests import Answer, Refused

STATIC = Path(__file__).parent / "static"
KINDS = {
    ".html": "text/html",
    ".js": "text/javascript",
    ".css": "text/css",
    ".svg": "image/svg+xml",
}
FILES = {path.name: path for path in STATIC.iterdir() if path.suffix in KINDS}
# As in the pages that export.py writes.
FILES["widgets.js"] = STATIC.parents[1] / "deployment" / "widgets.js"


def show_index(request):
    return read(FILES["index.html"])


def show_file(request):
    path = FILES.get(request.names["file"])
    if path is None:
        raise Refused(404, "the page has no such file")
    return read(path)


def read(path):
    """Return a text file; the browser asks for it again each time, so that an update is seen."""
    return Answer(path.read_bytes(), f"{KINDS[path.suffix]}; charset=utf-8")
