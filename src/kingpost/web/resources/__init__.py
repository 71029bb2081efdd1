"""The JSON API's resources, one file per noun.

questions -> conversations -> decisions -> feedback -> reviews -> bank -> documents -> reports -> models
"""

from fastapi import APIRouter

from kingpost.web.resources import (
    bank,
    conversations,
    decisions,
    documents,
    feedback,
    models,
    questions,
    reports,
    reviews,
)

PREFIX = "/api/v1"


def router() -> APIRouter:
    """All resources under ``/api/v1``."""
    api = APIRouter(prefix=PREFIX)
    for resource in (questions, conversations, decisions, feedback, reviews, bank, documents, reports, models):
        api.include_router(resource.router)
    return api
