"""How a tiny model is drawn and written.

A recipe is a function that is given a `Recipe` and sets its keys and draws its tensors. Weights
depend on the seed and on a tensor's name alone: sums of four uniforms of the Mersenne twister, whose
stream numpy has frozen, so that they are the same on every machine.
"""

import math
import zlib

import gguf
import numpy as np
from gguf import GGMLQuantizationType as Type

from . import blocks, vocabulary

FILE_TYPES = {
    "F32": 0, "F16": 1, "Q4_0": 2, "Q8_0": 7, "Q4_K_M": 15, "IQ4_NL": 25, "IQ4_XS": 30, "MXFP4": 38,
    "Q5_K": 17, "Q3_K": 12, "Q2_K": 10, "IQ3_S": 26, "IQ3_XXS": 23, "IQ2_S": 28, "IQ2_XS": 20,
    "IQ2_XXS": 19, "IQ1_M": 31, "IQ1_S": 24, "TQ1_0": 36, "TQ2_0": 37, "NVFP4": 39,
}

# Tensor types whose blocks hold 32 values; those of the others hold 256.
BLOCKS_OF_32 = ("Q8_0", "Q4_0", "IQ4_NL", "MXFP4")

# Parts whose matrices stay F32 in files of every type.
PLAIN = (
    "ffn_gate_inp", "position_embd", "token_types", "rope_freqs", "attn_sinks", "inp_gate",
    "per_layer_model_proj", "altup_proj", "altup_unembd_proj", "altup_predict_coef",
    "altup_correct_coef", "altup_router", "laurel_l", "laurel_r",
)

# Values of the key pooling_type.
MEAN, CLS, LAST, RANK = 1, 2, 3, 4

# Large on purpose: an epsilon written into an engine must show.
EPSILON = 1e-2


