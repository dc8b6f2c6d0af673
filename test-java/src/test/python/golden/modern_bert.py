"""ModernBERT (Warner et al. 2024): norms before the parts, none before the first; of three layers one sees
all, the others half a window on each side, with a base of RoPE of their own; gated GELU, no biases."""

from .recipe import MEAN, Recipe


def modern_bert(r: Recipe):
    r.vocabulary, r.pooling, r.layers, r.kv_heads = "bert", MEAN, 5, r.heads
    r.decoder_keys(
        layer_norm=True,
        rope__freq_base=160000.0,
        rope__freq_base_swa=20000.0,
        attention__sliding_window=32,
        attention__causal=False,
    )
    r.embedding()
    r.norm("token_embd_norm", r.width)
    r.norm("output_norm", r.width)
    for layer, block in enumerate(r.blocks()):
        if layer > 0:
            r.norm(block + "attn_norm", r.width)
        r.linear(block + "attn_qkv", 3 * r.width, r.width, 1.6)
        r.linear(block + "attn_output", r.width, r.width, 1.4)
        r.norm(block + "ffn_norm", r.width)
        r.linear(block + "ffn_up", 2 * r.feed_forward, r.width, 1.4)
        r.linear(block + "ffn_down", r.width, r.feed_forward, 1.4)


def hidden(m, ids):
    x = m.norm(m.embedding(ids), "token_embd_norm")
    for layer in range(m.layers):
        block = f"blk.{layer}."
        is_local = layer % 3 != 0
        base = m.key("rope.freq_base_swa") if is_local else None
        sees = m.both_sides(len(ids), m.key("attention.sliding_window") if is_local else None)
        q, k, v = m.queries_keys_values(m.norm(x, block + "attn_norm") if layer else x, block)
        attended = m.attend(m.rotate(q, base), m.rotate(k, base), v, sees=sees)
        x = x + m.linear(attended, block + "attn_output")
        x = x + m.gated(m.norm(x, block + "ffn_norm"), block, m.gelu)
    return x
