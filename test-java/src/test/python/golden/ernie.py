"""ERNIE 4.5 (Baidu 2025), dense: a llama whose heads have a size of their own."""

from .recipe import Recipe


def ernie(r: Recipe):
    r.tied, r.head_dim = True, 64
    r.decoder_keys(rope__freq_base=500000.0)
    r.embedding(0.12)
    r.head()
    for block in r.blocks():
        r.norm(block + "attn_norm", r.width)
        r.attention(block, 1.6)
        r.norm(block + "ffn_norm", r.width)
        r.gated(block)


def hidden(m, ids):
    x = m.embedding(ids)
    for layer in range(m.layers):
        block = f"blk.{layer}."
        q, k, v = m.queries_keys_values(m.norm(x, block + "attn_norm"), block)
        q, k = m.rotate(q, pairs="adjacent"), m.rotate(k, pairs="adjacent")
        x = x + m.linear(m.attend(q, k, v), block + "attn_output")
        x = x + m.gated(m.norm(x, block + "ffn_norm"), block)
    return x
