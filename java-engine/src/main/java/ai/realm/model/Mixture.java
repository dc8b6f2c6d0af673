package ai.realm.model;

import ai.realm.kernels.Activations;
import ai.realm.kernels.Kernels;
import ai.realm.kernels.Rows;
import ai.realm.model.Linears.Job;
import ai.realm.model.Linears.Use;
import ai.realm.model.net.FeedForward.Dense;
import ai.realm.model.net.FeedForward.Experts;
import ai.realm.model.net.FeedForward.GatedUnit;
import ai.realm.model.net.FeedForward.Weighed;
import ai.realm.model.net.Routing;
import ai.realm.model.net.Routing.Choice;
import ai.realm.model.net.Routing.Scores;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Runs mixtures of experts: {@code delta += sum_j weight[j] * expert[j](h)} over the experts that a
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
  private int[] visitAt = {}; // the visit that is gathered at each place (n_rows * used)
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
   * @param delta {@code (n_rows, width)}, to which the result is added
   */
  void add(Experts f, Step step, Activations routed, Activations h, float[] delta) {
    resize(f, step.count(), h.columns());
    linears.apply(step.runs(), routed, new Use(f.router(), scores));
    rowwise.each(step.count(), row -> route(f, row));
    List<Group> groups = gather(f, step, h);
    feed(groups, f.inner());
    rowwise.each(step.count(), row -> mix(f, row, delta, h.columns()));
    release(step.count() * f.used());
  }

  /** Chooses the experts of a row, and weighs them. */
  private void route(Experts f, int row) {
    Routing routing = f.routing();
    int experts = f.experts().size();
    int at = row * experts;
    probabilities(routing.scores(), at, experts);
    float[] worth = worth(routing.choice(), at, experts);
    int first = row * routing.used();
    int end = first + routing.used();
    double sum = 0;
    for (int visit = first; visit < end; visit++) {
      chosen[visit] = best(worth, first, visit);
      weights[visit] = scores[at + chosen[visit]];
      sum += weights[visit];
    }
    double scale = routing.normalized() ? routing.scale() / sum : routing.scale();
    for (int visit = first; visit < end; visit++) {
      weights[visit] = (float) (weights[visit] * scale * f.factors()[chosen[visit]]);
    }
  }

  /** The router's results to p, in their place. */
  private void probabilities(Scores kind, int at, int experts) {
    switch (kind) {
      case SIGMOID -> {
        for (int i = at; i < at + experts; i++) {
          scores[i] = (float) (1 / (1 + Math.exp(-scores[i])));
        }
      }
      case SOFTMAX -> {
        double greatest = scores[at];
        for (int i = at; i < at + experts; i++) {
          greatest = Math.max(greatest, scores[i]);
        }
        double sum = 0;
        for (int i = at; i < at + experts; i++) {
          sum += Math.exp(scores[i] - greatest);
        }
        for (int i = at; i < at + experts; i++) {
          scores[i] = (float) (Math.exp(scores[i] - greatest) / sum);
        }
      }
    }
  }

  /** What the choice goes by, of each expert; -infinity of those that are out of the question. */
  private float[] worth(Choice choice, int at, int experts) {
    float[] worth = Arrays.copyOfRange(scores, at, at + experts);
    switch (choice) {
      case Choice.Best _ -> {}
      case Choice.Biased(float[] bias) -> kernels.add(worth, 0, bias, 0, experts);
      case Choice.Grouped(float[] bias, int groups, int used) -> {
        kernels.add(worth, 0, bias, 0, experts);
        keepBestGroups(worth, groups, used);
      }
    }
    return worth;
  }

  /** Leaves the groups whose two best experts are worth most together, the first of equal ones. */
  private static void keepBestGroups(float[] worth, int groups, int used) {
    int size = worth.length / groups;
    float[] sums = new float[groups];
    for (int g = 0; g < groups; g++) {
      float[] group = Arrays.copyOfRange(worth, g * size, (g + 1) * size);
      Arrays.sort(group);
      sums[g] = group[size - 1] + group[size - 2];
    }
    for (int g = 0; g < groups; g++) {
      int better = 0;
      for (int other = 0; other < groups; other++) {
        better += sums[other] > sums[g] || sums[other] == sums[g] && other < g ? 1 : 0;
      }
      if (better >= used) {
        Arrays.fill(worth, g * size, (g + 1) * size, Float.NEGATIVE_INFINITY);
      }
    }
  }

  /** The expert that is worth most, the first of equal ones, but for those of earlier visits. */
  private int best(float[] worth, int first, int visit) {
    int best = -1;
    for (int e = 0; e < worth.length; e++) {
      if ((best < 0 || worth[e] > worth[best]) && !isChosen(e, first, visit)) {
        best = e;
      }
    }
    return best;
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
          Activations input = input(f, groups.size(), count, h);
          groups.add(new Group(f.experts().get(e), run.rows(), input, place, count));
        }
        place += count;
      }
      for (int v = visit; v < end; v++) {
        places[v] = next[chosen[v]]++;
        visitAt[places[v]] = v;
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
            int visit = visitAt[group.first() + i];
            float[] input = group.input().values();
            System.arraycopy(h.values(), visit / f.used() * width, input, i * width, width);
            if (f.weighed() == Weighed.INPUTS) {
              kernels.scale(input, i * width, weights[visit], width);
            }
          }
        });
    return groups;
  }

  /** A group of all rows reads them where they are, as in decode, where there is one. */
  private Activations input(Experts f, int group, int count, Activations h) {
    return count == h.tokens() && f.weighed() == Weighed.RESULTS
        ? h
        : buffer(inputs, group).resize(count, h.columns());
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
            FeedForwards.activate(kernels, group.expert(), gate, up, at, act, i * inner);
          }
        });
    linears.run(second);
  }

  /** {@code delta += sum_j weight[j] * out[j]} of a row, the best expert first. */
  private void mix(Experts f, int row, float[] delta, int width) {
    int at = row * width;
    for (int visit = row * f.used(); visit < (row + 1) * f.used(); visit++) {
      switch (f.weighed()) {
        case RESULTS ->
            kernels.addScaled(delta, at, weights[visit], out, places[visit] * width, width);
        case INPUTS -> kernels.add(delta, at, out, places[visit] * width, width);
      }
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
      visitAt = new int[visits];
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
