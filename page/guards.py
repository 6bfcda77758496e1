"""Who may ask: requests of other pages and of other machines are refused.

A page elsewhere may send requests to this machine through a visitor's browser, or lead its own name
to 127.0.0.1. Host and Origin name the page that a browser shows, and no page can change them.
"""

import secrets
from http.cookies import CookieError, SimpleCookie
from urllib.parse import urlsplit

from page.requests import Answer, Refused

OWN_NAMES = ("127.0.0.1", "localhost", "[::1]")
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "connect-src 'self'; frame-src 'self'; form-action 'none'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}


def check_host(headers, port):
    """Raise Refused if the page is asked for under a name that is not this machine's own."""
    if headers.get("Host", "") not in {f"{name}:{port}" for name in OWN_NAMES}:
        raise Refused(403, f"this page answers at http://{OWN_NAMES[0]}:{port} only")


def check_origin(headers):
    """Raise Refused for a POST that another page sends, or that is not JSON."""
    origin, host = headers.get("Origin"), headers.get("Host", "")
    if origin is not None and origin != f"http://{host}":
        raise Refused(403, "this request comes from another page")
    kind = headers.get("Content-Type", "").split(";")[0].strip()
    if kind != "application/json":  # no form of another page can send this
        raise Refused(415, "a request must be JSON (Content-Type: application/json)")


def check_token(token, headers, query, port):
    """Raise Refused for a visitor who does not know the token.

    Returns: None, or the Answer that exchanges the token in the address for a cookie.
    """
    if secrets.compare_digest(query.get("token", "").encode(), token.encode()):
        cookie = f"play_{port}={token}; Path=/; HttpOnly; SameSite=Strict"
        moved = {"Location": "/", "Set-Cookie": cookie}
        return Answer(b"", "text/plain", status=303, headers=moved)
    try:
        found = SimpleCookie(headers.get("Cookie", "")).get(f"play_{port}")
    except CookieError:
        found = None
    given = found.value if found else ""
    if not secrets.compare_digest(given.encode(), token.encode()):
        raise Refused(401, "open the whole address that play.py has printed, with its token")
    return None


def read_query(path):
    """Return the path and `{name: text}` of what stands behind its question mark."""
    from urllib.parse import parse_qsl

    parts = urlsplit(path)
    return parts.path, dict(parse_qsl(parts.query, max_num_fields=50))
