"""StarCoder2 (Lozhkov et al. 2024): layer norms, a bias at every matrix, and a GELU without a gate."""

from .recipe import Recipe


def starcoder2(r: Recipe):
    r.decoder_keys(layer_norm=True, rope__freq_base=100000.0)
    r.embedding()
    r.head(bias=0.2)
    for block in r.blocks():
        r.norm(block + "attn_norm", r.width, bias=0.2)
        r.attention(block, bias=0.4, out_bias=0.2)
        r.norm(block + "ffn_norm", r.width, bias=0.2)
        r.linear(block + "ffn_up", r.feed_forward, r.width, 1.4, 0.2)
        r.linear(block + "ffn_down", r.width, r.feed_forward, 1.4, 0.2)


def hidden(m, ids):
    x = m.embedding(ids)
    for layer in range(m.layers):
        block = f"blk.{layer}."
        q, k, v = m.queries_keys_values(m.norm(x, block + "attn_norm"), block)
        x = x + m.linear(m.attend(m.rotate(q), m.rotate(k), v), block + "attn_output")
        h = m.gelu(m.linear(m.norm(x, block + "ffn_norm"), block + "ffn_up"))
        x = x + m.linear(h, block + "ffn_down")
    return x
