"""Granite 3 (Granite Team 2024): a llama with four scales."""

from .recipe import Recipe


def granite(r: Recipe):
    r.tied = True
    r.decoder_keys(
        rope__freq_base=10000.0,
        rope__dimension_count=r.head_dim,
        embedding_scale=2.0,
        residual_scale=0.4,
        attention__scale=0.12,
        logit_scale=1.6,
    )
    r.embedding(0.2)
    r.head()
    for block in r.blocks():
        r.norm(block + "attn_norm", r.width)
        r.attention(block, 1.5, out_gain=3.5)
        r.norm(block + "ffn_norm", r.width)
        r.gated(block, down_gain=4.0)


def hidden(m, ids):
    x = m.embedding(ids) * m.key("embedding_scale", 1.0)
    residual = m.key("residual_scale", 1.0)
    for layer in range(m.layers):
        block = f"blk.{layer}."
        q, k, v = m.queries_keys_values(m.norm(x, block + "attn_norm"), block)
        q, k = m.rotate(q, pairs="adjacent"), m.rotate(k, pairs="adjacent")
        attended = m.attend(q, k, v, scale=m.key("attention.scale"))
        x = x + residual * m.linear(attended, block + "attn_output")
        x = x + residual * m.gated(m.norm(x, block + "ffn_norm"), block)
    return x
