"""What a route is given and what it returns."""

from dataclasses import dataclass, field

from errors import UserError


@dataclass(frozen=True)
class Request:
    """A request that passed all checks.

    Args:
        server: `page.server.PageServer`; `is_local` says whether only this machine reaches it.
        names: parts of the path that stand in braces in `routes.ROUTES`, e.g. {"run": "digits"}.
        query: `{name: text}` behind the question mark.
        content: what the JSON of a POST holds; None for a GET.
    """

    server: object
    names: dict = field(default_factory=dict)
    query: dict = field(default_factory=dict)
    content: object = None


@dataclass(frozen=True)
class Answer:
    """An answer that is no JSON.

    Args:
        body: bytes.
        kind: MIME type.
        policy: Content-Security-Policy, "" for that of the page.
        status: HTTP status.
        headers: further headers, `{name: value}`.
    """

    body: bytes
    kind: str
    policy: str = ""
    status: int = 200
    headers: dict = field(default_factory=dict)


class Refused(UserError):
    """A request that is not answered, with its HTTP status; any other `UserError` is a 400."""

    def __init__(self, status, text):
        super().__init__(text)
        self.status = status
