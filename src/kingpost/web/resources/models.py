"""Model versions: which one serves, and the switch between them."""

from dataclasses import dataclass, field

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict

from kingpost.types.models import GateReport, ModelVersion
from kingpost.web.context import AppHere, User

router = APIRouter(prefix="/models", tags=["models"])


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelsView:
    """All versions, the id of the one that is live (or empty), and how often each did not say a known answer."""

    live: str
    versions: list[ModelVersion]
    mismatches: dict[str, int] = field(default_factory=dict)


class Contestants(BaseModel):
    """Two versions to compare."""

    model_config = ConfigDict(extra="forbid")

    a: str
    b: str


@router.get("")
def list_models(app: AppHere) -> ModelsView:
    """All versions."""
    live = app.registry.live_model()
    return ModelsView(
        live=live.version.id if live else "", versions=list(app.registry.all()), mismatches=app.reviews.mismatches()
    )


@router.post("/compare")
def compare_models(body: Contestants, app: AppHere) -> GateReport:
    """Measure one version against another."""
    return app.promotion.compare(body.a, body.b)


@router.post("/rollback")
def roll_back(app: AppHere, user: User) -> ModelsView:
    """Let the version before the live one serve again."""
    app.promotion.rollback(by=user)
    return list_models(app)


@router.post("/{version_id}/promote")
def promote_model(version_id: str, app: AppHere, user: User) -> ModelVersion:
    """Measure the candidate at the gate and let it serve if it passes (409 if not)."""
    return app.promotion.promote(version_id, by=user, on_progress=lambda *_: None)
