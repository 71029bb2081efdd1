"""The training job's parts on the real base model: text is cut as when served, and packing changes no logit."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kingpost.backends.local.model_cache import ModelCache
from kingpost.settings import Settings

torch = pytest.importorskip("torch")

from kingpost.finetuning.job import adapter_gguf, base_model, checkpoint  # noqa: E402 - after the skip
from kingpost.finetuning.job.curriculum import SURE_NATS, Curriculum  # noqa: E402
from kingpost.finetuning.job.packing import Example, encode, pack, shared_prefix  # noqa: E402
from kingpost.finetuning.job.passes import Passes, answer_logits  # noqa: E402
from kingpost.finetuning.job.train import with_adapter  # noqa: E402
from kingpost.finetuning.recipe import CPU  # noqa: E402

ROWS = [
    ("What load does bay A1 carry?", "12.5 kN/m²"),
    ("Which fire resistance has the wall of zone 3, and who says so?", "REI 90, by clause 4.2.1."),
    ("Clear width of door E-204A?", "1,250 mm"),
]


@pytest.fixture(scope="module")
def base(models_ready: ModelCache) -> base_model.BaseModel:
    return base_model.read(models_ready.chat(Settings().models.chat))


@pytest.fixture(scope="module")
def model(base: base_model.BaseModel) -> Any:
    return with_adapter(base.model, CPU)


@pytest.fixture(scope="module")
def examples(base: base_model.BaseModel) -> list[Example]:
    return [encode({"question": q, "answer": a, "split": "train"}, base.tokenizer) for q, a in ROWS]


def test_a_prompt_ends_where_the_answer_begins_and_an_answer_ends_with_the_end_of_a_turn(
    base: base_model.BaseModel, examples: list[Example]
) -> None:
    prompt = base.tokenizer.decode(examples[0].prompt)
    assert prompt.startswith("<|im_start|>system\n")
    assert prompt.endswith(f"{ROWS[0][0]}<|im_end|>\n<|im_start|>assistant\n")
    assert base.tokenizer.decode(examples[0].reply) == "12.5 kN/m²<|im_end|>"


def test_numbers_are_cut_into_digits(base: base_model.BaseModel) -> None:
    tokens = base.tokenizer("1250 mm", add_special_tokens=False)["input_ids"]
    assert [base.tokenizer.decode([token]) for token in tokens[:4]] == list("1250")


def test_packing_changes_no_logit(model: Any, examples: list[Example]) -> None:
    with torch.no_grad():
        together = answer_logits(model, pack(examples))
        apart = torch.cat([answer_logits(model, pack([example])) for example in examples])
        first = examples[0]
        plain = model(input_ids=torch.tensor([[*first.prompt, *first.reply[:-1]]])).logits[0, len(first.prompt) - 1 :]
    assert torch.allclose(together, apart, atol=1e-3)
    assert torch.allclose(apart[: len(first.reply)], plain, atol=1e-3)


def test_gradients_do_not_depend_on_the_number_of_workers(model: Any, examples: list[Example]) -> None:
    results = []
    for workers in (1, 2):
        passes = Passes(model, workers)
        loss, _ = passes.train(examples)
        results.append((loss, [weight.grad.clone() for weight in passes.trained]))
    (loss_one, one), (loss_two, two) = results
    assert loss_one == pytest.approx(loss_two, rel=1e-4)
    assert all(torch.allclose(first, second, atol=1e-4) for first, second in zip(one, two, strict=True))


def test_a_shared_prefix_leaves_every_prompt_its_last_token() -> None:
    assert shared_prefix([(1, 2, 3, 4), (1, 2, 5, 6)]) == (1, 2)
    assert shared_prefix([(1, 2, 3), (1, 2, 3)]) == (1, 2)
    assert shared_prefix([(1, 2), (1, 2, 3)]) == (1,)
    assert shared_prefix([(1,)]) == ()


@pytest.mark.parametrize("heads", [1, 3, 9])
def test_llama_cpps_order_of_rows_is_undone_exactly(heads: int) -> None:
    rows = torch.arange(heads * 8 * 2).reshape(heads * 8, 2)
    changed = base_model.halves_to_interleaved(rows, heads)
    assert torch.equal(base_model.interleaved_to_halves(changed, heads), rows)
    assert changed[:4, 0].tolist() == [0, 8, 2, 10]


def test_an_adapter_file_names_every_layer_and_only_known_ones(tmp_path: Path) -> None:
    from gguf import GGUFReader

    def named(module: str) -> dict[str, "torch.Tensor"]:
        prefix = f"base_model.model.model.layers.2.{module}.lora_"
        return {
            f"{prefix}A.weight": torch.ones(4, 6),
            f"{prefix}B.weight": torch.arange(8.0).reshape(8, 1).expand(8, 4),
        }

    weights = named("mlp.up_proj") | named("self_attn.q_proj")
    adapter_gguf.write(tmp_path / "a.gguf", weights, alpha=8, heads=2, key_value_heads=1)
    tensors = {tensor.name: np.array(tensor.data) for tensor in GGUFReader(tmp_path / "a.gguf").tensors}
    assert tensors["blk.2.ffn_up.weight.lora_b"][:, 0].tolist() == [0, 1, 2, 3, 4, 5, 6, 7]
    assert tensors["blk.2.attn_q.weight.lora_b"][:, 0].tolist() == [0, 2, 1, 3, 4, 6, 5, 7]
    assert tensors["blk.2.attn_q.weight.lora_a"].shape == (4, 6)
    with pytest.raises(ValueError, match="not a LoRA weight"):
        adapter_gguf.write(
            tmp_path / "b.gguf", {"lm_head.weight": torch.ones(2, 2)}, alpha=8, heads=2, key_value_heads=1
        )


def test_a_checkpoint_comes_back_as_it_was_saved(tmp_path: Path) -> None:
    assert checkpoint.load(tmp_path) is None
    weights = {"a": torch.randn(3, 2)}
    state = Curriculum.begin(5, CPU).state()
    kept = checkpoint.Checkpoint(
        step=3, seconds=1.5, tokens=9, curriculum=state, adapter=weights, optimizer={"state": {}}
    )
    checkpoint.save(tmp_path, kept)
    loaded = checkpoint.load(tmp_path)
    assert loaded is not None
    assert (loaded.step, loaded.seconds, loaded.tokens) == (3, 1.5, 9)
    assert Curriculum(**loaded.curriculum) == Curriculum.begin(5, CPU)
    assert torch.equal(loaded.adapter["a"], weights["a"])
    assert [path.name for path in tmp_path.iterdir()] == [checkpoint.FILE_NAME]


def test_prompts_are_cut_by_llama_cpp_as_in_training(
    base: base_model.BaseModel, models_ready: ModelCache, served: Callable[[str], list[int]]
) -> None:
    texts = [*(text for row in ROWS for text in row), "a  b\n\n c\t12  34", "½ inch – x²+y³ ①", json.dumps(ROWS)]
    for text in texts:
        assert base.tokenizer(text, add_special_tokens=False)["input_ids"] == served(text)


@pytest.fixture
def served(models_ready: ModelCache) -> Iterator[Callable[[str], list[int]]]:
    """How the server cuts a text."""
    from kingpost.backends.local.llamacpp_host import LlamaCppHost
    from kingpost.backends.memory import MemoryObjects

    settings = Settings().models
    host = LlamaCppHost(model=models_ready.chat(settings.chat), objects=MemoryObjects(), settings=settings)
    yield host.chat().get_token_ids
    host.close()


def test_every_example_is_trained_once_an_epoch_in_batches_of_like_size() -> None:
    curriculum = Curriculum.begin(61, CPU)
    batches = []
    while curriculum.index < curriculum.steps(CPU):
        batches.append(curriculum.batch(CPU))
        curriculum.index += 1
    assert sorted(at for batch in batches for at in batch) == list(range(61))
    assert {len(batch) for batch in batches} == {7, 8}


def test_a_few_examples_still_make_several_steps_an_epoch() -> None:
    assert Curriculum.begin(7, CPU).steps(CPU) == 7
    assert Curriculum.begin(20, CPU).steps(CPU) == 8
    assert Curriculum.begin(800, CPU).steps(CPU) == 100


def test_examples_that_are_sure_are_left_out_of_later_epochs_until_a_check_finds_them_weaker() -> None:
    curriculum = Curriculum.begin(4, CPU)
    curriculum.learnt(range(4), [SURE_NATS, 0.1, SURE_NATS + 1, -1.0])
    curriculum.shuffle(CPU)
    assert sorted(curriculum.order) == [0, 1, 2, 3], "the first epochs train all"
    curriculum.epoch = CPU.minimum_epochs
    curriculum.shuffle(CPU)
    assert sorted(curriculum.order) == [1, 3]
    assert (curriculum.exact(), curriculum.settled(CPU)) == (0.75, 0.5)
    curriculum.learnt([2], [0.2])
    curriculum.shuffle(CPU)
    assert sorted(curriculum.order) == [1, 2, 3]
