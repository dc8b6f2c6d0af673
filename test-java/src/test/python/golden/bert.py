"""BERT (Devlin et al. 2019) and Nomic Embed (Nussbaum et al. 2024): encoders with norms after the
residuals. BERT learns its positions; Nomic Embed has RoPE and a gated feed-forward layer."""

from .recipe import EPSILON, MEAN, RANK, Recipe


def bert(r: Recipe):
    encoder(r)
    r.normal("position_embd.weight", (512, r.width), 0.6)
    for block in r.blocks():
        r.attention(block, bias=0.4, out_bias=0.2)
        r.norm(block + "attn_output_norm", r.width, bias=0.2)
        r.linear(block + "ffn_up", r.feed_forward, r.width, 1.4, 0.2)
        r.linear(block + "ffn_down", r.width, r.feed_forward, 1.4, 0.2)
        r.norm(block + "layer_output_norm", r.width, bias=0.2)


def reranker(r: Recipe):
    bert(r)
    r.pooling = RANK
    r.classifier(1, dense=True)


def nomic(r: Recipe):
    encoder(r)
    r.set(rope__freq_base=1000.0)
    for block in r.blocks():
        r.fused_attention(block)
        r.norm(block + "attn_output_norm", r.width, bias=0.2)
        r.gated(block)
        r.norm(block + "layer_output_norm", r.width, bias=0.2)


def encoder(r):
    r.vocabulary, r.pooling, r.layers, r.kv_heads = "bert", MEAN, 3, r.heads
    r.set(
        context_length=512,
        embedding_length=r.width,
        block_count=r.layers,
        feed_forward_length=r.feed_forward,
        attention__head_count=r.heads,
        attention__layer_norm_epsilon=EPSILON,
        attention__causal=False,
    )
    r.embedding()
    r.normal("token_types.weight", (2, r.width), 0.5)
    r.norm("token_embd_norm", r.width, bias=0.2)


def hidden(m, ids):
    is_nomic = m.architecture == "nomic-bert"
    x = m.embedding(ids) + m.weights["token_types.weight"][0]
    if not is_nomic:
        x = x + m.weights["position_embd.weight"][: len(ids)]
    x = m.norm(x, "token_embd_norm")
    sees = m.both_sides(len(ids))
    for layer in range(m.layers):
        block = f"blk.{layer}."
        q, k, v = m.queries_keys_values(x, block)
        if is_nomic:
            q, k = m.rotate(q), m.rotate(k)
        x = x + m.linear(m.attend(q, k, v, sees=sees), block + "attn_output")
        x = m.norm(x, block + "attn_output_norm")
        if is_nomic:
            x = x + m.gated(x, block)
        else:
            x = x + m.linear(m.gelu(m.linear(x, block + "ffn_up")), block + "ffn_down")
        x = m.norm(x, block + "layer_output_norm")
    return x
