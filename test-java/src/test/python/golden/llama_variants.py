"""Writes tiny llama models and their exact logits.

    python -m golden.llama_variants RESOURCES/ai/realm/model/llama

Needs `pip install gguf numpy`. For each variant of the architecture, NAME.gguf.gz is a model with
random weights, and NAME.logits.gz holds, as little-endian 32-bit words, the number of token ids,
the ids, the number of positions, the positions, and the f32 logits after each of these positions.
The forward pass is that of `llama`, in float64, on the dequantized weights. Keys and values are
rounded to F16, as a KV cache holds them, so that nothing else hides behind that.

With a second folder, it also writes there NAME.gguf with the same weights as F32, NAME.ids.json and
NAME.logits.npy, the logits of all positions without that rounding: for a comparison with another
implementation.
"""

import gzip
import json
import sys
from pathlib import Path

import numpy as np
from gguf import GGML_QUANT_SIZES, GGMLQuantizationType as Type, GGUFWriter
from gguf.quants import dequantize, quantize

from .llama import hidden
from .parts import Model

VOCABULARY = 320
TOKENS = 150
# The ends of pages of 64 positions, of blocks of 16, and of tiles of 12 and 4.
POSITIONS = [0, 1, 11, 15, 16, 63, 64, 65, 127, 128, 149]

# Where a block holds its f16 scale and its f16 minimum, and what multiple of the scale the minimum
# must be so that blocks of random bits have weights with mean 0.
SCALES = {
    Type.Q4_0: [(0, 1)],
    Type.Q5_0: [(0, 1)],
    Type.Q8_0: [(0, 1)],
    Type.Q4_1: [(0, 1), (2, -7.5)],
    Type.Q5_1: [(0, 1), (2, -15.5)],
    Type.Q2_K: [(80, 1), (82, 1.5)],
    Type.Q3_K: [(108, 1)],
    Type.Q4_K: [(0, 1), (2, 7.5)],
    Type.Q5_K: [(0, 1), (2, 15.5)],
    Type.Q6_K: [(208, 1)],
}


def variant(**changes):
    """A model's shape. `types` are those of its matrices, in turn."""
    shape = dict(
        embedding=64, heads=4, kv_heads=2, layers=2, feed_forward=96, context=2048, epsilon=1e-2,
        head_dim=None, tied=False, types=[Type.F32], rope={}, rope_freqs=None,
    )
    assert changes.keys() <= shape.keys()
    return shape | changes


def llama3_factors(dimensions, base, factor, low, high, context):
    """Llama 3's: slow frequencies are divided by `factor`, those between are blended."""
    turns = context * base ** (-np.arange(0, dimensions, 2) / dimensions) / (2 * np.pi)
    blend = np.clip((turns - low) / (high - low), 0, 1)
    return 1 / (blend + (1 - blend) / factor)


K_QUANTS = [Type.Q4_K, Type.Q6_K, Type.Q2_K, Type.Q5_K, Type.Q3_K]
VARIANTS = {
    "plain": variant(kv_heads=4),
    "tied": variant(kv_heads=1, layers=3, tied=True),
    "groups-of-three": variant(embedding=96, heads=6),
    "wide-heads": variant(head_dim=32),
    "narrow-heads": variant(heads=2, head_dim=8, kv_heads=1),
    "partial-rope": variant(rope={"dimension_count": 8, "freq_base": 500.0}),
    "llama3-rope": variant(
        rope={"freq_base": 500000.0}, rope_freqs=llama3_factors(16, 500000.0, 8, 1, 4, 128)
    ),
    "linear-rope": variant(rope={"scaling.type": "linear", "scaling.factor": 4.0}),
    "yarn-rope": variant(
        heads=2, head_dim=32, kv_heads=1,
        rope={
            "scaling.type": "yarn", "scaling.factor": 4.0,
            "scaling.original_context_length": 512,
        },
    ),
    "yarn-rope-by-default": variant(
        context=4096, rope={"scaling.type": "yarn", "scaling.factor": 8.0, "scaling.attn_factor": 0.8}
    ),
    "f16": variant(types=[Type.F16]),
    "bf16": variant(types=[Type.BF16]),
    "q8_0": variant(types=[Type.Q8_0]),
    "q4_0": variant(types=[Type.Q4_0]),
    "q4_1": variant(types=[Type.Q4_1], tied=True),
    "q5": variant(types=[Type.Q5_0, Type.Q5_1]),
    "k-quants": variant(
        embedding=256, kv_heads=1, layers=1, feed_forward=256, tied=True, types=K_QUANTS
    ),
}