class Recipe:
    """A tiny model: the shape that its recipe may change, its keys, its tensors."""

    def __init__(self, name, architecture, seed):
        self.name, self.architecture, self.seed = name, architecture, seed
        self.width, self.feed_forward, self.layers = 256, 512, 4
        self.heads, self.kv_heads, self.head_dim = 8, 2, 32
        self.tied = False
        self.pooling = None
        self.vocabulary = "llama"
        self.keys = {}
        self.tensors = {}

    def set(self, **keys):
        """Keys below the architecture's name, with __ for a dot."""
        for name, value in keys.items():
            self.keys[name.replace("__", ".")] = value

    def decoder_keys(self, layer_norm=False, **more):
        """What every model with grouped queries says of itself; RMS norms, or layer norms."""
        self.set(
            context_length=512 if self.pooling else 2048,
            embedding_length=self.width,
            block_count=self.layers,
            feed_forward_length=self.feed_forward,
            attention__head_count=self.heads,
            attention__head_count_kv=self.kv_heads,
        )
        self.set(**{f"attention__layer_norm{'' if layer_norm else '_rms'}_epsilon": EPSILON})
        if self.head_dim * self.heads != self.width:
            self.set(attention__key_length=self.head_dim, attention__value_length=self.head_dim)
        self.set(**more)

    def random(self, name, shape):
        """Values of mean 0 and deviation 1."""
        twister = np.random.RandomState((self.seed * 1000003 + zlib.crc32(name.encode())) & 0xFFFFFFFF)
        a = twister.random_sample(shape) + twister.random_sample(shape)
        a += twister.random_sample(shape) + twister.random_sample(shape)
        return ((a - 2) * math.sqrt(3)).astype(np.float32)

    def tensor(self, name, values):
        self.tensors[name] = np.asarray(values, np.float32)

    def normal(self, name, shape, deviation):
        self.tensor(name, self.random(name, shape) * np.float32(deviation))

    def linear(self, name, rows, columns, gain=1.0, bias=None):
        """A matrix (rows, columns), or several of them, of deviation gain / sqrt(columns); a bias of
        deviation `bias`."""
        shape = (rows, columns) if isinstance(rows, int) else (*rows, columns)
        self.normal(name + ".weight", shape, gain / math.sqrt(columns))
        if bias is not None:
            self.normal(name + ".bias", shape[:-1], bias)

    def norm(self, name, n, mean=1.0, bias=None):
        weight = name + ".weight"
        self.tensor(weight, np.float32(mean) * (1 + np.float32(0.2) * self.random(weight, (n,))))
        if bias is not None:
            self.normal(name + ".bias", (n,), bias)

    def embedding(self, deviation=0.7):
        self.normal("token_embd.weight", (vocabulary.SIZE, self.width), deviation)

    def head(self, mean=1.0, bias=None):
        """The last norm, and the output matrix where it is not the embedding's."""
        self.norm("output_norm", self.width, mean, bias)
        if not self.tied:
            self.linear("output", vocabulary.SIZE, self.width, 2.0)

    def classifier(self, labels, dense=False):
        """The head of a model that ranks: cls.output, and cls before it."""
        if dense:
            self.linear("cls", self.width, self.width, 1.4, 0.2)
        self.linear("cls.output", labels, self.width, 2.0, 0.2 if dense else None)

    def blocks(self):
        return [f"blk.{layer}." for layer in range(self.layers)]

    def attention(self, block, gain=1.4, out_gain=1.4, bias=None, out_bias=None, head_norms=False):
        width, kv = self.width, self.kv_heads * self.head_dim
        self.linear(block + "attn_q", self.heads * self.head_dim, width, gain, bias)
        self.linear(block + "attn_k", kv, width, gain, bias)
        self.linear(block + "attn_v", kv, width, 1.2, bias)
        if head_norms:
            self.norm(block + "attn_q_norm", self.head_dim, 1.5)
            self.norm(block + "attn_k_norm", self.head_dim, 1.5)
        self.linear(block + "attn_output", width, self.heads * self.head_dim, out_gain, out_bias)

    def fused_attention(self, block):
        """One matrix of queries, keys and values."""
        rows = (self.heads + 2 * self.kv_heads) * self.head_dim
        self.linear(block + "attn_qkv", rows, self.width, 1.4)
        self.linear(block + "attn_output", self.width, self.heads * self.head_dim, 1.4)

    def gated(self, block, down_gain=1.4):
        self.linear(block + "ffn_gate", self.feed_forward, self.width, 1.4)
        self.linear(block + "ffn_up", self.feed_forward, self.width, 1.4)
        self.linear(block + "ffn_down", self.width, self.feed_forward, down_gain)

    def shared_expert(self, block, inner, down_gain=1.4):
        """The expert of every token."""
        self.linear(block + "ffn_gate_shexp", inner, self.width, 1.4)
        self.linear(block + "ffn_up_shexp", inner, self.width, 1.4)
        self.linear(block + "ffn_down_shexp", self.width, inner, down_gain)

    def experts(
        self, block, count, inner=None, gain=1.4, down_gain=1.4, bias=None, router_bias=None
    ):
        inner = inner or self.feed_forward
        self.linear(block + "ffn_gate_inp", count, self.width, 2.0, router_bias)
        self.linear(block + "ffn_gate_exps", (count, inner), self.width, gain, bias)
        self.linear(block + "ffn_up_exps", (count, inner), self.width, gain, bias)
        self.linear(block + "ffn_down_exps", (count, self.width), inner, down_gain, bias)

    def type_of(self, name, type_name):
        """The type that a tensor has in a file of this type."""
        matrix = self.tensors[name]
        part = name.rsplit(".", 1)[0].split(".")[-1]
        few = matrix.ndim < 2 or matrix.shape[-1] < 32
        if few or name.endswith(".bias") or "norm" in part or part in PLAIN:
            return Type.F32
        if type_name in ("F32", "F16"):
            return Type[type_name]
        assert matrix.shape[-1] % 32 == 0
        if matrix.shape[-1] % 256 != 0 and type_name not in BLOCKS_OF_32:
            return Type.Q8_0
        if type_name == "MXFP4" and self.is_mixture() and not part.endswith("_exps"):
            return Type.Q8_0
        if type_name == "Q4_K_M":
            wide = ("attn_v", "ffn_down", "ffn_down_exps", "output")
            is_output = part == "token_embd" and self.tied
            return Type.Q6_K if part in wide or is_output else Type.Q4_K
        return Type[type_name]

    def is_mixture(self):
        return any("_exps" in name for name in self.tensors)

    def write(self, path, type_name):
        """The GGUF; TYPE-DQ is an F32 file that holds the values of TYPE's blocks."""
        stored = type_name.removesuffix("-DQ")
        file = gguf.GGUFWriter(path, self.architecture)
        file.add_string("general.name", f"tiny {self.name}, seed {self.seed}")
        file.add_uint32("general.file_type", FILE_TYPES[stored if stored == type_name else "F32"])
        for name, value in self.keys.items():
            add_key(file, f"{self.architecture}.{name}", value)
        if self.pooling:
            file.add_uint32(f"{self.architecture}.pooling_type", self.pooling)
        self.add_vocabulary(file)
        for name, values in self.tensors.items():
            kind = self.type_of(name, stored)
            data = blocks.encode(values, kind)
            if stored != type_name:
                data, kind = blocks.decode(data, kind), Type.F32
            file.add_tensor(name, np.ascontiguousarray(data), raw_dtype=kind)
        file.write_header_to_file()
        file.write_kv_data_to_file()
        file.write_tensors_to_file()
        file.close()

    def add_vocabulary(self, file):
        prefix = "tokenizer.ggml."
        file.add_string(prefix + "model", self.vocabulary)
        file.add_string(prefix + "pre", "default")
        if self.vocabulary == "bert":
            texts, types, ids = vocabulary.word_piece(unused=self.architecture == "bert")
            scores = [0.0] * len(texts)
            file.add_uint32(prefix + "token_type_count", 2)
            for key, name in [
                ("bos", "CLS"), ("eos", "SEP"), ("unknown", "UNK"), ("seperator", "SEP"),
                ("padding", "PAD"), ("cls", "CLS"), ("mask", "MASK"),
            ]:
                file.add_uint32(f"{prefix}{key}_token_id", ids[name])
        else:
            texts, scores, types = vocabulary.sentence_piece()
            if self.architecture == "phi3":
                texts[-1], types[-1] = "<|endoftext|>", vocabulary.CONTROL
            for key, token in [("bos", 1), ("eos", 2), ("unknown", 0)]:
                file.add_uint32(f"{prefix}{key}_token_id", token)
            file.add_bool(prefix + "add_bos_token", self.architecture == "gemma-embedding")
            file.add_bool(prefix + "add_eos_token", bool(self.pooling))
        file.add_array(prefix + "tokens", texts)
        file.add_array(prefix + "scores", scores)
        file.add_array(prefix + "token_type", types)


def add_key(file, name, value):
    add = {
        bool: file.add_bool, int: file.add_uint32, float: file.add_float32, str: file.add_string,
        list: file.add_array,
    }
    add[type(value)](name, value)
