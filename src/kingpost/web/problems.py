"""Errors as HTTP: a status, and what happened with what to do next, as JSON or, for the viewer, as a page."""

import logging

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException

from kingpost.errors import (
    BackendUnavailable,
    DocumentError,
    KingpostError,
    MissingExtra,
    MissingModel,
    NotFound,
    OutOfSpace,
    Refused,
    UsageError,
)
from kingpost.web.templates import render

log = logging.getLogger(__name__)

STATUSES: tuple[tuple[type[KingpostError], int], ...] = (
    (NotFound, 404),
    (Refused, 409),
    (UsageError, 400),
    (DocumentError, 422),
    (MissingExtra, 503),
    (MissingModel, 503),
    (BackendUnavailable, 503),
    (OutOfSpace, 507),
)
"""First match wins; anything else is 500."""


def status_of(error: KingpostError) -> int:
    """The HTTP status that an error is answered with."""
    return next((status for kind, status in STATUSES if isinstance(error, kind)), 500)


def error_json(error: KingpostError) -> dict[str, str]:
    """The error as scripts read it."""
    return {"code": error.code, "message": error.message, "next": error.next}


def answer_errors(application: FastAPI) -> None:
    """Make every error of the application an answer of one form."""

    @application.exception_handler(KingpostError)
    def ours(request: Request, error: KingpostError) -> Response:
        return _response(request, error, status_of(error))

    @application.exception_handler(RequestValidationError)
    def invalid(request: Request, error: RequestValidationError) -> Response:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        problem = UsageError(f"{field}: {first['msg']}", next="the fields are described in /api/v1/openapi.json")
        return _response(request, problem, 400)

    @application.exception_handler(HTTPException)
    def http(request: Request, error: HTTPException) -> Response:
        kind = NotFound if error.status_code == 404 else KingpostError
        problem = kind(str(error.detail), next="the paths are described in /api/v1/openapi.json")
        return _response(request, problem, error.status_code)

    @application.exception_handler(Exception)
    def unexpected(request: Request, error: Exception) -> Response:
        log.error("request failed: %s %s", request.method, request.url.path, exc_info=error)
        problem = KingpostError("the request failed unexpectedly", next="see the server's log for the cause")
        return _response(request, problem, 500)


def _response(request: Request, error: KingpostError, status: int) -> Response:
    if request.url.path.startswith("/view/"):
        return render("problem.html", status=status, error=error)
    return JSONResponse({"error": error_json(error)}, status_code=status)
