package ai.realm.model;

import ai.realm.kernels.Activations;
import ai.realm.kernels.Kernels;
import ai.realm.kernels.Rows;
import ai.realm.model.Linears.Job;
import ai.realm.model.Linears.Use;
import ai.realm.model.net.FeedForward.Dense;
import ai.realm.model.net.FeedForward.Experts;
import ai.realm.model.net.FeedForward.GatedUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Runs mixtures of experts: {@code delta = sum_j weight[j] * expert[j](h)} over the experts that a
 * row's router chose. Rows are gathered by expert, so that the experts of a step are two jobs of
 * the pool, however many there are, and a step reads the weights of each only once.
 *
 * <p>A row at one of its experts is a <em>visit</em>; row r has the visits {@code [r * used, (r +
 * 1) * used)}, the best expert first.
 */
final class Mixture {
  /** Steps of more visits give their memory back when they are done. */
  private static final int KEPT_VISITS = 2048;

  /**
   * The visits to one expert that go through products in the same way.
   *
   * @param input their rows {@code (count, width)}
   * @param first the first of their neighbouring places in what is gathered
   */
  private record Group(Dense expert, Rows rows, Activations input, int first, int count) {}

  private final Kernels kernels;
  private final Linears linears;
  private final Rowwise rowwise;

  private float[] scores = {}; // of the router (n_rows, n_expert)
  private int[] chosen = {}; // experts, by visits (n_rows, used)
  private float[] weights = {}; // of their results (n_rows, used)
  private int[] places = {}; // where each visit is gathered (n_rows, used)
  private int[] rowAt = {}; // the row that is gathered at each place (n_rows * used)
  private float[] gate = {}; // by places (n_rows * used, inner)
  private float[] up = {}; // (n_rows * used, inner)
  private float[] out = {}; // the experts' results (n_rows * used, width)

  /** Inputs of the groups, and what goes into their last matrices; kept from step to step. */
  private final List<Activations> inputs = new ArrayList<>();

  private final List<Activations> acts = new ArrayList<>();

  Mixture(Kernels kernels, Linears linears, Rowwise rowwise) {
    this.kernels = kernels;
    this.linears = linears;
    this.rowwise = rowwise;
  }

  /**
   * Takes rows through a mixture.
   *
   * @param routed what the router reads, {@code (n_rows, width)}
   * @param h what the experts read, {@code (n_rows, width)}
   * @param delta receives {@code (n_rows, width)}
   */
  void run(Experts f, Step step, Activations routed, Activations h, float[] delta) {
    resize(f, step.count(), h.columns());
    linears.apply(step.runs(), routed, new Use(f.router(), scores));
    rowwise.each(step.count(), row -> choose(f, row));
    List<Group> groups = gather(f, step, h);
    feed(groups, f.inner());
    rowwise.each(step.count(), row -> mix(f.used(), row, delta, h.columns()));
    release(step.count() * f.used());
  }

  /**
   * The row's experts are those of the greatest scores, the first of equal ones; their weights are
   * {@code softmax(scores)} of these alone, which is what softmax of all gives once it is made to
   * add up to 1 again, times their factors.
   */
  private void choose(Experts f, int row) {
    int experts = f.experts().size();
    int first = row * f.used();
    double sum = 0;
    for (int visit = first; visit < first + f.used(); visit++) {
      int best = -1;
      for (int e = 0; e < experts; e++) {
        boolean better = best < 0 || scores[row * experts + e] > scores[row * experts + best];
        if (better && !isChosen(e, first, visit)) {
          best = e;
        }
      }
      chosen[visit] = best;
      float greatest = scores[row * experts + chosen[first]];
      weights[visit] = (float) Math.exp(scores[row * experts + best] - greatest);
      sum += weights[visit];
    }
    for (int visit = first; visit < first + f.used(); visit++) {
      weights[visit] = (float) (weights[visit] / sum * f.factors()[chosen[visit]]);
    }
  }

  private boolean isChosen(int expert, int visit, int end) {
    for (int v = visit; v < end; v++) {
      if (chosen[v] == expert) {
        return true;
      }
    }
    return false;
  }

