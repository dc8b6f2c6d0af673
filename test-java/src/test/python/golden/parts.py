"""What the forward passes are made of, in float64. Shapes: T tokens, H heads, D values of a head."""

import math

import numpy as np
from gguf import GGUFReader
from gguf.quants import dequantize

# Where a softmax ends whose exponents are of float64.
NEVER = -np.inf


class Model:
    """A model's keys and weights, with the parts of forward passes that read them by name.

    `cached` is applied to keys and values before queries see them: it may round them as a KV cache
    does. `context` is what a run allocates; phi3 chooses its RoPE factors by it.
    """

    def __init__(self, architecture, keys, weights, cached=lambda x: x, context=512):
        self.architecture, self.keys, self.weights = architecture, keys, weights
        self.cached, self.context = cached, context
        self.layers = self.key("block_count")
        self.width = self.key("embedding_length")
        self.heads = self.key("attention.head_count")
        self.kv_heads = self.key("attention.head_count_kv", self.heads)
        self.head_dim = self.key("attention.key_length", self.width // max(1, self.heads))
        self.rotated = self.key("rope.dimension_count", self.head_dim)
        self.rope_base = self.key("rope.freq_base", 10000.0)

    @classmethod
    def read(cls, path):
        reader = GGUFReader(path)
        architecture = reader.fields["general.architecture"].contents()
        prefix = architecture + "."
        keys = {
            name.removeprefix(prefix): field.contents()
            for name, field in reader.fields.items()
            if name.startswith(prefix)
        }
        weights = {t.name: dequantize(t.data, t.tensor_type).astype(np.float64) for t in reader.tensors}
        return cls(architecture, keys, weights)

    def key(self, name, default=None):
        return self.keys.get(name, default)

    # Embeddings, matrices, norms, activations

    def embedding(self, ids):
        return self.weights["token_embd.weight"][np.asarray(ids)]

    def linear(self, x, name):
        """W x + b, where there is a b."""
        return x @ self.weights[name + ".weight"].T + self.weights.get(name + ".bias", 0.0)

    def norm(self, x, name):
        """RMS norm (Zhang and Sennrich 2019), or layer norm (Ba et al. 2016) where the file has that
        one's epsilon, over the last axis."""
        epsilon = self.key("attention.layer_norm_rms_epsilon")
        if epsilon is None:
            epsilon = self.key("attention.layer_norm_epsilon")
            x = x - x.mean(-1, keepdims=True)
        y = x / np.sqrt((x * x).mean(-1, keepdims=True) + epsilon)
        return y * self.weights[name + ".weight"] + self.weights.get(name + ".bias", 0.0)

    def rms(self, x):
        """An RMS norm without a weight."""
        epsilon = self.key("attention.layer_norm_rms_epsilon")
        return x / np.sqrt((x * x).mean(-1, keepdims=True) + epsilon)

    @staticmethod
    def silu(x):
        return x / (1 + np.exp(-x))

    @staticmethod
    def gelu(x):
        """The tanh form (Hendrycks and Gimpel 2016)."""
        return 0.5 * x * (1 + np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)))

    # RoPE (Su et al. 2021)

    def frequencies(self, base=None, factors=None):
        """The turn of each pair from a position to the next."""
        turns = (base or self.rope_base) ** (-np.arange(0, self.rotated, 2) / self.rotated)
        factors = self.weights.get("rope_freqs.weight") if factors is None else factors
        return turns if factors is None else turns / factors

    def scaled_frequencies(self):
        """Frequencies and length of a rotation by rope.scaling.type: none, linear (Chen et al. 2023)
        or YaRN."""
        kind, factor = self.key("rope.scaling.type"), self.key("rope.scaling.factor", 1.0)
        if kind == "yarn":
            return self.yarn(factor)
        return (self.frequencies() / factor if kind == "linear" else self.frequencies()), 1.0

    def yarn(self, factor):
        """YaRN (Peng et al. 2023): pairs that turn more than beta_fast times within the original
        context stay, those that turn less than beta_slow times are slowed down by the factor, with a
        ramp between whose ends are rounded outwards."""
        n, scaling = self.rotated, "rope.scaling."
        original = self.key(scaling + "original_context_length", self.key("context_length"))

        def pair(turns):  # that turns so many times
            ratio = original / (turns * 2 * math.pi)
            return n * math.log(ratio) / (2 * math.log(self.rope_base))

        low = max(0, math.floor(pair(self.key(scaling + "yarn_beta_fast", 32.0))))
        high = min(n - 1, math.ceil(pair(self.key(scaling + "yarn_beta_slow", 1.0))))
        kept = 1 - np.clip((np.arange(n // 2) - low) / max(0.001, high - low), 0, 1)
        turns = self.frequencies()
        turns = turns * kept + turns / factor * (1 - kept)
        growth = 0.1 * math.log(factor)
        multiplier = self.key(scaling + "yarn_log_multiplier", 0.0)
        length = (1 + growth) / (1 + multiplier * growth)
        return turns, length * self.key(scaling + "attn_factor", 1.0)

    def rotate(self, x, base=None, factors=None, length=1.0, pairs="halves"):
        """Turns the first values of each head of (T, H, D) by their position."""
        return self.turn(x, self.frequencies(base, factors), length, pairs)

    def turn(self, x, frequencies, length=1.0, pairs="halves"):
        """Pairs are value i and i + n/2 ("halves"), or 2i and 2i + 1 ("adjacent"), of as many as
        there are frequencies for."""
        n = 2 * len(frequencies)
        if pairs == "adjacent":
            first, second = slice(0, n, 2), slice(1, n, 2)
        else:
            first, second = slice(0, n // 2), slice(n // 2, n)
        angle = np.arange(len(x))[:, None, None] * frequencies
        cos, sin = length * np.cos(angle), length * np.sin(angle)
        y = x.copy()
        y[..., first] = x[..., first] * cos - x[..., second] * sin
        y[..., second] = x[..., first] * sin + x[..., second] * cos
        return y

    # Attention

    def queries_keys_values(self, x, block):
        """(T, H, D), (T, KV heads, D) twice; from one matrix where they are fused."""
        if block + "attn_qkv.weight" in self.weights:
            q, kv = self.heads * self.head_dim, self.kv_heads * self.head_dim
            parts = np.split(self.linear(x, block + "attn_qkv"), [q, q + kv], -1)
        else:
            parts = [self.linear(x, block + name) for name in ("attn_q", "attn_k", "attn_v")]
        return [part.reshape(len(x), -1, self.head_dim) for part in parts]

    @staticmethod
    def causal(tokens, window=None):
        """(T, T): which keys each query sees; with a window the last ones only, itself among them."""
        distance = np.arange(tokens)[:, None] - np.arange(tokens)
        return (distance >= 0) & (distance < (window or tokens))

    @staticmethod
    def both_sides(tokens, window=None):
        """Likewise for encoders: a window reaches window / 2 to either side."""
        distance = np.abs(np.arange(tokens)[:, None] - np.arange(tokens))
        return distance <= (window // 2 if window else tokens)

    def attend(self, q, k, v, sees=None, scale=None, cap=None, sinks=None, slopes=None):
        """Softmax attention (Vaswani et al. 2017) of grouped queries (Ainslie et al. 2023); `cap` is
        the soft cap of the scores; `sinks` (H) are logits that take their share of each head's
        softmax and have no value; `slopes` (H) times the distance is taken from scores (ALiBi, Press
        et al. 2022). Returns (T, H D)."""
        tokens, heads, dim = q.shape
        sees = self.causal(tokens) if sees is None else sees
        k, v = (self.cached(each).transpose(1, 0, 2) for each in (k, v))
        groups = q.transpose(1, 0, 2).reshape(k.shape[0], -1, tokens, dim)
        scores = groups @ k[:, None].transpose(0, 1, 3, 2) * (scale or 1 / math.sqrt(dim))
        if cap:
            scores = cap * np.tanh(scores / cap)
        if slopes is not None:
            distance = np.abs(np.arange(tokens)[:, None] - np.arange(tokens))
            scores = scores - slopes.reshape(k.shape[0], -1, 1, 1) * distance
        scores = np.where(sees, scores, NEVER)
        if sinks is not None:
            beside = sinks.reshape(k.shape[0], -1, 1, 1)
            scores = np.concatenate([scores, np.broadcast_to(beside, scores[..., :1].shape)], -1)
        attended = softmax(scores)[..., :tokens] @ v[:, None]
        return attended.reshape(heads, tokens, -1).transpose(1, 0, 2).reshape(tokens, -1)

    # Feed-forward

    def gated(self, x, block, activation=None, suffix=""):
        """down(activation(gate x) * up x) (Shazeer 2020); where there is no gate's matrix, `ffn_up`
        holds the gate's rows before its own. The suffix _shexp is that of a mixture's shared expert."""
        gate, up, down = (f"{block}ffn_{part}{suffix}" for part in ("gate", "up", "down"))
        if gate + ".weight" in self.weights:
            gate, up = self.linear(x, gate), self.linear(x, up)
        else:
            gate, up = np.split(self.linear(x, up), 2, -1)
        return self.linear((activation or self.silu)(gate) * up, down)

    def experts(self, x, block, routed=None, activation=None):
        """The chosen experts of each token by their shares. `routed`: (T, n) experts and shares; else
        those of the best logits, with the softmax of these alone."""
        if routed is None:
            logits = self.linear(x, block + "ffn_gate_inp")
            chosen = np.argsort(-logits, -1, kind="stable")[:, : self.key("expert_used_count")]
            routed = chosen, softmax(np.take_along_axis(logits, chosen, -1))
        chosen, share = routed
        y = np.zeros_like(x)
        for expert in range(self.key("expert_count")):
            token, place = np.nonzero(chosen == expert)
            h = self.expert(x[token], block, expert, activation)
            y[token] += share[token, place, None] * h
        return y

    def expert(self, x, block, expert, activation=None):
        """What one expert makes of all rows; `activation` is of its gate's and up's results."""
        activation = activation or (lambda gate, up: self.silu(gate) * up)
        gate = self.expert_linear(x, block + "ffn_gate_exps", expert)
        up = self.expert_linear(x, block + "ffn_up_exps", expert)
        return self.expert_linear(activation(gate, up), block + "ffn_down_exps", expert)

    def expert_linear(self, x, name, expert):
        """W x + b of one expert, where there is a b."""
        bias = self.weights.get(name + ".bias")
        y = x @ self.weights[name + ".weight"][expert].T
        return y if bias is None else y + bias[expert]

    def feed_forward(self, x, block):
        """Experts where the layer has a router, else one gated network."""
        is_mixture = block + "ffn_gate_inp.weight" in self.weights
        return self.experts(x, block) if is_mixture else self.gated(x, block)

    # Convolutions

    def convolve(self, x, name):
        """Causal, of each channel by itself: weights (channels, taps), the last tap is of the token
        itself."""
        weights = self.weights[name + ".weight"]
        taps = weights.shape[1]
        padded = np.concatenate([np.zeros((taps - 1, x.shape[1])), x])
        y = sum(padded[tap : tap + len(x)] * weights[:, tap] for tap in range(taps))
        return y + self.weights.get(name + ".bias", 0.0)

    # What a run is asked for

    def logits(self, hidden):
        output = self.weights.get("output.weight", self.weights["token_embd.weight"])
        norm = "output_norm" if "output_norm.weight" in self.weights else "token_embd_norm"
        z = self.norm(hidden, norm) @ output.T
        scale = self.key("logit_scale", 1.0)
        z = z * scale if self.architecture == "cohere2" else z / scale  # Granite's divides.
        cap = self.key("final_logit_softcapping")
        return cap * np.tanh(z / cap) if cap else z

    def pooled(self, hidden):
        """One vector of a text, not normalized."""
        x = self.state(hidden)
        for name in ("dense_2", "dense_3"):
            if name + ".weight" in self.weights:
                x = self.weights[name + ".weight"] @ x
        return x

    def judged(self, hidden):
        """The log-probabilities that a document answers a query and that it does not, of the state
        of both: of one label or two, whose first one is yes."""
        x = self.state(hidden)
        if "cls.weight" in self.weights:
            x = np.tanh(self.linear(x, "cls"))
        logits = self.linear(x, "cls.output")
        return log_softmax(logits if len(logits) == 2 else np.append(logits, 0.0))

    def state(self, hidden):
        """A text's state by the file's pooling."""
        if "output_norm.weight" in self.weights:
            hidden = self.norm(hidden, "output_norm")
        mean, cls, last, rank = 1, 2, 3, 4
        pooling = self.key("pooling_type")
        judged = hidden[0] if "token_types.weight" in self.weights else hidden[-1]
        return {mean: hidden.mean(0), cls: hidden[0], last: hidden[-1], rank: judged}[pooling]


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def softmax(x):
    e = np.exp(x - x.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


def log_softmax(x):
    x = x - x.max(-1, keepdims=True)
    return x - np.log(np.exp(x).sum(-1, keepdims=True))
