package ai.realm.constraint.json;

import ai.realm.constraint.ByteText;
import ai.realm.constraint.Frame;
import ai.realm.constraint.OwnedString;
import ai.realm.constraint.Stack;
import ai.realm.constraint.Stacks;
import ai.realm.constraint.json.ObjectShape.Progress;
import ai.realm.constraint.json.ObjectShape.Way;
import ai.realm.constraint.regex.Regex;
import java.util.List;

/** An object that has begun. */
record ObjectFrame(ObjectShape shape, Place place, Progress progress) implements Frame {
  /** What comes next, behind white space. */
  enum Place {
    START,
    FIRST_KEY_OR_END,
    KEY,
    COMMA_OR_END
  }

  /** A key that has begun, and what is behind it. */
  private record Key(ObjectShape shape, Progress progress) implements OwnedString.Owner {
    @Override
    public boolean admits(String key) {
      return shape.admits(progress, key);
    }

    @Override
    public List<String> gone() {
      return shape.completion().isSimple() ? progress.others() : null;
    }

    @Override
    public boolean mayFollow(int b) {
      return b == ':' || JsonTexts.isSpace(b);
    }

    @Override
    public void end(String key, Stack below, Stacks out) {
      for (Way way : shape.ways(key)) {
        if (!shape.completion().mayCome(progress, key, way)) {
          continue;
        }
        Progress after = shape.with(progress, key, way.shows());
        Stack rest = shape.texts().behind(new ObjectFrame(shape, Place.COMMA_OR_END, after), below);
        Stacks values = new Stacks();
        way.value().begin(rest, values);
        values.each(value -> out.add(shape.texts().behindColon(value)));
      }
    }

    @Override
    public int lengthBehind(String key) {
      Way way = shape.completion().shortestWay(progress, key);
      return shape.texts().colon().length()
          + way.value().shortestLength()
          + shape.completion().length(shape.with(progress, key, way.shows()))
          + 1;
    }

    @Override
    public void shortestBehind(String key, ByteText out) {
      Way way = shape.completion().shortestWay(progress, key);
      out.add(shape.texts().colon());
      way.value().shortest(out);
      shape.completion().close(out, shape.with(progress, key, way.shows()));
    }
  }

  @Override
  public void step(int b, Stack below, Stacks out) {
    switch (place) {
      case START -> {
        if (b == '{') {
          out.add(shape.texts().inside(at(Place.FIRST_KEY_OR_END), below));
        }
      }
      case FIRST_KEY_OR_END, KEY -> {
        Regex keys = shape.keys(progress);
        if (b == '"' && keys.alive()) {
          Key key = new Key(shape, progress);
          out.add(new Stack(shape.texts().places().owned(keys, key), below));
        } else if (b == '}' && place != Place.KEY && shape.completion().mayClose(progress)) {
          out.add(below);
        }
      }
      case COMMA_OR_END -> {
        if (b == '}' && shape.completion().mayClose(progress)) {
          out.add(below);
        } else if (b == ',' && shape.keys(progress).alive()) {
          out.add(shape.texts().next(at(Place.KEY), below));
        }
      }
    }
  }

  private ObjectFrame at(Place next) {
    return new ObjectFrame(shape, next, progress);
  }

  @Override
  public boolean mayEnd() {
    return false;
  }

  @Override
  public int shortestLength() {
    return shape.completion().length(progress) + 2;
  }

  @Override
  public void shortest(ByteText out) {
    if (place == Place.START) {
      out.add("{");
    }
    if (place == Place.KEY) {
      // A comma is there, so a key must come, also where none is needed.
      String key = shape.shortestKey(progress);
      out.add(JsonTexts.quoted(key));
      new Key(shape, progress).shortestBehind(key, out);
      return;
    }
    shape.completion().close(out, progress);
  }
}
