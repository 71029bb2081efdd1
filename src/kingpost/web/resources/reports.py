"""What ingest runs did."""

from dataclasses import dataclass

from fastapi import APIRouter

from kingpost.documents.reports import Findings, Overview, findings, overview
from kingpost.types.documents import IngestReport
from kingpost.web.context import AppHere

router = APIRouter(prefix="/reports", tags=["reports"])


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportView:
    """A run in figures, what to look at, and the whole report."""

    overview: Overview
    findings: Findings
    report: IngestReport


@router.get("")
def list_reports(app: AppHere) -> list[Overview]:
    """The runs that left a report, newest first."""
    return app.ingestor.reports.overviews()


@router.get("/{report_id}")
def show_report(report_id: str, app: AppHere) -> ReportView:
    """One run."""
    report = app.ingestor.reports.find(report_id)
    return ReportView(overview=overview(report), findings=findings(report), report=report)
