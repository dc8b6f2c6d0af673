"""OLMo 2 (OLMo Team 2024): norms after attention and feed-forward, none before; queries and keys are
normed over whole rows. OLMo 3 has three layers with a window to one without, which alone has YaRN."""

from .recipe import Recipe


def olmo2(r: Recipe):
    r.decoder_keys(rope__freq_base=500000.0)
    layers(r)


def olmo3(r: Recipe):
    r.decoder_keys(
        rope__freq_base=20000.0,
        attention__sliding_window=32,
        rope__scaling__type="yarn",
        rope__scaling__factor=8.0,
        rope__scaling__original_context_length=256,
    )
    layers(r)


def layers(r):
    r.embedding()
    r.head()
    for block in r.blocks():
        r.attention(block, gain=1.0)
        r.norm(block + "attn_q_norm", r.heads * r.head_dim, 1.5)
        r.norm(block + "attn_k_norm", r.kv_heads * r.head_dim, 1.5)
        r.norm(block + "post_attention_norm", r.width)
        r.gated(block)
        r.norm(block + "post_ffw_norm", r.width)


def hidden(m, ids):
    window = m.key("attention.sliding_window")
    scaled = m.scaled_frequencies()
    x = m.embedding(ids)
    for layer in range(m.layers):
        block = f"blk.{layer}."
        is_local = window is not None and layer % 4 != 3
        frequencies, length = (m.frequencies(), 1.0) if is_local else scaled
        q, k, v = (m.linear(x, block + name) for name in ("attn_q", "attn_k", "attn_v"))
        q, k = m.norm(q, block + "attn_q_norm"), m.norm(k, block + "attn_k_norm")
        q, k, v = (each.reshape(len(ids), -1, m.head_dim) for each in (q, k, v))
        q, k = m.turn(q, frequencies, length), m.turn(k, frequencies, length)
        sees = m.causal(len(ids), window if is_local else None)
        attended = m.linear(m.attend(q, k, v, sees=sees), block + "attn_output")
        x = x + m.norm(attended, block + "post_attention_norm")
        x = x + m.norm(m.gated(x, block), block + "post_ffw_norm")
    return x
