"""Prompt templates, the same in training and serving."""

from collections.abc import Sequence

VERSION = "1"
"""Stored with every answer and dataset; changes with any wording below."""

_KNOWN = "Answer the engineering question with the known answer, word for word."
_GROUNDED = (
    "Answer the question with facts from the passages only. Copy numbers, units and identifiers exactly."
    " Answer in one or two short sentences. If the passages do not tell, say: The documents do not tell."
)


def known_question_messages(question: str) -> list[dict[str, str]]:
    """Chat messages that ask a fine-tuned model a known question."""
    return [{"role": "system", "content": _KNOWN}, {"role": "user", "content": question.strip()}]


def grounded_messages(question: str, passages: Sequence[str]) -> list[dict[str, str]]:
    """Chat messages that ask for an answer from passages. Passages come first, so that a prompt cache can keep them."""
    numbered = "\n\n".join(f"[{number}] {passage.strip()}" for number, passage in enumerate(passages, start=1))
    return [
        {"role": "system", "content": _GROUNDED},
        {"role": "user", "content": f"Passages:\n{numbered}\n\nQuestion: {question.strip()}"},
    ]
