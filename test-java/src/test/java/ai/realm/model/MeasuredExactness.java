package ai.realm.model;

import ai.realm.fixture.TinyModelCase;
import com.google.gson.Gson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What was measured of a tiny model, for the table of {@code npm run test:matrix}. */
final class MeasuredExactness {
  private record Figure(String provider, String way, double distance, Double sameTop) {}

  private final List<Figure> figures = new ArrayList<>();

  void add(Provider provider, String way, Exactness exactness) {
    figures.add(new Figure(provider.name(), way, exactness.meanKl(), exactness.sameTop()));
  }

  /** One minus the mean cosine of vectors. */
  void addDistance(Provider provider, double distance) {
    figures.add(new Figure(provider.name(), "", distance, null));
  }

  void write(TinyModelCase tiny) {
    try {
      Path folder = Files.createDirectories(Path.of("target/exactness"));
      Files.writeString(folder.resolve(tiny.name() + ".json"), new Gson().toJson(figures));
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
