"""Writes the models and golden values of the conformance cases: python conformance_models.py RESOURCES

Needs `pip install gguf numpy`. RESOURCES is src/test/resources. Makes, in RESOURCES/conformance:

models/tiny.gguf      a llama of two layers with random F32 weights and a small SentencePiece vocabulary
models/types.gguf     a tensor of each type, the golden blocks of RESOURCES/ai/realm/quant; it has neither an
                      architecture nor a tokenizer
golden/embedded.f32   the embeddings of IDS, then hidden states as they leave layer 0 and layer 1, and the
golden/layer0.f32     logits after each position: f32, from a forward pass in float64 that is written here
golden/layer1.f32     after the papers and shares nothing with the engine
golden/logits.f32

and prints the greedy continuation of IDS, with the least distance between the two best logits.
"""

import sys
from pathlib import Path

import numpy as np
from gguf import GGML_QUANT_SIZES, GGMLQuantizationType as Type, GGUFWriter

LAYERS, WIDTH, HEADS, KV_HEADS, FEED_FORWARD, CONTEXT = 2, 32, 4, 2, 48, 64
HEAD = WIDTH // HEADS
EPSILON = 1e-5
BASE = 10000.0

SPECIAL = ["<unk>", "<s>", "</s>", "<|user|>"]
BYTES = [f"<0x{byte:02X}>" for byte in range(256)]
PIECES = ["\u2581", *"etaoinshrdlucmfwygpbvk", "\u2581t", "he", "\u2581the", "in", "an", "\u2581a", "er", "\u2581c", "at", "\u00e9", "\u4e2d"]
TOKENS = [*SPECIAL, *BYTES, *PIECES]
FIRST_PIECE = len(SPECIAL) + len(BYTES)
UNKNOWN, CONTROL, NORMAL, BYTE = 2, 3, 1, 6

IDS = [1, 285, 290, 261, 263]


def weights():
    random = np.random.Generator(np.random.PCG64(358))

    def matrix(rows, columns, gain=1.0):
        return (random.standard_normal((rows, columns)) * gain / np.sqrt(columns)).astype("<f4")

    def norm():
        return (1 + 0.2 * random.standard_normal(WIDTH)).astype("<f4")

    tensors = {"token_embd.weight": matrix(len(TOKENS), WIDTH, 4.0)}
    for layer in range(LAYERS):
        block = f"blk.{layer}."
        tensors[block + "attn_norm.weight"] = norm()
        tensors[block + "attn_q.weight"] = matrix(HEADS * HEAD, WIDTH, 1.5)
        tensors[block + "attn_k.weight"] = matrix(KV_HEADS * HEAD, WIDTH, 1.5)
        tensors[block + "attn_v.weight"] = matrix(KV_HEADS * HEAD, WIDTH, 1.5)
        tensors[block + "attn_output.weight"] = matrix(WIDTH, HEADS * HEAD, 1.5)
        tensors[block + "ffn_norm.weight"] = norm()
        tensors[block + "ffn_gate.weight"] = matrix(FEED_FORWARD, WIDTH, 1.5)
        tensors[block + "ffn_up.weight"] = matrix(FEED_FORWARD, WIDTH, 1.5)
        tensors[block + "ffn_down.weight"] = matrix(WIDTH, FEED_FORWARD, 1.5)
    tensors["output_norm.weight"] = norm()
    output = matrix(len(TOKENS), WIDTH, 4.0)
    output[:FIRST_PIECE] *= 0.02  # A greedy text then has pieces only, no bytes and no end.
    tensors["output.weight"] = output
    return tensors


