"""Gemma 2 and 3 (Gemma Team 2024, 2025), and EmbeddingGemma (Vera et al. 2025).

Their norms multiply by 1 + w; a GGUF's weights already hold the 1.
"""

import math

from .recipe import MEAN, Recipe

WINDOW = 32


def gemma2(r: Recipe):
    r.tied, r.head_dim, r.kv_heads = True, 64, 4
    r.decoder_keys(
        rope__freq_base=10000.0,
        attention__sliding_window=WINDOW,
        attn_logit_softcapping=6.0,
        final_logit_softcapping=9.0,
    )
    layers(r, gain=2.0, head_norms=False)


def gemma3(r: Recipe):
    r.tied, r.head_dim, r.kv_heads, r.layers = True, 64, 1, 6
    r.decoder_keys(rope__freq_base=1e6, attention__sliding_window=WINDOW)
    layers(r)


def embedder(r: Recipe):
    r.tied, r.head_dim, r.kv_heads, r.layers, r.pooling = True, 64, 1, 7, MEAN
    r.decoder_keys(
        rope__freq_base=100000.0,
        attention__sliding_window=WINDOW,
        attention__causal=False,
        dense_2_feat_in=r.width,
        dense_2_feat_out=512,
        dense_3_feat_in=512,
        dense_3_feat_out=r.width,
    )
    layers(r)
    r.linear("dense_2", 512, r.width, 1.2)
    r.linear("dense_3", r.width, 512, 1.2)


def layers(r, gain=1.4, head_norms=True):
    r.embedding(0.03)
    r.head(4.0)
    for block in r.blocks():
        r.norm(block + "attn_norm", r.width)
        r.attention(block, gain, head_norms=head_norms)
        r.norm(block + "post_attention_norm", r.width)
        r.norm(block + "ffn_norm", r.width)
        r.gated(block)
        r.norm(block + "post_ffw_norm", r.width)


def hidden(m, ids):
    x = m.embedding(ids) * math.sqrt(m.width)
    for layer in range(m.layers):
        block = f"blk.{layer}."
        is_local = layer % 2 == 0 if m.architecture == "gemma2" else layer % 6 != 5
        q, k, v = m.queries_keys_values(m.norm(x, block + "attn_norm"), block)
        base = m.rope_base
        if m.architecture != "gemma2":
            q, k = m.norm(q, block + "attn_q_norm"), m.norm(k, block + "attn_k_norm")
            base = 10000.0 if is_local else base
        q, k = m.rotate(q, base=base), m.rotate(k, base=base)
        window = m.key("attention.sliding_window") if is_local else None
        if m.architecture == "gemma-embedding":
            sees = m.both_sides(len(ids), window)
        else:
            sees = m.causal(len(ids), window)
        attended = m.attend(q, k, v, sees=sees, cap=m.key("attn_logit_softcapping"))
        attended = m.linear(attended, block + "attn_output")
        x = x + m.norm(attended, block + "post_attention_norm")
        forwarded = m.gated(m.norm(x, block + "ffn_norm"), block, m.gelu)
        x = x + m.norm(forwarded, block + "post_ffw_norm")
    return x
