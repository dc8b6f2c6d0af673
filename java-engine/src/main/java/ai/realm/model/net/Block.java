package ai.realm.model.net;

/** One layer: what it adds to the residual stream {@code x}, a row a token. */
public sealed interface Block {

  /** How tokens see each other. */
  Mixer mixer();

  /** What each token goes through by itself. */
  FeedForward feedForward();

  /**
   * Norms before both parts (Xiong et al. 2020), and maybe after them, of what they add: {@code x
   * += residual * after(mixer(norm(x)))}, then the same of the feed-forward part.
   *
   * @param norm before the mixer, {@link Norm#NONE} for none
   * @param afterMixer of its result
   * @param ffnNorm before the feed-forward part
   * @param afterFeedForward of its result
   * @param residual what is added is multiplied by this, 1 in most
   */
  record PreNorm(
      Norm norm,
      Mixer mixer,
      Norm afterMixer,
      Norm ffnNorm,
      FeedForward feedForward,
      Norm afterFeedForward,
      float residual)
      implements Block {

    /** With norms before both parts alone, as llama has. */
    public PreNorm(Norm norm, Mixer mixer, Norm ffnNorm, FeedForward feedForward) {
      this(norm, mixer, Norm.NONE, ffnNorm, feedForward, Norm.NONE, 1);
    }
  }

  /** Another block, and the stream behind it multiplied by a factor: {@code x = by * block(x)}. */
  record Scaled(Block block, float by) implements Block {
    @Override
    public Mixer mixer() {
      return block.mixer();
    }

    @Override
    public FeedForward feedForward() {
      return block.feedForward();
    }
  }

  /**
   * Another block, and behind it what the token's input in this layer adds ({@link
   * Network.LayerInputs}): {@code x += norm(out(gelu(gate(x)) * input))}.
   *
   * @param gate {@code (size, width)}
   * @param out {@code (width, size)}
   */
  record WithInput(Block block, Linear gate, Linear out, Norm norm) implements Block {
    @Override
    public Mixer mixer() {
      return block.mixer();
    }

    @Override
    public FeedForward feedForward() {
      return block.feedForward();
    }
  }

  /**
   * A layer of several streams (AltUp, Baykal et al. 2023). With {@code m(x) =
   * tanh(router(routerNorm(x)) / width)}, it predicts each stream, {@code p[i] = x[i] + sum_j
   * predict(m(x[0]))[i][j] x[j]}; takes the first one's prediction through the layer itself, {@code
   * a = (p[0] + afterMixer(mixer(h)) + h + afterLaurel(laurelOut(laurelIn(h)))) / sqrt(2)} of
   * {@code h = norm(p[0])}, and {@code y = a + afterFeedForward(feedForward(ffnNorm(a)))}; and
   * corrects all: {@code x[i] = p[i] + (1 + correct(m(y))[i]) (y - p[0])}. What the token's input
   * in this layer adds, {@code inputNorm(inputOut(gelu(inputGate(correctedScale * x[0])) *
   * input))}, goes to all streams but the first.
   *
   * @param laurelIn {@code (rank, width)}, a residual of low rank (LAuReL, Menghani et al. 2024)
   * @param laurelOut {@code (width, rank)}
   * @param router {@code (streams, width)}
   * @param predict {@code (streams * streams, streams)}
   * @param correct {@code (streams, streams)}
   * @param correctedScale {@code (width)}
   * @param inputGate {@code (size, width)}
   * @param inputOut {@code (width, size)}
   */
  record AltUp(
      Norm norm,
      Mixer mixer,
      Norm afterMixer,
      Linear laurelIn,
      Linear laurelOut,
      Norm afterLaurel,
      Norm ffnNorm,
      FeedForward feedForward,
      Norm afterFeedForward,
      Norm routerNorm,
      Linear router,
      Linear predict,
      Linear correct,
      float[] correctedScale,
      Linear inputGate,
      Linear inputOut,
      Norm inputNorm)
      implements Block {}

  /**
   * Norms of the stream behind both parts, as in the first transformers (Vaswani et al. 2017) and
   * in BERT: {@code x = norm(x + mixer(x))}, then the same of the feed-forward part.
   *
   * @param norm behind the mixer
   * @param outputNorm behind the feed-forward part
   */
  record PostNorm(Mixer mixer, Norm norm, FeedForward feedForward, Norm outputNorm)
      implements Block {}

  /**
   * The same with the layer's input added once more, as Jina Embeddings 2 for code has it: {@code y
   * = secondNorm(x + norm(x + mixer(x)))}, then {@code x = outputNorm(y + feedForward(y))}.
   *
   * @param norm behind the mixer
   * @param secondNorm behind the second addition
   * @param outputNorm behind the feed-forward part
   */
  record TwicePostNorm(
      Mixer mixer, Norm norm, Norm secondNorm, FeedForward feedForward, Norm outputNorm)
      implements Block {}

  /**
   * Both parts side by side, behind one norm, as in GPT-J (Wang and Komatsuzaki 2021): {@code x +=
   * mixer(norm(x)) + feedForward(norm(x))}.
   */
  record Parallel(Norm norm, Mixer mixer, FeedForward feedForward) implements Block {}

  /** A mixer by itself, as all layers of Mamba-2 are: {@code x += mixer(norm(x))}. */
  record MixerAlone(Norm norm, Mixer mixer) implements Block {
    @Override
    public FeedForward feedForward() {
      return FeedForward.NONE;
    }
  }

  /** A feed-forward part by itself: {@code x += feedForward(norm(x))}. */
  record FeedForwardAlone(Norm norm, FeedForward feedForward) implements Block {
    @Override
    public Mixer mixer() {
      return Mixer.NONE;
    }
  }
}
