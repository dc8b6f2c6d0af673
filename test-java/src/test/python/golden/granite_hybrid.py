"""Granite 4 (IBM 2025): Mamba-2 beside a few layers of attention, with the four scales of Granite 3."""

from . import mamba2
from .recipe import Recipe

KV_HEADS = [0, 2, 0, 0]


def dense(r: Recipe):
    r.tied = True
    r.decoder_keys(
        embedding_scale=2.0,
        residual_scale=0.6,
        attention__scale=0.12,
        logit_scale=1.6,
        attention__head_count_kv=KV_HEADS,
        rope__scaling__finetuned=False,
        **mamba2.keys(groups=1),
    )
    r.embedding(0.2)
    r.head()
    for block, kv_heads in zip(r.blocks(), KV_HEADS):
        r.norm(block + "attn_norm", r.width)
        if kv_heads:
            r.attention(block, 1.6, out_gain=3.0)
        else:
            mamba2.draw_layer(r, block, groups=1)
        r.norm(block + "ffn_norm", r.width)
        r.gated(block, down_gain=3.0)


def hidden(m, ids):
    x = m.embedding(ids) * m.key("embedding_scale", 1.0)
    residual = m.key("residual_scale", 1.0)
    for layer in range(m.layers):
        block = f"blk.{layer}."
        h = m.norm(x, block + "attn_norm")
        if m.kv_heads[layer]:
            q, k, v = m.queries_keys_values(h, block)
            # The key says whether there is RoPE at all.
            if m.key("rope.scaling.finetuned", True):
                q, k = m.rotate(q, pairs="adjacent"), m.rotate(k, pairs="adjacent")
            mixed = m.linear(m.attend(q, k, v, scale=m.key("attention.scale")), block + "attn_output")
        else:
            mixed = mamba2.layer(m, h, block)
        x = x + residual * mixed
        x = x + residual * m.feed_forward(m.norm(x, block + "ffn_norm"), block)
    return x
