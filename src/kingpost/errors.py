"""Everything that can go wrong, as one tree. Each error says what happened, where, and what to do next.

KingpostError
├─ UsageError               the command or request itself is wrong (exit code 2)
│  ├─ NoWorkspace           no workspace here or above
│  ├─ SettingsError         kingpost.toml or an environment variable is wrong
│  └─ BadInput              a file handed in (JSONL, CSV, XLSX) has bad lines
├─ NotFound                 no record with this id
├─ Refused                  understood, but not done
│  ├─ Locked                another process is writing the same kind of thing (retryable)
│  └─ GateFailed            a candidate model did not pass the gate
├─ MissingExtra             an optional dependency is not installed
├─ MissingModel             a model file is not in the cache
├─ DocumentError            a document cannot be read; carries a reason code
├─ TrainingFailed           the training job ended without an adapter
├─ WorkspaceDamaged         a file of the workspace is broken; doctor says how to mend it
├─ OutOfSpace               the disk is full; nothing half-written is kept
└─ BackendUnavailable       a store, index or model did not answer (retryable)
"""

from typing import ClassVar


class KingpostError(Exception):
    """Base of every error Kingpost raises on purpose.

    ``next`` is one sentence saying what to do; ``code`` names the error for scripts.
    """

    code: ClassVar[str] = "failed"
    exit_code: ClassVar[int] = 1
    retryable: ClassVar[bool] = False

    def __init__(self, message: str, *, next: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.next = next


class UsageError(KingpostError):
    code = "usage"
    exit_code = 2


class NoWorkspace(UsageError):
    code = "no_workspace"


class SettingsError(UsageError):
    code = "settings"


class BadInput(UsageError):
    code = "bad_input"
    exit_code = 1


class NotFound(KingpostError):
    code = "not_found"


class Refused(KingpostError):
    code = "refused"


class Locked(Refused):
    code = "locked"
    retryable = True


class GateFailed(Refused):
    code = "gate_failed"


class MissingExtra(KingpostError):
    code = "missing_extra"

    def __init__(self, extra: str) -> None:
        super().__init__(
            f"this needs an optional part of Kingpost: {extra}", next=f"run: pip install 'kingpost[{extra}]'"
        )


class MissingModel(KingpostError):
    code = "missing_model"


class DocumentError(KingpostError):
    """A document cannot be read. ``reason`` is the code in reports: ``encrypted``, ``empty``, ``unreadable``, ...."""

    code = "document"

    def __init__(self, message: str, *, reason: str, next: str = "") -> None:
        super().__init__(message, next=next)
        self.reason = reason


class TrainingFailed(KingpostError):
    code = "training_failed"


class WorkspaceDamaged(KingpostError):
    code = "workspace_damaged"


class OutOfSpace(KingpostError):
    code = "out_of_space"


class BackendUnavailable(KingpostError):
    code = "backend_unavailable"
    retryable = True
