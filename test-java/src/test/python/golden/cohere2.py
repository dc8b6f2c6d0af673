"""Command R7B and Command A (Cohere 2025): attention and feed-forward read one norm side by side; every
fourth layer has no window and no RoPE; a factor of the logits."""

from .recipe import Recipe


def cohere2(r: Recipe):
    r.tied = True
    r.decoder_keys(
        layer_norm=True,
        rope__freq_base=20000.0,
        rope__dimension_count=r.head_dim,
        attention__sliding_window=32,
        logit_scale=0.6,
    )
    r.embedding(0.2)
    r.head()
    for block in r.blocks():
        r.norm(block + "attn_norm", r.width)
        r.attention(block, 1.6)
        r.gated(block)


def hidden(m, ids):
    window = m.key("attention.sliding_window")
    x = m.embedding(ids)
    for layer in range(m.layers):
        block = f"blk.{layer}."
        h = m.norm(x, block + "attn_norm")
        q, k, v = m.queries_keys_values(h, block)
        sees = None
        if layer % 4 != 3:
            q, k = m.rotate(q, pairs="adjacent"), m.rotate(k, pairs="adjacent")
            sees = m.causal(len(ids), window)
        x = x + m.linear(m.attend(q, k, v, sees=sees), block + "attn_output") + m.gated(h, block)
    return x
