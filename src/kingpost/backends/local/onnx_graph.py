"""Writes a BERT sentence encoder as one ONNX file: token ids in, vectors of length 1 out. Needs no torch."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from safetensors.numpy import load_file

OPSET = 20  # the first with Gelu
IR_VERSION = 10

Weights = Mapping[str, np.ndarray[Any, Any]]


def write_encoder(weights_file: Path, config_file: Path, target: Path) -> None:
    """Write ``target`` with inputs ``input_ids`` and ``attention_mask`` (batch, tokens) and output ``embedding``.

    The output is the mean of the tokens' last states, of length 1: shape (batch, dimensions), float32.
    """
    config = json.loads(config_file.read_text(encoding="utf-8"))
    graph = Graph(load_file(weights_file))
    states = _embedded(graph, config)
    mask = attention_bias(graph)
    for number in range(config["num_hidden_layers"]):
        states = layer(graph, states, mask, f"encoder.layer.{number}.", config)
    _pooled(graph, states)
    onnx.save(graph.model(config["hidden_size"]), target)


class Graph:
    """Nodes in order, with the weights that they name."""

    def __init__(self, weights: Weights) -> None:
        self._weights = weights
        self.nodes: list[onnx.NodeProto] = []
        self.constants: dict[str, onnx.TensorProto] = {}

    def add(self, operator: str, *inputs: str, output: str = "", **attributes: Any) -> str:
        output = output or f"{operator.lower()}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(operator, inputs, [output], name=f"node_{output}", **attributes))
        return output

    def weight(self, name: str, *, transposed: bool = False) -> str:
        value = self._weights[name].astype(np.float32)
        return self.constant(name, value.T.copy() if transposed else value)

    def constant(self, name: str, value: np.ndarray[Any, Any]) -> str:
        if name not in self.constants:
            self.constants[name] = numpy_helper.from_array(value, name)
        return name

    def ints(self, *values: int) -> str:
        return self.constant("ints_" + "_".join(map(str, values)), np.array(values, dtype=np.int64))

    def linear(self, states: str, prefix: str) -> str:
        product = self.add("MatMul", states, self.weight(f"{prefix}.weight", transposed=True))
        return self.add("Add", product, self.weight(f"{prefix}.bias"))

    def normalised(self, states: str, prefix: str, config: Mapping[str, Any]) -> str:
        scale, bias = self.weight(f"{prefix}.weight"), self.weight(f"{prefix}.bias")
        return self.add("LayerNormalization", states, scale, bias, axis=-1, epsilon=config["layer_norm_eps"])

    def model(self, dimensions: int) -> onnx.ModelProto:
        inputs = [
            helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "tokens"])
            for name in ("input_ids", "attention_mask")
        ]
        outputs = [helper.make_tensor_value_info("embedding", TensorProto.FLOAT, ["batch", dimensions])]
        graph = helper.make_graph(self.nodes, "sentence_encoder", inputs, outputs, list(self.constants.values()))
        model = helper.make_model(
            graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION, producer_name="kingpost"
        )
        onnx.checker.check_model(model)
        return model


def _embedded(graph: Graph, config: Mapping[str, Any]) -> str:
    words = graph.add("Gather", graph.weight("embeddings.word_embeddings.weight"), "input_ids")
    length = graph.add("Shape", "input_ids", start=1, end=2)
    positions = graph.add(
        "Slice", graph.weight("embeddings.position_embeddings.weight"), graph.ints(0), length, graph.ints(0)
    )
    # All tokens are of the first segment: its embedding is one row, added to every token.
    segment = graph.add("Gather", graph.weight("embeddings.token_type_embeddings.weight"), graph.ints(0))
    states = graph.add("Add", graph.add("Add", words, positions), segment)
    return graph.normalised(states, "embeddings.LayerNorm", config)


def attention_bias(graph: Graph) -> str:
    """(batch, 1, 1, tokens): 0 where there is a token, very negative where there is padding."""
    mask = graph.add("Cast", "attention_mask", to=TensorProto.FLOAT)
    one = graph.constant("one", np.array(1.0, dtype=np.float32))
    lowest = graph.constant("lowest", np.array(-1e9, dtype=np.float32))
    return graph.add("Unsqueeze", graph.add("Mul", graph.add("Sub", one, mask), lowest), graph.ints(1, 2))


def layer(graph: Graph, states: str, mask: str, prefix: str, config: Mapping[str, Any]) -> str:
    """One transformer layer: attention, then two linear layers, each added to its input and normalised."""
    attended = graph.linear(_attention(graph, states, mask, prefix, config), f"{prefix}attention.output.dense")
    states = graph.normalised(graph.add("Add", attended, states), f"{prefix}attention.output.LayerNorm", config)
    wide = graph.add("Gelu", graph.linear(states, f"{prefix}intermediate.dense"))
    narrow = graph.linear(wide, f"{prefix}output.dense")
    return graph.normalised(graph.add("Add", narrow, states), f"{prefix}output.LayerNorm", config)


def _attention(graph: Graph, states: str, mask: str, prefix: str, config: Mapping[str, Any]) -> str:
    heads = config["num_attention_heads"]
    size = config["hidden_size"] // heads

    def split(name: str, order: list[int]) -> str:
        projected = graph.linear(states, f"{prefix}attention.self.{name}")
        by_head = graph.add("Reshape", projected, graph.ints(0, 0, heads, size))
        return graph.add("Transpose", by_head, perm=order)

    scores = graph.add("MatMul", split("query", [0, 2, 1, 3]), split("key", [0, 2, 3, 1]))
    scale = graph.constant("attention_scale", np.array(size**-0.5, dtype=np.float32))
    weights = graph.add("Softmax", graph.add("Add", graph.add("Mul", scores, scale), mask), axis=-1)
    mixed = graph.add("Transpose", graph.add("MatMul", weights, split("value", [0, 2, 1, 3])), perm=[0, 2, 1, 3])
    return graph.add("Reshape", mixed, graph.ints(0, 0, config["hidden_size"]))


def _pooled(graph: Graph, states: str) -> None:
    mask = graph.add("Unsqueeze", graph.add("Cast", "attention_mask", to=TensorProto.FLOAT), graph.ints(2))
    # The mean's divisor falls away, because the vector is brought to length 1.
    total = graph.add("ReduceSum", graph.add("Mul", states, mask), graph.ints(1), keepdims=0)
    graph.add("LpNormalization", total, output="embedding", axis=-1, p=2)
