package ai.realm.sampling;

/**
 * Makes tokens that were seen lately less probable.
 *
 * @param repeat divides a positive logit, multiplies a negative one (Keskar et al., 2019,
 *     arXiv:1909.05858, with llama.cpp's mending for negative logits)
 * @param presence subtracted once
 * @param frequency subtracted for each occurrence
 */
record Penalties(double repeat, double presence, double frequency) {

  /** Changes the logits of the tokens in {@code recent}, in the row from {@code from} on. */
  void apply(float[] logits, int from, RecentTokens recent) {
    if (repeat == 1 && presence == 0 && frequency == 0) {
      return;
    }
    for (int i = 0; i < recent.size(); i++) {
      int count = recent.countAtFirst(i);
      if (count > 0) {
        int at = from + recent.at(i);
        double logit = logits[at];
        logit = logit > 0 ? logit / repeat : logit * repeat;
        // A logit beyond f32 would be infinite, which no probability can be made of.
        logits[at] = (float) Math.min(logit - count * frequency - presence, Float.MAX_VALUE);
      }
    }
  }
}
