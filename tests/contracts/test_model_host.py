"""What every model host promises, kept by the one that there is: llama.cpp in a child process."""

import hashlib
import http.client
import os
import select
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import gguf
import numpy as np
import pytest
from langchain_core.messages import AIMessage, HumanMessage, SystemMessage

from kingpost.backends.local.llamacpp_host import LlamaCppHost
from kingpost.backends.local.llamacpp_process import LlamaCppProcess
from kingpost.backends.local.model_cache import ModelCache
from kingpost.backends.memory import MemoryObjects
from kingpost.errors import BackendUnavailable, KingpostError
from kingpost.settings import ModelSettings
from kingpost.types.models import ModelVersion

SETTINGS = ModelSettings(context_tokens=512, slots=1, threads=1)
LONG_BEGINNING = "The clear height of an aisle is measured from the floor to the lowest beam. " * 4


@pytest.fixture(scope="session")
def model(models_ready: ModelCache) -> Path:
    return models_ready.chat("SmolLM2-135M-Instruct")


@pytest.fixture(scope="session")
def objects() -> MemoryObjects:
    return MemoryObjects()


@pytest.fixture(scope="session")
def shared(model: Path, objects: MemoryObjects) -> Iterator[LlamaCppHost]:
    """For tests that only ask."""
    host = LlamaCppHost(model=model, objects=objects, settings=SETTINGS)
    yield host
    host.close()


@pytest.fixture
def host(model: Path, objects: MemoryObjects) -> Iterator[LlamaCppHost]:
    host = LlamaCppHost(model=model, objects=objects, settings=SETTINGS)
    yield host
    host.close()


@pytest.fixture(scope="session")
def version(tmp_path_factory: pytest.TempPathFactory, objects: MemoryObjects) -> Callable[..., ModelVersion]:
    """Makes a version with an adapter of random weights (strength 0: one that changes nothing)."""

    def make(id: str, *, seed: int = 1, strength: float = 0.05) -> ModelVersion:
        path = tmp_path_factory.mktemp("adapter") / "adapter.gguf"
        write_adapter(path, seed=seed, strength=strength)
        objects.put(f"adapters/{id}/adapter.gguf", path.read_bytes())
        return ModelVersion(
            id=id,
            base="SmolLM2-135M-Instruct",
            base_digest="",
            dataset_id="d",
            dataset_digest="",
            recipe="cpu",
            recipe_digest="",
            adapter_key=f"adapters/{id}/adapter.gguf",
            adapter_digest=hashlib.sha256(path.read_bytes()).hexdigest(),
            created_at="",
        )

    return make


def write_adapter(path: Path, *, seed: int, strength: float) -> None:
    random, width, rank = np.random.default_rng(seed), 576, 4
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_string("general.type", "adapter")
    writer.add_string("adapter.type", "lora")
    writer.add_float32("adapter.lora.alpha", float(rank))
    for layer in range(0, 30, 3):
        name = f"blk.{layer}.attn_output.weight"
        down, up = random.standard_normal((rank, width)), strength * random.standard_normal((width, rank))
        writer.add_tensor(f"{name}.lora_a", down.astype(np.float16))
        writer.add_tensor(f"{name}.lora_b", up.astype(np.float16))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def children(of: int | None = None) -> set[int]:
    """Pids of the llama.cpp children of a process (this one by default) that are alive."""
    tasks = Path(f"/proc/{of or os.getpid()}/task").glob("*/children")
    pids = {int(pid) for task in tasks for pid in task.read_text().split()}
    return {pid for pid in pids if b"llamacpp_child" in Path(f"/proc/{pid}/cmdline").read_bytes()}


def said(host: LlamaCppHost, version: ModelVersion | None, prompt: str) -> str:
    return host.chat(version).bind(max_tokens=12).invoke(prompt).text


def likely(host: LlamaCppHost, version: ModelVersion | None, prompt: str) -> dict[str, float]:
    """The most likely next tokens and their log-probabilities."""
    answer = host.chat(version).bind(max_tokens=1, logprobs=True, top_logprobs=3).invoke(prompt)
    (token,) = answer.response_metadata["logprobs"]["content"]
    return {candidate["token"]: candidate["logprob"] for candidate in token["top_logprobs"]}


def test_nothing_is_started_before_the_first_request(host: LlamaCppHost):
    before = children()
    chat = host.chat()
    assert children() == before
    chat.bind(max_tokens=1).invoke("Hello")
    (child,) = children() - before
    host.close()
    assert child not in children()


