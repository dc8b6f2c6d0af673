package ai.realm.model;

import ai.realm.kernels.Activations;
import ai.realm.kernels.Kernels;
import ai.realm.kernels.Products;
import ai.realm.kernels.Products.Product;
import ai.realm.kernels.Rows;
import ai.realm.kernels.WorkerPool;
import ai.realm.model.net.Linear;
import java.util.ArrayList;
import java.util.List;

/** Linear layers: the one place where weights meet the rows of a step. */
final class Linears {
  /** {@code y = linear(x)}, {@code (n_rows, n_out)}. */
  record Use(Linear linear, float[] y) {}

  /**
   * The same of an input of its own.
   *
   * @param rows how its rows go through the product
   * @param x {@code (n_rows, n_in)}
   * @param y receives {@code (n_rows, n_out)}
   * @param at index of the first of them
   */
  record Job(Rows rows, Linear linear, Activations x, float[] y, int at) {}

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

  /** Several layers of the same input in one job of the pool, as q, k and v, or gate and up. */
  void apply(List<Step.Run> runs, Activations x, Use... uses) {
    List<Job> jobs = new ArrayList<>();
    for (int i = 0; i < runs.size(); i++) {
      Step.Run run = runs.get(i);
      Activations input = runs.size() == 1 ? x : part(i, x, run);
      for (Use use : uses) {
        int at = run.row() * use.linear().width();
        jobs.add(new Job(run.rows(), use.linear(), input, use.y(), at));
      }
    }
    run(jobs);
  }

  /** Several layers, each of its input, in one job of the pool. */
  void run(List<Job> jobs) {
    List<Product> all = new ArrayList<>(jobs.size());
    for (Job job : jobs) {
      int width = job.linear().width();
      all.add(new Product(job.rows(), job.linear().weights(), job.x(), job.y(), job.at(), width));
    }
    products.run(all);
    for (Job job : jobs) {
      scale(job);
      float[] bias = job.linear().bias();
      if (bias.length > 0) {
        rowwise.each(
            job.x().tokens(),
            row -> kernels.add(job.y(), job.at() + row * bias.length, bias, 0, bias.length));
      }
    }
  }

  private void scale(Job job) {
    float scale = job.linear().scale();
    int width = job.linear().width();
    if (scale != 1) {
      rowwise.each(
          job.x().tokens(), row -> kernels.scale(job.y(), job.at() + row * width, scale, width));
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
