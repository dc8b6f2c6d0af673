package ai.realm.model;

/**
 * How far distributions are from other ones.
 *
 * @param meanKl the mean over all rows of the sum of p (log p - log q), in natural logarithms
 * @param sameTop the share of rows whose most probable token is the same; 0 to 1
 */
record Exactness(double meanKl, double sameTop) {

  /** Of rows of logits from rows of log-probabilities p; rows that are null are left out. */
  static Exactness of(float[][][] exact, float[][][] logits) {
    double sum = 0;
    int same = 0;
    int rows = 0;
    for (int i = 0; i < exact.length; i++) {
      for (int t = 0; logits[i] != null && t < exact[i].length; t++, rows++) {
        sum += divergence(exact[i][t], logits[i][t]);
        same += top(exact[i][t]) == top(logits[i][t]) ? 1 : 0;
      }
    }
    return new Exactness(sum / rows, (double) same / rows);
  }

  /**
   * The same of a mixture, where rows that are left out count as exact: near a tie one rounding
   * chooses another expert, and that weighs the more in a mean the fewer rows there are.
   */
  static Exactness ofMixture(float[][][] exact, float[][][] logits) {
    int rows = 0;
    int all = 0;
    for (int i = 0; i < exact.length; i++) {
      rows += logits[i] == null ? 0 : exact[i].length;
      all += exact[i].length;
    }
    Exactness some = of(exact, logits);
    double share = (double) rows / all;
    return new Exactness(some.meanKl * share, 1 - (1 - some.sameTop) * share);
  }

  /**
   * The same from the nearer one of two references, row by row: near a tie, which f32 cannot tell,
   * the exact program may choose another expert than all that compute in f32.
   */
  static Exactness ofNearest(float[][][] exact, float[][][] peer, float[][][] logits) {
    float[][][] nearest = new float[exact.length][][];
    for (int i = 0; i < exact.length; i++) {
      nearest[i] = exact[i].clone();
      for (int t = 0; logits[i] != null && t < exact[i].length; t++) {
        boolean isPeer =
            divergence(peer[i][t], logits[i][t]) < divergence(exact[i][t], logits[i][t]);
        nearest[i][t] = isPeer ? peer[i][t] : exact[i][t];
      }
    }
    return of(nearest, logits);
  }

  /** One minus the mean cosine of the angles between vectors. */
  static double meanDistance(float[][][] exact, float[][] vectors) {
    double sum = 0;
    for (int i = 0; i < exact.length; i++) {
      sum += 1 - cosine(exact[i][0], vectors[i]);
    }
    return sum / exact.length;
  }

  static double cosine(float[] a, float[] b) {
    double ab = 0;
    double aa = 0;
    double bb = 0;
    for (int i = 0; i < a.length; i++) {
      ab += (double) a[i] * b[i];
      aa += (double) a[i] * a[i];
      bb += (double) b[i] * b[i];
    }
    return ab / Math.sqrt(aa * bb);
  }

  private static double divergence(float[] logP, float[] logits) {
    double most = Double.NEGATIVE_INFINITY;
    for (float logit : logits) {
      most = Math.max(most, logit);
    }
    double partition = 0;
    for (float logit : logits) {
      partition += Math.exp(logit - most);
    }
    double offset = most + Math.log(partition);
    double sum = 0;
    for (int i = 0; i < logits.length; i++) {
      sum += Math.exp(logP[i]) * (logP[i] - (logits[i] - offset));
    }
    return sum;
  }

  private static int top(float[] row) {
    int best = 0;
    for (int i = 1; i < row.length; i++) {
      best = row[i] > row[best] ? i : best;
    }
    return best;
  }
}
