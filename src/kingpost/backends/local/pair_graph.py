"""Writes the verifier's cross-encoder as one ONNX file: both questions in one input, one logit out. Needs no torch.

The body is the sentence encoder's own; what was trained on top of it (LoRA matrices, norms, segment embeddings,
head) is a small file that ships with Kingpost and is merged in here.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from safetensors import safe_open

from kingpost.backends.local.onnx_graph import IR_VERSION, OPSET, Graph, attention_bias, layer

HEADS = 12
MASKED = -1e4
INPUTS = ("input_ids", "token_type_ids", "attention_mask", "word_mask")

Weights = dict[str, np.ndarray[Any, Any]]


def write_pair_scorer(encoder: Path, adapter: Path, target: Path) -> None:
    """Write ``target`` from the encoder's ``model.onnx`` and the trained part.

    Inputs are ``input_ids``, ``token_type_ids`` (0 up to the first separator, then 1), ``attention_mask`` and
    ``word_mask`` (1 for tokens of either question, 0 for special ones and padding), each (batch, tokens); the output
    is ``logit`` (batch), float32: above 0 the questions are more likely the same than not.
    """
    weights, facts = merged(encoder_weights(encoder), adapter)
    graph = Graph(weights)
    config = {"num_attention_heads": HEADS, "hidden_size": int(facts["hidden_size"]), "layer_norm_eps": 1e-12}
    states = _embedded(graph, config)
    mask = attention_bias(graph)
    for number in range(int(facts["layers"])):
        states = layer(graph, states, mask, f"encoder.layer.{number}.", config)
    _logit(graph, states)
    onnx.save(_model(graph), target)


def encoder_weights(encoder: Path) -> Weights:
    """The encoder's weights by their usual names, rows being outputs (the file holds them turned)."""
    graph = onnx.load(encoder).graph
    values = {one.name: numpy_helper.to_array(one) for one in graph.initializer}
    return {
        name: value.T if name.endswith(".weight") and value.ndim == 2 and "embeddings" not in name else value
        for name, value in values.items()
    }


def merged(weights: Weights, adapter: Path) -> tuple[Weights, Mapping[str, str]]:
    """The encoder's weights with the trained part in them, and the facts that the adapter's file states."""
    with safe_open(adapter, framework="numpy") as file:
        facts = file.metadata()
        trained = {name: file.get_tensor(name).astype(np.float32) for name in file.keys()}  # noqa: SIM118 - a file, which has keys() and is no mapping
    result = dict(weights)
    for name, value in trained.items():
        if name.endswith(".lora_b"):
            changed = name.removesuffix(".lora_b")
            low = trained[f"{changed}.lora_a"]
            result[f"{changed}.weight"] = weights[f"{changed}.weight"] + float(facts["scale"]) * (value @ low)
        elif not name.endswith(".lora_a"):
            result[name] = value
    return result, facts


def _embedded(graph: Graph, config: Mapping[str, Any]) -> str:
    words = graph.add("Gather", graph.weight("embeddings.word_embeddings.weight"), "input_ids")
    length = graph.add("Shape", "input_ids", start=1, end=2)
    positions = graph.add(
        "Slice", graph.weight("embeddings.position_embeddings.weight"), graph.ints(0), length, graph.ints(0)
    )
    segments = graph.add("Gather", graph.weight("embeddings.token_type_embeddings.weight"), "token_type_ids")
    states = graph.add("Add", graph.add("Add", words, positions), segments)
    return graph.normalised(states, "embeddings.LayerNorm", config)


def _logit(graph: Graph, states: str) -> None:
    summary = graph.add("Concat", *_means(graph, states), *_aligned(graph, states), axis=-1)
    logit = graph.linear(summary, "head")
    graph.add("Squeeze", logit, graph.ints(-1), output="logit")