  /** Gives each visit a place beside the others of its group, and copies its row there. */
  private List<Group> gather(Experts f, Step step, Activations h) {
    List<Group> groups = new ArrayList<>();
    int place = 0;
    for (Step.Run run : step.runs()) {
      int visit = run.row() * f.used();
      int end = visit + run.count() * f.used();
      int[] next = new int[f.experts().size()]; // visits of each expert, then its next place
      for (int v = visit; v < end; v++) {
        next[chosen[v]]++;
      }
      for (int e = 0; e < next.length; e++) {
        int count = next[e];
        next[e] = place;
        if (count > 0) {
          Activations input = input(groups.size(), count, h);
          groups.add(new Group(f.experts().get(e), run.rows(), input, place, count));
        }
        place += count;
      }
      for (int v = visit; v < end; v++) {
        places[v] = next[chosen[v]]++;
        rowAt[places[v]] = v / f.used();
      }
    }
    int width = h.columns();
    rowwise.each(
        groups.size(),
        index -> {
          Group group = groups.get(index);
          if (group.input() == h) {
            return;
          }
          for (int i = 0; i < group.count(); i++) {
            int row = rowAt[group.first() + i];
            System.arraycopy(h.values(), row * width, group.input().values(), i * width, width);
          }
        });
    return groups;
  }

  /** A group of all rows reads them where they are, as in decode, where there is one. */
  private Activations input(int group, int count, Activations h) {
    return count == h.tokens() ? h : buffer(inputs, group).resize(count, h.columns());
  }

  private static Activations buffer(List<Activations> buffers, int index) {
    while (buffers.size() <= index) {
      buffers.add(new Activations(1));
    }
    return buffers.get(index);
  }

  /** {@code out = expert(input)} of all groups: one job up to the activation, one behind it. */
  private void feed(List<Group> groups, int inner) {
    List<Job> first = new ArrayList<>();
    List<Job> second = new ArrayList<>();
    for (int i = 0; i < groups.size(); i++) {
      Group group = groups.get(i);
      Activations input = group.input();
      Activations act = buffer(acts, i).resize(group.count(), inner);
      int at = group.first() * inner;
      if (group.expert() instanceof GatedUnit f) {
        first.add(new Job(group.rows(), f.gate(), input, gate, at));
      }
      first.add(new Job(group.rows(), group.expert().up(), input, up, at));
      int width = group.expert().down().width();
      second.add(new Job(group.rows(), group.expert().down(), act, out, group.first() * width));
    }
    linears.run(first);
    rowwise.each(
        groups.size(),
        index -> {
          Group group = groups.get(index);
          float[] act = acts.get(index).values();
          for (int i = 0; i < group.count(); i++) {
            int at = (group.first() + i) * inner;
            Forward.activate(kernels, group.expert(), gate, up, at, act, i * inner);
          }
        });
    linears.run(second);
  }

  /** {@code delta = sum_j weight[j] * out[j]} of a row, the best expert first. */
  private void mix(int used, int row, float[] delta, int width) {
    int at = row * width;
    Arrays.fill(delta, at, at + width, 0);
    for (int visit = row * used; visit < (row + 1) * used; visit++) {
      kernels.addScaled(delta, at, weights[visit], out, places[visit] * width, width);
    }
  }

  private void resize(Experts f, int rows, int width) {
    int visits = Math.multiplyExact(rows, f.used());
    if (scores.length < rows * f.experts().size()) {
      scores = new float[rows * f.experts().size()];
    }
    if (chosen.length < visits) {
      chosen = new int[visits];
      weights = new float[visits];
      places = new int[visits];
      rowAt = new int[visits];
    }
    if (up.length < Math.multiplyExact(visits, f.inner())) {
      gate = new float[visits * f.inner()];
      up = new float[visits * f.inner()];
    }
    if (out.length < Math.multiplyExact(visits, width)) {
      out = new float[visits * width];
    }
  }

  private void release(int visits) {
    if (visits > KEPT_VISITS) {
      gate = new float[0];
      up = new float[0];
      out = new float[0];
      inputs.clear();
      acts.clear();
    }
  }
}
