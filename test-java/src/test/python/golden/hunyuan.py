"""Hunyuan, dense (Tencent 2025): a llama whose heads are normed after RoPE."""

from .recipe import Recipe


def dense(r: Recipe):
    r.tied = True
    r.decoder_keys(
        rope__freq_base=20000.0,
        attention__key_length=r.head_dim,
        attention__value_length=r.head_dim,
    )
    r.embedding(0.12)
    r.head()
    for block in r.blocks():
        r.norm(block + "attn_norm", r.width)
        r.attention(block, head_norms=True)
        r.norm(block + "ffn_norm", r.width)
        r.gated(block)


def hidden(m, ids):
    x = m.embedding(ids)
    for layer in range(m.layers):
        block = f"blk.{layer}."
        q, k, v = m.queries_keys_values(m.norm(x, block + "attn_norm"), block)
        q = m.norm(m.rotate(q), block + "attn_q_norm")
        k = m.norm(m.rotate(k), block + "attn_k_norm")
        x = x + m.linear(m.attend(q, k, v), block + "attn_output")
        x = x + m.gated(m.norm(x, block + "ffn_norm"), block)
    return x
