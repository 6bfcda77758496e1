"""The server: the standard library's, with limits, checks of who asks, and errors in one line."""

import contextlib
import json
import secrets
import socketserver
import sys
import threading
import traceback
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from errors import UserError
from page import guards
from page.options import LOOPBACK
from page.requests import Answer, Refused, Request
from page.routes import find_route

FIRST_PORT, PORTS = 8000, 50
MOST_BYTES = 8 << 20  # of a request
MOST_CONNECTIONS = 256
SECONDS = 30  # that a connection may be silent


def open_server(host=LOOPBACK, port=0):
    """Return a server that listens.

    Args:
        host: address to listen at; other than loopback, visitors need a token.
        port: 0 for the first free one from 8000.

    Raises: UserError if the address cannot be used.
    """
    for number in (port,) if port else range(FIRST_PORT, FIRST_PORT + PORTS):
        try:
            return PageServer(host, number)
        except OSError as error:
            reason = error.strerror or error
            if not port and isinstance(error, PermissionError | BlockingIOError):
                break
    ports = f"port {port}" if port else f"ports {FIRST_PORT} to {number}"
    raise UserError(f"{ports} of {host} cannot be used ({reason}). Choose another --port or --host")


class PageServer(ThreadingHTTPServer):
    """The page at one address.

    Args:
        host, port: where it listens.
    """

    daemon_threads = True
    request_queue_size = 128
    allow_reuse_address = sys.platform != "win32"  # there it would share a port that is taken

    def __init__(self, host, port):
        self.is_local = host in (LOOPBACK, "localhost")
        self.token = "" if self.is_local else secrets.token_urlsafe(24)
        self.free = threading.BoundedSemaphore(MOST_CONNECTIONS)
        super().__init__((host, port), Handler)

    @property
    def address(self):
        """The address to open, with the token if one is needed."""
        host = LOOPBACK if self.server_address[0] == "0.0.0.0" else self.server_address[0]
        return f"http://{host}:{self.server_port}/" + f"?token={self.token}" * bool(self.token)

    def server_bind(self):
        """Bind without asking a name server for the name of the address."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = self.server_address[:2]

    def process_request(self, request, client_address):
        if self.free.acquire(blocking=False):
            super().process_request(request, client_address)
        else:
            self.shutdown_request(request)

    def process_request_thread(self, request, client_address):
        try:
            super().process_request_thread(request, client_address)
        finally:
            self.free.release()

    def handle_error(self, request, client_address):
        """A visitor who closes the page in the middle of an answer is no error."""


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    server_version, sys_version = "play", ""
    timeout = SECONDS

    def do_GET(self):
        self.respond()

    def do_POST(self):
        self.respond()

    def respond(self):
        """Answer a request, or say in one line why not."""
        try:
            answer = self.find_answer()
        except UserError as error:
            answer = as_json({"error": str(error)}, getattr(error, "status", 400))
        except (MemoryError, RecursionError):
            answer = as_json({"error": "this asks for more than the machine has"}, 400)
        except Exception:
            traceback.print_exc()
            answer = as_json({"error": "the page made a mistake; its terminal shows which"}, 500)
        self.send(answer)

    def find_answer(self):
        path, query = guards.read_query(self.path)
        content = self.read_content() if self.command == "POST" else None
        if self.server.is_local:
            guards.check_host(self.headers, self.server.server_port)
        elif moved := guards.check_token(
            self.server.token, self.headers, query, self.server.server_port
        ):
            return moved
        if self.command == "POST":
            guards.check_origin(self.headers)
            content = read_json(content)
        function, names = find_route(self.command, path)
        found = function(Request(self.server, names, query, content))
        return found if isinstance(found, Answer) else as_json(found)

    def read_content(self):
        """Return the bytes of a POST; raise Refused before too many are read."""
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal() or "Transfer-Encoding" in self.headers:
            self.close_connection = True
            raise Refused(411, "a request must say its length")
        if int(length) > MOST_BYTES:
            self.close_connection = True
            raise Refused(413, f"a request may have {MOST_BYTES >> 20} MB at most")
        return self.rfile.read(int(length))

    def send(self, answer):
        self.send_response(answer.status)
        headers = guards.HEADERS | {"Content-Security-Policy": answer.policy or guards.POLICY}
        headers |= {"Content-Type": answer.kind, "Content-Length": str(len(answer.body))}
        for name, value in (headers | answer.headers).items():
            self.send_header(name, value)
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        with contextlib.suppress(ConnectionError, TimeoutError):
            self.wfile.write(answer.body)

    def send_error(self, code, message=None, explain=None):
        """What the standard library refuses, such as an unknown method, as JSON too."""
        self.close_connection = True
        self.send(as_json({"error": message or "this is no request"}, code))

    def log_message(self, *words):
        """The terminal stays quiet."""


def read_json(content):
    """Return what JSON holds; raise Refused for anything else, and for NaN."""

    def refuse(word):
        raise ValueError(word)

    try:
        return json.loads(content, parse_constant=refuse)
    except (ValueError, RecursionError):
        raise Refused(400, "the request is no JSON") from None


def as_json(content, status=200):
    text = json.dumps(content, ensure_ascii=False, allow_nan=False)
    return Answer(text.encode("utf-8", "backslashreplace"), "application/json", status=status)
