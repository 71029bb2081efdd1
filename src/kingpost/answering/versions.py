"""What an answer depends on beside its question and the documents: product, prompt, models, settings, calibrator."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import kingpost
from kingpost.answering import confidence
from kingpost.language import prompts
from kingpost.records import Records
from kingpost.settings import Settings
from kingpost.types.models import LiveModel

DIGEST_LENGTH = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Versions:
    """Names what is in use now. ``digest_of`` gives the sha256 of a model's file, empty where there is none.

    ``validation`` is the fingerprint of what questions are compared with (see ``bound.fingerprint``).
    """

    settings: Settings
    records: Records
    digest_of: Callable[[str], str]
    live_model: Callable[[], LiveModel | None]
    validation: str = ""

    def in_use(self) -> dict[str, str]:
        """Everything with a version, by name; what is not there is an empty text."""
        live, models = self.live_model(), self.settings.models
        return {
            "kingpost": kingpost.__version__,
            "prompt": prompts.VERSION,
            "model": models.chat,
            "model_sha256": self.digest_of(models.chat),
            "live_model": live.version.id if live else "",
            "adapter_sha256": live.version.adapter_digest if live else "",
            "embeddings": models.embeddings,
            "embeddings_sha256": self.digest_of(models.embeddings),
            "validation": self.validation,
            "index": self.settings.fingerprint(),
            "settings": digest(self.values()),
            "calibrator": digest(asdict(confidence.fitted(self.records))),
        }

    def values(self) -> dict[str, Mapping[str, Any]]:
        """The settings that have a say in answers."""
        sections = self.settings.model_dump(include={"retrieval", "answering", "validation"}, mode="json")
        models = self.settings.models.model_dump(include={"chat", "embeddings", "context_tokens"}, mode="json")
        return sections | {"models": models}


def digest(value: object) -> str:
    """A short digest of plain values."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:DIGEST_LENGTH]
