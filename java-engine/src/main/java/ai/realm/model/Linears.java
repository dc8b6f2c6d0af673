package ai.realm.model;

import ai.realm.kernels.Activations;
import ai.realm.kernels.Kernels;
import ai.realm.kernels.Products;
import ai.realm.kernels.Products.Product;
import ai.realm.kernels.WorkerPool;
import ai.realm.model.net.Linear;
import java.util.ArrayList;
import java.util.List;

/** Linear layers: the one place where weights meet the rows of a step. */
final class Linears {
  /** {@code y = linear(x)}, {@code (n_rows, n_out)}. */
  record Use(Linear linear, float[] y) {}

  private final Kernels kernels;
  private final Products products;
  private final Rowwise rowwise;

  /** The runs of a step that has several, by themselves. */
  private final List<Activations> parts = new ArrayList<>();

  Linears(Kernels kernels, WorkerPool pool, Rowwise rowwise) {
    this.kernels = kernels;
    this.products = new Products(kernels, pool);
    this.rowwise = rowwise;
  }

  /** Several layers of the same input in one job, as q, k and v, or gate and up. */
  void apply(List<Step.Run> runs, Activations x, Use... uses) {
    List<Product> job = new ArrayList<>();
    for (int i = 0; i < runs.size(); i++) {
      Step.Run run = runs.get(i);
      Activations input = runs.size() == 1 ? x : part(i, x, run);
      for (Use use : uses) {
        int width = use.linear().width();
        job.add(
            new Product(
                run.rows(), use.linear().weights(), input, use.y(), run.row() * width, width));
      }
    }
    products.run(job);
    for (Use use : uses) {
      float[] bias = use.linear().bias();
      if (bias.length > 0) {
        rowwise.each(
            x.tokens(), row -> kernels.add(use.y(), row * bias.length, bias, 0, bias.length));
      }
    }
  }

  private Activations part(int i, Activations x, Step.Run run) {
    if (i == parts.size()) {
      parts.add(new Activations(x.columns()));
    }
    Activations part = parts.get(i).resize(run.count(), x.columns());
    int at = run.row() * x.columns();
    System.arraycopy(x.values(), at, part.values(), 0, run.count() * x.columns());
    return part;
  }
}
