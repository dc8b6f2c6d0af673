package ai.realm.sampling;

/** How one of the candidates is picked at last. For one sequence; its array is reused. */
sealed interface Pick permits Pick.Proportional, MirostatPick, AdaptivePick {
  /**
   * How much each candidate counts, in their order; it may leave some of them out.
   *
   * @return as many numbers as there are candidates then, 0 or more, in an array that may be longer
   */
  double[] weigh(Candidates candidates, double temperature);

  /** The candidate at {@code index} was drawn by these weights. */
  void drawn(Candidates candidates, int index);

  /** Another that is steered as far; it may work with the same array. */
  Pick copy();

  /** A token joins the sequence, most often the drawn one. */
  void accept(int id);

  /** By their probabilities. */
  final class Proportional implements Pick {
    private double[] weights = {};

    @Override
    public double[] weigh(Candidates candidates, double temperature) {
      weights = candidates.weights(temperature, weights);
      return weights;
    }

    @Override
    public void drawn(Candidates candidates, int index) {}

    @Override
    public Pick copy() {
      return this;
    }

    @Override
    public void accept(int id) {}
  }
}