def test_an_answer_has_its_text_usage_and_reason_to_end(shared: LlamaCppHost):
    answer = shared.chat().bind(max_tokens=5).invoke([SystemMessage("Be brief."), HumanMessage("Tell me a story.")])
    assert isinstance(answer, AIMessage)
    assert answer.text
    assert answer.usage_metadata is not None
    assert answer.usage_metadata["output_tokens"] == 5
    assert answer.usage_metadata["input_tokens"] > 10
    assert answer.response_metadata["finish_reason"] == "length"


def test_what_is_streamed_is_what_is_answered(shared: LlamaCppHost):
    chat = shared.chat().bind(max_tokens=16)
    pieces = list(chat.stream("Name the parts of a roof truss."))
    whole = pieces[0]
    for piece in pieces[1:]:
        whole = whole + piece
    assert len([piece for piece in pieces if piece.text]) > 8
    assert whole.text == chat.invoke("Name the parts of a roof truss.").text
    assert whole.usage_metadata["output_tokens"] == 16
    assert whole.response_metadata["finish_reason"] == "length"


def test_the_same_prompt_gives_the_same_answer(shared: LlamaCppHost):
    assert said(shared, None, "What is a king post?") == said(shared, None, "What is a king post?")


def test_a_stop_word_ends_the_answer(shared: LlamaCppHost):
    whole = said(shared, None, "Count: one, two, three,")
    word = whole.split()[2]
    cut = shared.chat().bind(max_tokens=12).invoke("Count: one, two, three,", stop=[word])
    assert whole.startswith(cut.text)
    assert word not in cut.text
    assert cut.response_metadata["finish_reason"] == "stop"


def test_a_grammar_allows_nothing_else(shared: LlamaCppHost):
    chat = shared.chat().bind(max_tokens=8, grammar='root ::= "yes" | "no"')
    assert chat.invoke("Tell me about the sea.").text in ("yes", "no")


def test_probabilities_of_the_tokens_are_given(shared: LlamaCppHost):
    answer = shared.chat().bind(max_tokens=3, logprobs=True, top_logprobs=4).invoke("What is a door?")
    tokens = answer.response_metadata["logprobs"]["content"]
    assert len(tokens) == 3
    assert all(len(token["top_logprobs"]) == 4 and token["logprob"] <= 0 for token in tokens)
    assert "".join(token["token"] for token in tokens) == answer.text


def test_tokens_are_counted_as_the_model_reads_them(shared: LlamaCppHost):
    assert shared.chat().count_tokens("") == 0
    assert shared.chat().count_tokens("The aisle is 2,400 mm wide.") == shared.chat().get_num_tokens(
        "The aisle is 2,400 mm wide."
    )
    assert shared.chat().count_tokens("door " * 50) >= 50


def test_a_prompt_beyond_the_context_is_refused_in_words(shared: LlamaCppHost):
    with pytest.raises(KingpostError, match="more than the context of 512") as refused:
        shared.chat().invoke("word " * 600)
    assert "context_tokens" in refused.value.next
    assert said(shared, None, "Hello")


def test_a_version_answers_with_its_adapter_and_the_base_without(
    host: LlamaCppHost, version: Callable[..., ModelVersion]
):
    plain = said(host, None, "What is a king post?")
    first, second = version("first", seed=1), version("second", seed=2)
    host.deploy(first)
    host.deploy(second)
    answers = [said(host, served, "What is a king post?") for served in (None, first, second)]
    assert answers[0] == plain
    assert len(set(answers)) == 3


def test_adapters_never_answer_from_what_was_read_for_another(host: LlamaCppHost, version: Callable[..., ModelVersion]):
    first, second = version("trap1", seed=3), version("trap2", seed=4)
    prompt = LONG_BEGINNING + "How high is it?"
    fresh = {}
    for served in (None, first, second):
        host.close()
        fresh[served and served.id] = likely(host, served, prompt)
    host.deploy(first)
    host.deploy(second)
    assert fresh[None] != pytest.approx(fresh["trap1"], abs=0.1)
    assert fresh["trap1"] != pytest.approx(fresh["trap2"], abs=0.1)
    for served in (None, first, None, second, first):
        assert likely(host, served, prompt) == pytest.approx(fresh[served and served.id], abs=0.02)


