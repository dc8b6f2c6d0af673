package ai.realm.kernels;

/** Matrix products divided among the threads of a pool. */
public final class Linear {
  /**
   * One product of a fused job: row n of token t goes to {@code y[at + t * stride + n]}.
   *
   * @param weights {@code (rows, columns)}
   * @param y the output
   * @param at index of token 0, row 0
   * @param stride floats from one token's output to the next's
   */
  public record Product(Matrix weights, float[] y, int at, int stride) {}

  /** Pieces that each thread's share of rounding is cut into. */
  private static final int ROUNDING_PIECES = 4;

  private final Kernels kernels;
  private final WorkerPool pool;

  /** Products by {@code kernels} on {@code pool}. */
  public Linear(Kernels kernels, WorkerPool pool) {
    this.kernels = kernels;
    this.pool = pool;
  }

  /** Computes all products of {@code x} in one job, as for q, k and v, or gate and up. */
  public void apply(Activations x, Product... products) {
    int units = 0;
    for (Product product : products) {
      units += product.weights().units();
    }
    if (x.tokens() == 1) {
      kernels.sums(x);
    }
    round(x, products);
    int all = units;
    int pieces = Math.min(all, pool.threads() * kernels.pieces(x.tokens()));
    pool.run(
        pieces,
        piece -> {
          int unit = (int) ((long) all * piece / pieces);
          int end = (int) ((long) all * (piece + 1) / pieces);
          int before = 0;
          for (Product p : products) {
            int from = Math.max(unit - before, 0);
            int to = Math.min(end - before, p.weights().units());
            if (from < to) {
              kernels.matmul(p.weights(), x, p.y(), p.at(), p.stride(), from, to);
            }
            before += p.weights().units();
          }
        });
  }

  /** Once for all products: each of their pieces reads all activations. */
  private void round(Activations x, Product... products) {
    int words = 0;
    for (Product product : products) {
      words = Math.max(words, kernels.roundedWords(product.weights(), x.tokens()));
    }
    if (words == 0) {
      return;
    }
    x.reserveRounded(words);
    int tokens = x.tokens();
    int pieces = Math.min(tokens, pool.threads() * ROUNDING_PIECES);
    pool.run(
        pieces, piece -> kernels.round(x, tokens * piece / pieces, tokens * (piece + 1) / pieces));
  }
}
