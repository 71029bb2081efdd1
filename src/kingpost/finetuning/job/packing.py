"""Question-answer examples as token ids, packed without padding behind the prompt prefix that they share."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from kingpost.language.prompts import known_question_messages


@dataclass(frozen=True, kw_only=True)
class Example:
    """One example: the prompt as it will be served, and the answer with the token that ends it."""

    question: str
    answer: str
    split: str
    prompt: tuple[int, ...]
    reply: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class Pack:
    """Examples in one sequence. Position ``at[i]`` predicts ``targets[i]``, a token of reply ``owners[i]``."""

    tokens: torch.Tensor
    positions: torch.Tensor
    mask: torch.Tensor
    at: torch.Tensor
    targets: torch.Tensor
    owners: torch.Tensor


def read_examples(dataset: Path, tokenizer: Any) -> list[Example]:
    """All examples of a dataset file, in its order."""
    with dataset.open(encoding="utf-8") as lines:
        return [encode(json.loads(line), tokenizer) for line in lines]


def encode(row: Mapping[str, str], tokenizer: Any) -> Example:
    """Prompt and answer are cut apart, as the server does: it cuts the prompt, then writes tokens of the answer."""
    messages = known_question_messages(row["question"])
    prompt = tokenizer.apply_chat_template(messages, add_generation_prompt=True)["input_ids"]
    answer = tokenizer(row["answer"], add_special_tokens=False)["input_ids"]
    return Example(
        question=row["question"],
        answer=row["answer"],
        split=row["split"],
        prompt=tuple(prompt),
        reply=(*answer, tokenizer.eos_token_id),
    )


def pack(examples: Sequence[Example]) -> Pack:
    """One sequence: the shared prefix once, then each example's rest, which sees the prefix and itself only.

    Equal to a batch of padded rows in every logit, with about half of its tokens when questions are short.
    """
    prefix = shared_prefix([example.prompt for example in examples])
    tokens, positions, owners_of_tokens = list(prefix), list(range(len(prefix))), [-1] * len(prefix)
    at: list[int] = []
    targets: list[int] = []
    owners: list[int] = []
    for owner, example in enumerate(examples):
        rest = (*example.prompt[len(prefix) :], *example.reply[:-1])
        end = len(tokens) + len(rest)
        at += range(end - len(example.reply), end)
        targets += example.reply
        owners += [owner] * len(example.reply)
        positions += range(len(prefix), len(prefix) + len(rest))
        owners_of_tokens += [owner] * len(rest)
        tokens += rest
    return Pack(
        tokens=torch.tensor([tokens]),
        positions=torch.tensor([positions]),
        mask=_mask(torch.tensor(owners_of_tokens)),
        at=torch.tensor(at),
        targets=torch.tensor(targets),
        owners=torch.tensor(owners),
    )


def shared_prefix(prompts: Sequence[tuple[int, ...]]) -> tuple[int, ...]:
    """What all prompts begin with, less than the shortest of them: its last token predicts the answer's first."""
    first, last = min(prompts), max(prompts)
    longest = min(len(prompt) for prompt in prompts) - 1
    length = 0
    while length < longest and first[length] == last[length]:
        length += 1
    return first[:length]


def _mask(owners: torch.Tensor) -> torch.Tensor:
    """Boolean, (1, 1, tokens, tokens): True where a row's token may look at a column's."""
    causal = torch.ones(len(owners), len(owners)).tril().bool()
    visible = (owners[None, :] == -1) | (owners[None, :] == owners[:, None])
    return (causal & visible)[None, None]
