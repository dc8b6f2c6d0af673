package ai.realm.kernels;

import java.util.List;

/** Matrix products divided among the threads of a pool. */
public final class Products {
  /**
   * One product of a job: {@code y = x W^T}; row n of the weights times row t of {@code x} goes to
   * {@code y[at + t * stride + n]}.
   *
   * @param rows how those of {@code x} go through it
   * @param weights {@code (rows, columns)}
   * @param x {@code (n_tokens, columns)}
   * @param y the output
   * @param at index of token 0, row 0
   * @param stride floats from one token's output to the next's
   */
  public record Product(Rows rows, Matrix weights, Activations x, float[] y, int at, int stride) {}

  /** Pieces that each thread's share of rounding is cut into. */
  private static final int ROUNDING_PIECES = 4;

  private final Kernels kernels;
  private final WorkerPool pool;

  /** Products by {@code kernels} on {@code pool}. */
  public Products(Kernels kernels, WorkerPool pool) {
    this.kernels = kernels;
    this.pool = pool;
  }

  /** Computes some products in one job, as for q, k and v, or gate and up. */
  public void run(Product... products) {
    run(List.of(products));
  }

  /** The same: of one input, or each of its own, as the experts of a mixture have. */
  public void run(List<Product> products) {
    int units = 0;
    int piecesAThread = 0;
    for (Product product : products) {
      units += product.weights().units();
      piecesAThread = Math.max(piecesAThread, kernels.pieces(product.rows()));
    }
    ready(products);
    int all = units;
    int pieces = Math.min(all, pool.threads() * piecesAThread);
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
              multiply(p, from, to);
            }
            before += p.weights().units();
          }
        });
  }

  private void multiply(Product p, int unit, int end) {
    if (p.rows() == Rows.TOGETHER) {
      kernels.matmul(p.weights(), p.x(), p.y(), p.at(), p.stride(), unit, end);
      return;
    }
    kernels.matvec(p.weights(), p.x(), p.y(), p.at(), p.stride(), unit, end);
  }

  /** What products read beside the values, once for all that share an input. */
  private void ready(List<Product> products) {
    for (int i = 0; i < products.size(); i++) {
      Product product = products.get(i);
      if (isFirst(products, i)) {
        int words = 0;
        for (Product p : products) {
          if (p.x() == product.x() && p.rows() == product.rows()) {
            words = Math.max(words, kernels.roundedWords(p.weights(), p.rows()));
          }
        }
        switch (product.rows()) {
          case EACH -> readyEach(product.x(), words);
          case TOGETHER -> round(product.x(), words);
        }
      }
    }
  }

  private static boolean isFirst(List<Product> products, int at) {
    for (int i = 0; i < at; i++) {
      if (products.get(i).x() == products.get(at).x()) {
        return false;
      }
    }
    return true;
  }

  private void readyEach(Activations x, int words) {
    x.reserveSums();
    kernels.sums(x);
    if (words > 0) {
      x.reserveRounded(words);
      kernels.round(x, Rows.EACH, 0, x.tokens());
    }
  }

  private void round(Activations x, int words) {
    if (words == 0) {
      return;
    }
    x.reserveRounded(words);
    int tokens = x.tokens();
    int pieces = Math.min(tokens, pool.threads() * ROUNDING_PIECES);
    pool.run(
        pieces,
        piece ->
            kernels.round(
                x,
                Rows.TOGETHER,
                (int) ((long) tokens * piece / pieces),
                (int) ((long) tokens * (piece + 1) / pieces)));
  }
}
