"""What operators look at: ``/healthz`` and ``/metrics``."""

from fastapi import APIRouter
from fastapi.responses import PlainTextResponse

from kingpost import __version__
from kingpost.types.answers import Route
from kingpost.web.context import AppHere, JobsHere
from kingpost.web.jobs import AnswerCounts

router = APIRouter(tags=["health"])


@router.get("/healthz")
def health(app: AppHere) -> dict[str, str]:
    """``ok`` when the records can be read."""
    app.registry.live_model()
    return {"status": "ok", "version": __version__}


@router.get("/metrics")
def metrics(jobs: JobsHere) -> PlainTextResponse:
    """Counts since the server started, in Prometheus' text format."""
    return PlainTextResponse(prometheus_text(jobs.counts), media_type="text/plain; version=0.0.4")


def prometheus_text(counts: AnswerCounts) -> str:
    """The counts in Prometheus' text exposition format."""
    lines = ["# HELP kingpost_answers_total Answers given, by route.", "# TYPE kingpost_answers_total counter"]
    lines += [f'kingpost_answers_total{{route="{route}"}} {counts.answers[route]}' for route in Route]
    lines += ["# HELP kingpost_answer_failures_total Questions that ended in an error, by its code."]
    lines += ["# TYPE kingpost_answer_failures_total counter"]
    lines += [f'kingpost_answer_failures_total{{code="{code}"}} {n}' for code, n in sorted(counts.failures.items())]
    lines += [
        "# HELP kingpost_answer_seconds_total Time spent on answers.",
        "# TYPE kingpost_answer_seconds_total counter",
    ]
    lines += [f"kingpost_answer_seconds_total {counts.seconds:.3f}"]
    lines += ["# HELP kingpost_answers_running Answers in the making.", "# TYPE kingpost_answers_running gauge"]
    lines += [f"kingpost_answers_running {counts.running}"]
    return "\n".join(lines) + "\n"
