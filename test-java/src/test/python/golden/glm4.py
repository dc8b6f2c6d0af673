"""GLM-4 0414 (GLM Team 2024): norms before and after both parts, a gate and up in one matrix, and RoPE
of half of each head."""

from .recipe import Recipe


def glm4(r: Recipe):
    r.decoder_keys(rope__freq_base=20000.0, rope__dimension_count=16)
    r.embedding()
    r.head()
    for block in r.blocks():
        r.norm(block + "attn_norm", r.width)
        r.attention(block, 1.6, bias=0.4)
        r.norm(block + "post_attention_norm", r.width)
        r.norm(block + "ffn_norm", r.width)
        r.linear(block + "ffn_up", 2 * r.feed_forward, r.width, 1.4)
        r.linear(block + "ffn_down", r.width, r.feed_forward, 1.4)
        r.norm(block + "post_ffw_norm", r.width)


def hidden(m, ids):
    x = m.embedding(ids)
    for layer in range(m.layers):
        block = f"blk.{layer}."
        q, k, v = m.queries_keys_values(m.norm(x, block + "attn_norm"), block)
        q, k = m.rotate(q, pairs="adjacent"), m.rotate(k, pairs="adjacent")
        attended = m.linear(m.attend(q, k, v), block + "attn_output")
        x = x + m.norm(attended, block + "post_attention_norm")
        y = m.gated(m.norm(x, block + "ffn_norm"), block)
        x = x + m.norm(y, block + "post_ffw_norm")
    return x
