"""How Sendcloud says no: v3 in the manner of JSON:API, v2 with one `error` object."""

from typing import Any


def problem(
    status: int, code: str, detail: str, *, pointer: str = "", parameter: str = "", title: str = ""
) -> dict[str, Any]:
    """One entry of `errors`. `status` is text, as in Sendcloud's samples."""
    found: dict[str, Any] = {"status": str(status), "code": code, "detail": detail}
    if title:
        found["title"] = title
    if pointer:
        found["source"] = {"pointer": pointer}
    elif parameter:
        found["source"] = {"parameter": parameter}
    return found


class Refused(Exception):
    """A v3 request that is not done; `errors` go out with `status`."""

    def __init__(self, status: int, *errors: dict[str, Any], headers: dict[str, str] | None = None):
        super().__init__(errors)
        self.status = status
        self.errors = list(errors)
        self.headers = headers or {}


class RefusedV2(Exception):
    """A v2 request that is not done."""

    def __init__(self, status: int, message: str):
        super().__init__(message)
        self.status = status
        self.message = message


def refuse(status: int, code: str, detail: str, **where: str) -> Refused:
    """A refusal with a single reason."""
    return Refused(status, problem(status, code, detail, **where))


def not_found(detail: str = "Not found.", **where: str) -> Refused:
    return refuse(404, "not_found", detail, **where)


def unauthorized() -> Refused:
    """Wrong keys. The code is the one clients have met; the words are near enough."""
    return Refused(
        401,
        problem(401, "authentication_failed", "Invalid username/password.", title="Authentication Failed"),
        headers={"WWW-Authenticate": 'Basic realm="api"'},
    )


def v2_body(status: int, request_path: str, message: str) -> dict[str, Any]:
    return {"error": {"code": status, "request": request_path.lstrip("/"), "message": message}}
