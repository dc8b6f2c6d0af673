package ai.realm.engine;

import ai.realm.error.EngineException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Several texts that follow the same prompt, which is computed once. Each has a place of its own
 * among the work on the model. If one fails, the others are cancelled.
 */
public final class Choices {
  private final ChoicesListener listener;
  private final List<Generation> generations = new ArrayList<>();
  private final GenerationResult[] results;
  private int running;
  private boolean aborted;
  private Optional<Throwable> failure = Optional.empty();

  private Choices(int count, ChoicesListener listener) {
    this.listener = listener;
    this.results = new GenerationResult[count];
    this.running = count;
  }

  /** Starts them; see {@link ModelLease#generate(int[], List, ChoicesListener)}. */
  static Choices start(
      ModelLease lease, int[] prompt, List<GenerationRules> each, ChoicesListener listener) {
    Choices choices = new Choices(each.size(), listener);
    SharedPrompt shared = new SharedPrompt(each.size());
    List<ModelLease> more = new ArrayList<>();
    try {
      for (int i = 0; i < each.size(); i++) {
        if (i > 0) {
          more.add(lease.model().lease());
        }
        ModelLease own = i == 0 ? lease : more.getLast();
        choices.generations.add(
            new Generation(own, shared, prompt, each.get(i), choices.new Choice(i)));
      }
    } catch (Throwable refused) {
      more.forEach(ModelLease::close);
      throw refused;
    }
    for (Generation generation : choices.generations) {
      try {
        lease.model().scheduler().line().submit(generation);
      } catch (EngineException refused) {
        generation.fail(refused);
      }
    }
    return choices;
  }

  /** Asks all of them to stop, from any thread. */
  public void cancel() {
    generations.forEach(Generation::cancel);
  }

  /** One of them; nobody hears of its pieces. */
  private final class Choice implements GenerationListener {
    private final int index;

    Choice(int index) {
      this.index = index;
    }

    @Override
    public boolean text(String piece) {
      return true;
    }

    @Override
    public void finished(GenerationResult result) {
      end(result, false);
    }

    @Override
    public void aborted(GenerationResult result) {
      end(result, true);
    }

    private void end(GenerationResult result, boolean cancelled) {
      synchronized (Choices.this) {
        results[index] = result;
        aborted |= cancelled;
      }
      ended();
    }

    @Override
    public void failed(Throwable thrown) {
      synchronized (Choices.this) {
        failure = failure.or(() -> Optional.of(thrown));
      }
      cancel();
      ended();
    }
  }

  private void ended() {
    synchronized (this) {
      running--;
      if (running > 0) {
        return;
      }
    }
    if (failure.isPresent()) {
      listener.failed(failure.get());
    } else if (aborted) {
      listener.aborted(List.of(results));
    } else {
      listener.finished(List.of(results));
    }
  }
}
