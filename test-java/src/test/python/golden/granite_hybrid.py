"""Granite 4 (IBM 2025): Mamba-2 beside a few layers of attention, with the four scales of Granite 3; dense,
or with experts beside one that every token takes."""

from . import mamba2
from .recipe import Recipe

KV_HEADS = [0, 2, 0, 0]
EXPERTS, USED, INNER = 8, 3, 256  # of the mixture


def dense(r: Recipe):
    """Without RoPE."""
    r.set(rope__scaling__finetuned=False)
    draw(r, lambda block: r.gated(block, down_gain=3.0))


def mixture(r: Recipe):
    """With RoPE, of pairs of neighbours."""
    r.feed_forward = INNER
    r.set(
        rope__scaling__finetuned=True,
        rope__freq_base=20000.0,
        rope__dimension_count=r.head_dim,
        expert_count=EXPERTS,
        expert_used_count=USED,
        expert_shared_feed_forward_length=INNER,
    )

    def feed_forward(block):
        r.experts(block, EXPERTS, down_gain=3.0)
        r.shared_expert(block, INNER, 2.5)

    draw(r, feed_forward)


def draw(r, feed_forward):
    r.tied = True
    r.decoder_keys(
        embedding_scale=2.0,
        residual_scale=0.6,
        attention__scale=0.12,
        logit_scale=1.6,
        attention__head_count_kv=KV_HEADS,
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
        feed_forward(block)


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
        h = m.norm(x, block + "ffn_norm")
        added = m.feed_forward(h, block)
        if block + "ffn_up_shexp.weight" in m.weights:
            added = added + m.gated(h, block, suffix="_shexp")
        x = x + residual * added
    return x