def _means(graph: Graph, states: str) -> list[str]:
    """First token, mean of both questions, and how their means differ and agree."""
    second = graph.add("Cast", "token_type_ids", to=TensorProto.FLOAT)
    there = graph.add("Cast", "attention_mask", to=TensorProto.FLOAT)
    of_second = graph.add("Mul", there, second)
    of_first = graph.add("Sub", there, of_second)
    first = graph.add("Gather", states, graph.constant("zero", np.array(0, dtype=np.int64)), axis=1)
    left, right = (_mean(graph, states, mask) for mask in (of_first, of_second))
    half = graph.constant("half", np.array(0.5, dtype=np.float32))
    both = graph.add("Mul", graph.add("Add", left, right), half)
    return [first, both, graph.add("Abs", graph.add("Sub", left, right)), graph.add("Mul", left, right)]


def _mean(graph: Graph, states: str, mask: str) -> str:
    """Mean of the masked tokens: (batch, hidden)."""
    total = graph.add("ReduceSum", _masked(graph, states, mask), graph.ints(1), keepdims=0)
    count = graph.add("ReduceSum", mask, graph.ints(1), keepdims=1)
    return graph.add("Div", total, graph.add("Max", count, graph.constant("one", np.array(1.0, dtype=np.float32))))


def _masked(graph: Graph, states: str, mask: str) -> str:
    return graph.add("Mul", states, graph.add("Unsqueeze", mask, graph.ints(-1)))


def _aligned(graph: Graph, states: str) -> list[str]:
    """Each token beside what it stands for in the other question (decomposable attention, Parikh et al. 2016).

    Mean and maximum over the tokens of what a small layer makes of the comparison, the worst and the mean cosine.
    """
    words = graph.add("Cast", "word_mask", to=TensorProto.FLOAT)
    cosines = _cosines(graph, states, words)
    sharpness = graph.add("Exp", graph.weight("head_tau"))
    shares = graph.add("Softmax", graph.add("Mul", cosines, sharpness), axis=-1)
    aligned = graph.add("MatMul", shares, states)
    lowest = graph.constant("lowest_cosine", np.array(-1.0, dtype=np.float32))
    best = graph.add("Max", graph.add("ReduceMax", cosines, graph.ints(-1), keepdims=1), lowest)
    apart = graph.add("Abs", graph.add("Sub", states, aligned))
    beside = graph.add("Concat", apart, graph.add("Mul", states, aligned), states, best, axis=-1)
    compared = graph.add("Relu", graph.linear(beside, "head_cmp"))
    return [
        _mean(graph, compared, words),
        _highest(graph, compared, words),
        graph.add("Neg", _highest(graph, graph.add("Neg", best), words)),
        _mean(graph, best, words),
    ]


def _cosines(graph: Graph, states: str, words: str) -> str:
    """(batch, tokens, tokens): cosine of a token and a word of the other question, very negative for all others."""
    normal = graph.add("LpNormalization", states, axis=-1, p=2)
    cosines = graph.add("MatMul", normal, graph.add("Transpose", normal, perm=[0, 2, 1]))
    here, there = (graph.add("Unsqueeze", "token_type_ids", graph.ints(axis)) for axis in (2, 1))
    across = graph.add("Cast", graph.add("Not", graph.add("Equal", here, there)), to=TensorProto.FLOAT)
    wanted = graph.add("Mul", across, graph.add("Unsqueeze", words, graph.ints(1)))
    return graph.add("Add", graph.add("Mul", cosines, wanted), _penalty(graph, wanted))


def _highest(graph: Graph, states: str, mask: str) -> str:
    """Maximum over the masked tokens: (batch, hidden)."""
    penalty = _penalty(graph, graph.add("Unsqueeze", mask, graph.ints(-1)))
    return graph.add("ReduceMax", graph.add("Add", states, penalty), graph.ints(1), keepdims=0)


def _penalty(graph: Graph, mask: str) -> str:
    one = graph.constant("one", np.array(1.0, dtype=np.float32))
    return graph.add("Mul", graph.add("Sub", one, mask), graph.constant("masked", np.array(MASKED, dtype=np.float32)))


def _model(graph: Graph) -> onnx.ModelProto:
    inputs = [helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "tokens"]) for name in INPUTS]
    outputs = [helper.make_tensor_value_info("logit", TensorProto.FLOAT, ["batch"])]
    proto = helper.make_graph(graph.nodes, "pair_scorer", inputs, outputs, list(graph.constants.values()))
    model = helper.make_model(
        proto, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION, producer_name="kingpost"
    )
    onnx.checker.check_model(model)
    return model
