"""Prompt templates, the same in training and serving."""

from collections.abc import Sequence

VERSION = "2"
"""Stored with every answer and dataset; changes with any wording below."""

_KNOWN = "Answer the engineering question with the known answer, word for word."
_GROUNDED = (
    "Answer the question with facts from the passages only. Copy numbers, units, names and identifiers exactly."
    " Answer in one or two short sentences, in the words of the passages."
    " If the passages do not tell, say: The documents do not tell."
)
_QUOTES = (
    ' Behind each sentence give the number of its passage in brackets. Then write a line "Quotes:" and below it,'
    " for each sentence, the words of the passage that you rely on, letter for letter in quotation marks, with the"
    ' number of the passage in brackets, like this:\n"at least 1,200 mm" [2]'
)


def known_question_messages(question: str) -> list[dict[str, str]]:
    """Chat messages that ask a fine-tuned model a known question."""
    return [{"role": "system", "content": _KNOWN}, {"role": "user", "content": question.strip()}]


def grounded_messages(question: str, passages: Sequence[str], *, quotes: bool = False) -> list[dict[str, str]]:
    """Chat messages that ask for an answer from numbered passages, with the quotes it rests on where ``quotes``.

    What stays the same from question to question comes first, so that a prompt cache can keep it.
    """
    numbered = "\n\n".join(f"[{number}] {passage.strip()}" for number, passage in enumerate(passages, start=1))
    return [
        {"role": "system", "content": _GROUNDED + (_QUOTES if quotes else "")},
        {"role": "user", "content": f"Passages:\n{numbered}\n\nQuestion: {question.strip()}"},
    ]
