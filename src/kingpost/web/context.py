"""What every HTTP handler is handed: the app of this process, its answering jobs, and who asks."""

from typing import Annotated, cast

from fastapi import Depends, Request

from kingpost.app import App
from kingpost.types.answers import LOCAL_USER
from kingpost.web.jobs import AnswerJobs


def _app(request: Request) -> App:
    return cast(App, request.app.state.kingpost)


def _jobs(request: Request) -> AnswerJobs:
    return cast(AnswerJobs, request.app.state.jobs)


def user_of_request() -> str:
    """Who asks."""
    return LOCAL_USER


AppHere = Annotated[App, Depends(_app)]
JobsHere = Annotated[AnswerJobs, Depends(_jobs)]
User = Annotated[str, Depends(user_of_request)]
