"""Makes a text classifier out of an encoder: reads rows of `topic | text`, has the encoder read the texts, fits a linear head on
the mean of its last layer, and writes encoder and head as one ONNX file with the output `logits`, one for each topic.

    python head.py ENCODER.onnx TOKENIZER.json ROWS.txt OUT.onnx

Prints the labels in the order of the output, one a line. docs/model-slot.md shows it to operators.
"""

import sys

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer

MOST_TOKENS = 256


def embed(session, tokenizer, text):
    """The mean of the last layer over a text's tokens, of length 1."""
    ids = tokenizer.encode(text).ids
    feed = {
        "input_ids": np.array([ids], dtype=np.int64),
        "attention_mask": np.ones((1, len(ids)), dtype=np.int64),
        "token_type_ids": np.zeros((1, len(ids)), dtype=np.int64),
    }
    wanted = {one.name for one in session.get_inputs()}
    layer = session.run(None, {name: value for name, value in feed.items() if name in wanted})[0][0]
    mean = layer.mean(axis=0)
    return mean / np.linalg.norm(mean)


def fit(vectors, targets, steps=3000, rate=4.0, decay=1e-4):
    """One logistic regression for each topic, by plain gradient descent: the same rows give the same head."""
    weights = np.zeros((vectors.shape[1], targets.shape[1]))
    bias = np.zeros(targets.shape[1])
    for _ in range(steps):
        wrong = 1 / (1 + np.exp(-(vectors @ weights + bias))) - targets
        weights -= rate * (vectors.T @ wrong / len(vectors) + decay * weights)
        bias -= rate * wrong.mean(axis=0)
    return weights.astype(np.float32), bias.astype(np.float32)


def with_head(model, weights, bias):
    """The encoder's graph with the mean of its tokens, made of length 1, and the head behind it. Texts are read one at a time,
    so every token is one of the text's own."""
    graph = model.graph
    layer = graph.output[0].name
    graph.initializer.extend([
        numpy_helper.from_array(weights, "head_weights"),
        numpy_helper.from_array(bias, "head_bias"),
    ])
    graph.node.extend([
        helper.make_node("ReduceMean", [layer], ["head_mean"], axes=[1], keepdims=0),
        helper.make_node("ReduceL2", ["head_mean"], ["head_norm"], axes=[1], keepdims=1),
        helper.make_node("Div", ["head_mean", "head_norm"], ["head_unit"]),
        helper.make_node("MatMul", ["head_unit", "head_weights"], ["head_product"]),
        helper.make_node("Add", ["head_product", "head_bias"], ["logits"]),
    ])
    del graph.output[:]
    graph.output.append(helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["batch", len(bias)]))
    onnx.checker.check_model(model)
    return model


def main():
    encoder, tokenizer_file, rows_file, out = sys.argv[1:]
    tokenizer = Tokenizer.from_file(tokenizer_file)
    tokenizer.no_padding()
    tokenizer.enable_truncation(MOST_TOKENS)
    with open(rows_file, encoding="utf-8") as lines:
        rows = [line.rstrip("\n").split(" | ", 1) for line in lines if line.strip() and not line.startswith("#")]
    session = onnxruntime.InferenceSession(encoder, providers=["CPUExecutionProvider"])
    vectors = np.stack([embed(session, tokenizer, text) for _, text in rows])
    labels = sorted({topic for topic, _ in rows})
    targets = np.array([[float(topic == label) for label in labels] for topic, _ in rows])
    onnx.save(with_head(onnx.load(encoder), *fit(vectors, targets)), out)
    print("\n".join(labels))


if __name__ == "__main__":
    main()