def random_float_matrix(kind, rows, columns, deviation, random):
    """Few different values, so that the file packs well."""
    levels = np.clip(np.rint(random.normal(0, 1, (rows, columns))), -3, 3)
    weights = (levels * deviation).astype(np.float32)
    if kind == Type.F32:
        return weights, weights
    blocks = quantize(weights, kind)
    return blocks, dequantize(blocks, kind)


def random_blocks(kind, rows, columns, deviation, random):
    size, block_bytes = GGML_QUANT_SIZES[kind]
    blocks = random.integers(0, 256, (rows * columns // size, block_bytes), dtype=np.uint8)

    def with_scales(scales):
        for at, multiple in SCALES[kind]:
            halves = (scales * multiple).astype("<f2")
            blocks[:, at : at + 2] = halves[:, None].view(np.uint8)
        data = blocks.reshape(rows, -1)
        return data, dequantize(data, kind)

    _, unscaled = with_scales(np.ones(len(blocks)))
    jitter = random.uniform(0.8, 1.2, len(blocks))
    data, weights = with_scales(deviation / unscaled.std() * jitter)
    return data, weights


class TinyLlama:
    """A model with random weights; `tensors` maps a name to (type, blocks as stored, values)."""

    def __init__(self, shape, random):
        self.__dict__ |= shape
        self.dim = self.head_dim or self.embedding // self.heads
        self.rotated = self.rope.get("dimension_count", self.dim)
        self.random = random
        self.turn = 0
        self.tensors = {}
        e, f, q, kv = self.embedding, self.feed_forward, self.heads * self.dim, self.kv_heads * self.dim
        self.matrix("token_embd", VOCABULARY, e, 2 / e**0.5)
        self.norm("output_norm", e)
        if not self.tied:
            self.matrix("output", VOCABULARY, e, 2 / e**0.5)
        if self.rope_freqs is not None:
            factors = self.rope_freqs.astype(np.float32)
            self.tensors["rope_freqs.weight"] = (Type.F32, factors, factors)
        for layer in range(self.layers):
            blk = f"blk.{layer}."
            self.norm(blk + "attn_norm", e)
            self.matrix(blk + "attn_q", q, e, 1.5 / e**0.5)
            self.matrix(blk + "attn_k", kv, e, 1.5 / e**0.5)
            self.matrix(blk + "attn_v", kv, e, 1.2 / e**0.5)
            self.matrix(blk + "attn_output", e, q, 1.6 / e**0.5)
            self.norm(blk + "ffn_norm", e)
            self.matrix(blk + "ffn_gate", f, e, 1.4 / e**0.5)
            self.matrix(blk + "ffn_up", f, e, 1.4 / e**0.5)
            self.matrix(blk + "ffn_down", e, f, 1.4 / f**0.5)

    def matrix(self, name, rows, columns, deviation):
        kind = self.types[self.turn % len(self.types)]
        self.turn += 1
        make = random_blocks if kind in SCALES else random_float_matrix
        self.tensors[name + ".weight"] = (kind, *make(kind, rows, columns, deviation, self.random))

    def norm(self, name, n):
        values = (1 + 0.25 * np.rint(self.random.uniform(-2, 2, n))).astype(np.float32)
        self.tensors[name + ".weight"] = (Type.F32, values, values)

    def write_twin(self, path):
        """The same weights as F32. llama.cpp takes no llama with heads that are rotated in part,
        but a chatglm, which is the same architecture with two pairs of matrices fused."""
        values = {name: values.astype(np.float32) for name, (_, _, values) in self.tensors.items()}
        architecture = "llama"
        if self.rotated < self.dim:
            architecture = "chatglm"
            for layer in range(self.layers):
                for fused, parts in [
                    ("attn_qkv", ["attn_q", "attn_k", "attn_v"]),
                    ("ffn_up", ["ffn_gate", "ffn_up"]),
                ]:
                    rows = [values.pop(f"blk.{layer}.{part}.weight") for part in parts]
                    values[f"blk.{layer}.{fused}.weight"] = np.concatenate(rows)
        self.write(path, architecture, {name: (Type.F32, x) for name, x in values.items()})

    def write(self, path, architecture="llama", tensors=None):
        file = GGUFWriter(path, architecture)
        file.add_context_length(self.context)
        file.add_embedding_length(self.embedding)
        file.add_block_count(self.layers)
        file.add_feed_forward_length(self.feed_forward)
        file.add_head_count(self.heads)
        file.add_head_count_kv(self.kv_heads)
        file.add_layer_norm_rms_eps(self.epsilon)
        file.add_vocab_size(VOCABULARY)
        if self.head_dim:
            file.add_key_length(self.head_dim)
            file.add_value_length(self.head_dim)
        for key, value in self.rope.items():
            add = {str: file.add_string, int: file.add_uint32, float: file.add_float32}[type(value)]
            add(f"{architecture}.rope.{key}", value)
        texts, types = vocabulary()
        file.add_tokenizer_model("llama")
        file.add_token_list(texts)
        file.add_token_scores([-float(i) for i in range(VOCABULARY)])
        file.add_token_types(types)
        file.add_bos_token_id(1)
        file.add_eos_token_id(2)
        file.add_unk_token_id(0)
        for name, (kind, blocks, *_) in (tensors or self.tensors).items():
            file.add_tensor(name, blocks, raw_dtype=kind)
        file.write_header_to_file()
        file.write_kv_data_to_file()
        file.write_tensors_to_file()
        file.close()

    def logits(self, ids, cache_type):
        """After each token, with keys and values as a cache of this type keeps them."""
        keys = {
            "block_count": self.layers,
            "embedding_length": self.embedding,
            "context_length": self.context,
            "attention.head_count": self.heads,
            "attention.head_count_kv": self.kv_heads,
            "attention.key_length": self.dim,
            "attention.layer_norm_rms_epsilon": self.epsilon,
            "rope.dimension_count": self.rotated,
            **{f"rope.{key}": value for key, value in self.rope.items()},
        }
        weights = {name: values.astype(np.float64) for name, (_, _, values) in self.tensors.items()}
        model = Model("llama", keys, weights, lambda x: x.astype(cache_type).astype(np.float64))
        return model.logits(hidden(model, ids))


def vocabulary():
    """Texts and types of a SentencePiece vocabulary: three control tokens, all bytes, letters."""
    texts = ["<unk>", "<s>", "</s>"] + [f"<0x{byte:02X}>" for byte in range(256)]
    letters = ["\u2581"] + [chr(c) for c in range(33, 33 + VOCABULARY - len(texts) - 1)]
    return texts + letters, [2, 3, 3] + [6] * 256 + [1] * len(letters)


def main(folder, comparison=None):
    folder.mkdir(parents=True, exist_ok=True)
    for number, (name, shape) in enumerate(VARIANTS.items()):
        random = np.random.Generator(np.random.PCG64(number))
        model = TinyLlama(shape, random)
        ids = random.integers(0, VOCABULARY, TOKENS)
        ids[TOKENS // 2 :: 3] = ids[: TOKENS - TOKENS // 2 : 3]
        logits = model.logits(ids, np.float16)
        plain = folder / f"{name}.gguf"
        model.write(plain)
        (folder / f"{name}.gguf.gz").write_bytes(gzip.compress(plain.read_bytes(), 9, mtime=0))
        plain.unlink()
        words = np.concatenate([[TOKENS], ids, [len(POSITIONS)], POSITIONS]).astype("<i4").tobytes()
        golden = words + logits[POSITIONS].astype("<f4").tobytes()
        (folder / f"{name}.logits.gz").write_bytes(gzip.compress(golden, 9, mtime=0))
        if comparison:
            model.write_twin(comparison / f"{name}.gguf")
            (comparison / f"{name}.ids.json").write_text(json.dumps(ids.tolist()))
            np.save(comparison / f"{name}.logits.npy", model.logits(ids, np.float64))


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
