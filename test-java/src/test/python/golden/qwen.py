"""Qwen2 (Yang et al. 2024), Qwen3 and its mixtures (Yang et al. 2025), and Qwen3 as an embedder and a reranker (Zhang et al. 2025)."""

from .recipe import LAST, RANK, Recipe


def qwen2(r: Recipe):
    r.tied = True
    r.decoder_keys(rope__freq_base=1e6)
    r.embedding(0.12)
    r.head()
    for block in r.blocks():
        r.norm(block + "attn_norm", r.width)
        r.attention(block, bias=0.4)
        r.norm(block + "ffn_norm", r.width)
        r.gated(block)


def qwen3(r: Recipe, deviation=0.7):
    r.head_dim = 64
    r.decoder_keys(rope__freq_base=1e6)
    r.embedding(deviation)
    r.head()
    for block in r.blocks():
        r.norm(block + "attn_norm", r.width)
        r.attention(block, head_norms=True)
        r.norm(block + "ffn_norm", r.width)
        r.gated(block)


def embedder(r: Recipe):
    r.tied, r.pooling = True, LAST
    qwen3(r, 0.12)


def reranker(r: Recipe):
    r.tied, r.pooling = True, RANK
    qwen3(r, 0.12)
    r.set(classifier__output_labels=["yes", "no"])
    r.classifier(2)


def mixture(r: Recipe):
    r.head_dim, r.layers, r.feed_forward = 64, 3, 256
    r.decoder_keys(rope__freq_base=1e6)
    r.set(expert_count=8, expert_used_count=3, expert_feed_forward_length=256)
    r.embedding()
    r.head()
    for block in r.blocks():
        r.norm(block + "attn_norm", r.width)
        r.attention(block, head_norms=True)
        r.norm(block + "ffn_norm", r.width)
        r.experts(block, 8)


def hidden(m, ids):
    x = m.embedding(ids)
    for layer in range(m.layers):
        block = f"blk.{layer}."
        q, k, v = m.queries_keys_values(m.norm(x, block + "attn_norm"), block)
        if m.architecture != "qwen2":
            q, k = m.norm(q, block + "attn_q_norm"), m.norm(k, block + "attn_k_norm")
        x = x + m.linear(m.attend(m.rotate(q), m.rotate(k), v), block + "attn_output")
        x = x + m.feed_forward(m.norm(x, block + "ffn_norm"), block)
    return x
