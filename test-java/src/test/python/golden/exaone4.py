"""EXAONE 4 (LG AI Research 2025): norms after both parts, none before, and normed heads. With a window
every fourth layer has none, and no RoPE."""

from .recipe import Recipe


def exaone4(r: Recipe):
    layers(r, 0.7)


def windowed(r: Recipe):
    """llama.cpp knows this architecture's window in files of 64 layers only."""
    r.layers, r.width, r.heads, r.head_dim, r.feed_forward = 64, 64, 4, 16, 128
    r.set(attention__sliding_window=32)
    layers(r, 3.0)


def layers(r, deviation):
    r.decoder_keys(rope__freq_base=20000.0)
    r.embedding(deviation)
    r.head()
    for block in r.blocks():
        r.attention(block, head_norms=True)
        r.norm(block + "post_attention_norm", r.width)
        r.gated(block)
        r.norm(block + "post_ffw_norm", r.width)


def hidden(m, ids):
    window = m.key("attention.sliding_window")
    x = m.embedding(ids)
    for layer in range(m.layers):
        block = f"blk.{layer}."
        sees_all = window is None or layer % 4 == 3
        q, k, v = m.queries_keys_values(x, block)
        q, k = m.norm(q, block + "attn_q_norm"), m.norm(k, block + "attn_k_norm")
        if window is None or not sees_all:
            q, k = m.rotate(q), m.rotate(k)
        sees = m.causal(len(ids), None if sees_all else window)
        attended = m.linear(m.attend(q, k, v, sees=sees), block + "attn_output")
        x = x + m.norm(attended, block + "post_attention_norm")
        x = x + m.norm(m.gated(x, block), block + "post_ffw_norm")
    return x
