"""SmolLM3 (Bakouch et al. 2025): every fourth layer has no RoPE (Yang et al. 2025)."""

from .recipe import Recipe


def smollm3(r: Recipe):
    r.tied = True
    r.decoder_keys(rope__freq_base=50000.0, rope__dimension_count=r.head_dim, vocab_size=512)
    r.embedding(0.12)
    r.head()
    for block in r.blocks():
        r.norm(block + "attn_norm", r.width)
        r.attention(block, 1.8)
        r.norm(block + "ffn_norm", r.width)
        r.gated(block)


def hidden(m, ids):
    x = m.embedding(ids)
    for layer in range(m.layers):
        block = f"blk.{layer}."
        q, k, v = m.queries_keys_values(m.norm(x, block + "attn_norm"), block)
        if layer % 4 != 3:
            q, k = m.rotate(q, pairs="adjacent"), m.rotate(k, pairs="adjacent")
        x = x + m.linear(m.attend(q, k, v), block + "attn_output")
        x = x + m.gated(m.norm(x, block + "ffn_norm"), block)
    return x
