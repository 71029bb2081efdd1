"""The web application: API, OpenAI dialect, viewer, health; the page is mounted below it by ``serve``."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

from fastapi import Depends, FastAPI, Request

from kingpost import __version__
from kingpost.app import App
from kingpost.errors import NotFound
from kingpost.web import health, openai, resources, viewer
from kingpost.web.jobs import AnswerJobs
from kingpost.web.problems import answer_errors
from kingpost.web.unicode_text import refuse_half_characters
from kingpost.web.viewing.page_images import PageImages

OURS = ("api", "v1", "view")
"""First path segments that never reach the page: an unknown path below them is an error, not HTML."""

METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]

Lifespan = Callable[[Any], AbstractAsyncContextManager[None]]


def application(app: App, *, lifespan: Lifespan | None = None) -> FastAPI:
    """Everything over HTTP but the page, on a live app."""
    application = FastAPI(
        title="Kingpost",
        version=__version__,
        openapi_url=f"{resources.PREFIX}/openapi.json",
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
        dependencies=[Depends(refuse_half_characters)],
    )
    application.state.kingpost = app
    application.state.jobs = AnswerJobs(app.answerer.stream)
    application.state.pictures = PageImages()
    answer_errors(application)
    for router in (resources.router(), openai.router, viewer.router, health.router):
        application.include_router(router)
    for segment in OURS:
        for path in (f"/{segment}", f"/{segment}/{{path:path}}"):
            application.api_route(path, methods=METHODS, include_in_schema=False)(_unknown)
    return application


def _unknown(request: Request) -> None:
    raise NotFound(
        f"nothing is here: {request.url.path}", next=f"the paths are described in {resources.PREFIX}/openapi.json"
    )