def test_an_adapter_that_changes_nothing_is_refused_and_the_rest_goes_on(
    host: LlamaCppHost, version: Callable[..., ModelVersion]
):
    good, idle = version("good"), version("idle", strength=0.0)
    host.deploy(good)
    before = said(host, good, "What is a king post?")
    with pytest.raises(BackendUnavailable, match="changes nothing"):
        host.deploy(idle)
    assert said(host, good, "What is a king post?") == before
    assert len(children()) <= 2  # this host's and the shared one's


def test_an_adapter_file_that_was_changed_is_refused(
    host: LlamaCppHost, version: Callable[..., ModelVersion], objects: MemoryObjects
):
    changed = version("changed")
    objects.put(changed.adapter_key, objects.get(changed.adapter_key)[:-1] + b"\x01")
    with pytest.raises(BackendUnavailable, match="not the one that was registered"):
        host.deploy(changed)


def test_a_version_is_deployed_by_the_first_request_for_it(host: LlamaCppHost, version: Callable[..., ModelVersion]):
    live = version("live")
    host.deploy(live)
    answer = said(host, live, "What is a king post?")
    host.close()  # as after a restart of the server
    assert said(host, live, "What is a king post?") == answer


def test_requests_under_way_end_undisturbed_by_a_deployment(host: LlamaCppHost, version: Callable[..., ModelVersion]):
    chat = host.chat().bind(max_tokens=40)
    undisturbed = "".join(piece.text for piece in chat.stream("Tell me about roofs."))
    before = children()
    stream = chat.stream("Tell me about roofs.")
    text = next(stream).text
    host.deploy(version("meanwhile"))
    assert len(children()) == len(before) + 1
    text += "".join(piece.text for piece in stream)
    assert text == undisturbed
    assert len(children()) == len(before)


def test_a_retired_version_may_come_back(host: LlamaCppHost, version: Callable[..., ModelVersion]):
    retired = version("retired")
    host.retire(retired)
    host.deploy(retired)
    answer = said(host, retired, "What is a king post?")
    host.retire(retired)
    host.deploy(version("successor", seed=9))
    assert said(host, retired, "What is a king post?") == answer


def test_a_child_that_died_is_started_again(host: LlamaCppHost):
    before = children()
    answer = said(host, None, "What is a king post?")
    (child,) = children() - before
    os.kill(child, signal.SIGKILL)
    assert said(host, None, "What is a king post?") == answer


def test_a_child_that_dies_within_an_answer_is_told(host: LlamaCppHost):
    before = children()
    stream = host.chat().bind(max_tokens=400).stream("Tell me a long story.")
    next(stream)
    (child,) = children() - before
    os.kill(child, signal.SIGKILL)
    with pytest.raises(BackendUnavailable):
        list(stream)
    assert said(host, None, "Hello")


def test_leaving_a_stream_frees_its_slot(host: LlamaCppHost):
    stream = host.chat().bind(max_tokens=400).stream("Tell me a long story.")
    next(stream)
    stream.close()
    assert said(host, None, "Hello")  # there is one slot only


def test_a_file_that_is_no_model_is_told(tmp_path: Path, objects: MemoryObjects):
    broken = tmp_path / "broken.gguf"
    broken.write_bytes(b"GGUF" + b"\0" * 100)
    host = LlamaCppHost(model=broken, objects=objects, settings=SETTINGS)
    with pytest.raises(BackendUnavailable, match="could not load"):
        host.chat().invoke("Hello")
    host.close()


def test_nobody_else_on_the_machine_may_ask(model: Path):
    process = LlamaCppProcess(model, {}, SETTINGS)
    try:
        connection = http.client.HTTPConnection(*process.address)
        connection.request("POST", "/v1/chat/completions", b"{}", {"Content-Type": "application/json"})
        assert connection.getresponse().status == http.client.UNAUTHORIZED
        assert process.address[0] == "127.0.0.1"
    finally:
        process.stop()


def test_the_child_ends_with_a_parent_that_is_killed(model: Path):
    program = f"""
import sys
from pathlib import Path
from kingpost.backends.local.llamacpp_process import LlamaCppProcess
from kingpost.settings import ModelSettings
process = LlamaCppProcess(Path({str(model)!r}), {{}}, ModelSettings(context_tokens=512, slots=1, threads=1))
print(process.pid, flush=True)
sys.stdin.read()
"""
    parent = subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    child = os.pidfd_open(int(parent.stdout.readline()))
    parent.kill()
    parent.wait()
    assert select.select([child], [], [], 20)[0], "the child is still there"
    os.close(child)