def write_tiny(path, tensors):
    writer = GGUFWriter(path, "llama")
    writer.add_name("tiny")
    writer.add_block_count(LAYERS)
    writer.add_context_length(CONTEXT)
    writer.add_embedding_length(WIDTH)
    writer.add_feed_forward_length(FEED_FORWARD)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(KV_HEADS)
    writer.add_layer_norm_rms_eps(EPSILON)
    writer.add_rope_dimension_count(HEAD)
    writer.add_rope_freq_base(BASE)
    writer.add_tokenizer_model("llama")
    writer.add_tokenizer_pre("default")
    writer.add_token_list(TOKENS)
    writer.add_token_scores([0.0] * FIRST_PIECE + [-1.0 - i for i in reversed(range(len(PIECES)))])
    writer.add_token_types([UNKNOWN, CONTROL, CONTROL, CONTROL] + [BYTE] * 256 + [NORMAL] * len(PIECES))
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
    writer.add_unk_token_id(0)
    writer.add_add_bos_token(True)
    writer.add_add_eos_token(False)
    for name, values in tensors.items():
        writer.add_tensor(name, values)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def write_types(path, blocks):
    writer = GGUFWriter(path, "none")
    writer.kv_data[0].clear()  # Without general.architecture: storage must not ask for one.
    writer.add_name("types")
    for kind in GGML_TYPES:
        data = (blocks / f"{kind.name}.bin").read_bytes()
        size, width = GGML_QUANT_SIZES[kind]
        count = len(data) // (width + 4 * size)
        raw = np.frombuffer(data[: count * width], np.uint8)
        writer.add_tensor(kind.name, raw.reshape(1, -1), raw_dtype=kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


GGML_TYPES = [
    Type.F32, Type.F16, Type.BF16, Type.Q4_0, Type.Q4_1, Type.Q5_0, Type.Q5_1, Type.Q8_0,
    Type.Q2_K, Type.Q3_K, Type.Q4_K, Type.Q5_K, Type.Q6_K, Type.Q8_K,
    Type.IQ4_NL, Type.IQ4_XS, Type.MXFP4,
]


def rms_norm(x, weight):
    return x / np.sqrt((x * x).mean(-1, keepdims=True) + EPSILON) * weight


def rotate(x):
    """RoPE (Su et al. 2021) on (position, head, value), pairs of neighbours."""
    angle = np.arange(x.shape[0])[:, None] * BASE ** (-np.arange(0, HEAD, 2) / HEAD)
    cos, sin = np.cos(angle)[:, None], np.sin(angle)[:, None]
    out = np.empty_like(x)
    out[..., 0::2] = x[..., 0::2] * cos - x[..., 1::2] * sin
    out[..., 1::2] = x[..., 0::2] * sin + x[..., 1::2] * cos
    return out


def f16(x):
    """What a KV cache of half precision keeps."""
    return x.astype(np.float16).astype(np.float64)


def forward(tensors, ids):
    """Embeddings, the hidden states after each layer, and the logits (Touvron et al. 2023)."""
    w = {name: values.astype(np.float64) for name, values in tensors.items()}
    x = w["token_embd.weight"][ids]
    states = [x]
    count = len(ids)
    for layer in range(LAYERS):
        block = f"blk.{layer}."
        h = rms_norm(x, w[block + "attn_norm.weight"])
        q = rotate((h @ w[block + "attn_q.weight"].T).reshape(count, HEADS, HEAD))
        k = rotate((h @ w[block + "attn_k.weight"].T).reshape(count, KV_HEADS, HEAD))
        v = (h @ w[block + "attn_v.weight"].T).reshape(count, KV_HEADS, HEAD)
        k, v = (np.repeat(f16(each), HEADS // KV_HEADS, axis=1) for each in (k, v))
        scores = np.einsum("qhd,khd->hqk", q, k) / np.sqrt(HEAD)
        scores[:, np.triu(np.ones((count, count), bool), 1)] = -np.inf
        p = np.exp(scores - scores.max(-1, keepdims=True))
        p /= p.sum(-1, keepdims=True)
        x = x + np.einsum("hqk,khd->qhd", p, v).reshape(count, -1) @ w[block + "attn_output.weight"].T
        h = rms_norm(x, w[block + "ffn_norm.weight"])
        gate = h @ w[block + "ffn_gate.weight"].T
        x = x + (gate / (1 + np.exp(-gate)) * (h @ w[block + "ffn_up.weight"].T)) @ w[block + "ffn_down.weight"].T
        states.append(x)
    return states, rms_norm(x, w["output_norm.weight"]) @ w["output.weight"].T


def print_greedy(tensors):
    ids, least = list(IDS), np.inf
    for _ in range(24):
        logits = forward(tensors, ids)[1][-1]
        second, first = np.sort(logits)[-2:]
        least = min(least, first - second)
        ids.append(int(logits.argmax()))
    made = ids[len(IDS) :]
    print("ids", made, "text", repr("".join(TOKENS[i] for i in made).replace("\u2581", " ")), "distance", least)


def main(resources):
    folder = resources / "conformance"
    for name in ("models", "golden"):
        (folder / name).mkdir(exist_ok=True)
    tensors = weights()
    write_tiny(folder / "models/tiny.gguf", tensors)
    write_types(folder / "models/types.gguf", resources / "ai/realm/quant")
    states, logits = forward(tensors, IDS)
    for name, values in [("embedded", states[0]), ("layer0", states[1]), ("layer1", states[2]), ("logits", logits)]:
        values.astype("<f4").tofile(folder / f"golden/{name}.f32")
    print_greedy(tensors)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
