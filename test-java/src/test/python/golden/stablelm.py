"""StableLM (Bellagente et al. 2024): layer norms and partial RoPE; in some files attention and
feed-forward read one norm side by side."""

from .recipe import Recipe


def stablelm(r: Recipe):
    keys(r, parallel=False)
    for block in r.blocks():
        layer(r, block)
        r.norm(block + "ffn_norm", r.width, bias=0.2)


def parallel(r: Recipe):
    keys(r, parallel=True)
    for block in r.blocks():
        layer(r, block)


def keys(r, parallel):
    r.decoder_keys(
        layer_norm=True,
        rope__freq_base=10000.0,
        rope__dimension_count=8,
        use_parallel_residual=parallel,
    )
    r.embedding()
    r.head(bias=0.2)


def layer(r, block):
    r.norm(block + "attn_norm", r.width, bias=0.2)
    r.attention(block, bias=0.4)
    r.gated(block)


def hidden(m, ids):
    x = m.embedding(ids)
    for layer in range(m.layers):
        block = f"blk.{layer}."
        h = m.norm(x, block + "attn_norm")
        q, k, v = m.queries_keys_values(h, block)
        attended = m.linear(m.attend(m.rotate(q), m.rotate(k), v), block + "attn_output")
        if block + "ffn_norm.weight" in m.weights:
            x = x + attended
            x = x + m.gated(m.norm(x, block + "ffn_norm"), block)
        else:
            x = x + attended + m.gated(h, block)
    return x
