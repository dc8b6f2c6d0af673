"""OLMo 2 (OLMo Team 2024): norms after attention and feed-forward, none before; queries and keys are
normed over whole rows."""

from .recipe import Recipe


def olmo2(r: Recipe):
    r.decoder_keys(rope__freq_base=500000.0)
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
    x = m.embedding(ids)
    for layer in range(m.layers):
        block = f"blk.{layer}."
        q, k, v = (m.linear(x, block + name) for name in ("attn_q", "attn_k", "attn_v"))
        q, k = m.norm(q, block + "attn_q_norm"), m.norm(k, block + "attn_k_norm")
        q, k, v = (each.reshape(len(ids), -1, m.head_dim) for each in (q, k, v))
        attended = m.linear(m.attend(m.rotate(q), m.rotate(k), v), block + "attn_output")
        x = x + m.norm(attended, block + "post_attention_norm")
        x = x + m.norm(m.gated(x, block), block + "post_ffw_norm")
    return x
