package ai.realm.constraint.json;

import static java.nio.charset.StandardCharsets.UTF_8;

import ai.realm.constraint.Beginning;
import ai.realm.constraint.ByteText;
import ai.realm.constraint.Frame;
import ai.realm.constraint.Stack;
import ai.realm.constraint.Stacks;
import ai.realm.constraint.TextPlaces;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Objects with signs of their own around members; those that have names come in their order. */
final class WrittenObject implements Value.Form {
  /** What stands around members. */
  record Signs(byte[] empty, byte[] open, byte[] afterName, byte[] between, byte[] close) {
    /** Refuses a name that is not told from what stands behind it. */
    void mustCarry(String name) {
      String sign = new String(afterName, UTF_8);
      boolean isQuoted = sign.startsWith("\"");
      if (name.contains(sign) || (isQuoted && (name.contains("\"") || name.contains("\\")))) {
        throw new SchemaException.UnplacedException(
            "this model writes names of properties as they are, with %s behind them, which %s has in it"
                .formatted(sign.strip(), name),
            "rename the property");
      }
    }
  }

  /**
   * A member.
   *
   * @param values of which its value is one; the last may be a raw string, with the marker behind
   * @param taken bytes of that marker, which the sign behind the value begins with; 0 for no raw
   *     string
   */
  record Member(String name, boolean required, List<Frame> values, int taken) {
    boolean isPossible() {
      return values.stream().anyMatch(Member::isPossible);
    }

    private static boolean isPossible(Frame value) {
      return value.shortestLength() < Frame.NEVER;
    }

    /** The same one, not one like it: others are of other places. */
    @SuppressWarnings("ReferenceEquality")
    private int taken(Frame value) {
      return value == values.get(values.size() - 1) ? taken : 0;
    }

    private Frame shortest() {
      Frame best = values.get(0);
      for (Frame value : values) {
        best = value.shortestLength() < best.shortestLength() ? value : best;
      }
      return best;
    }
  }

  /** Members of any name, where none has a name. */
  record Others(Frame name, Member member) {}

  private final Signs signs;
  private final List<Member> members;
  private final Others others;
  private final int min;
  private final int max;

  /** Of these members, or where {@code others} is not null, of those. */
  WrittenObject(Signs signs, List<Member> members, Others others, int min, int max) {
    this.signs = signs;
    this.members = members;
    this.others = others;
    this.min = min;
    this.max = max;
  }

  @Override
  public int length() {
    return measure(0, 0, -1);
  }

  @Override
  public void begin(Stack below, Stacks out) {
    if (mayClose(0, 0)) {
      out.add(with(signs.empty, below));
    }
    add(0, 0, signs.open, below, out);
  }

  private static Stack with(byte[] bytes, Stack below) {
    return bytes.length == 0 ? below : new Stack(TextPlaces.literal(bytes), below);
  }

  @Override
  public void shortest(ByteText out) {
    write(0, 0, -1, out);
  }

  @Override
  public void complete() {}

  private boolean mayClose(int from, int count) {
    return count >= min && members.stream().skip(from).noneMatch(Member::required);
  }

  /** Adds each way to begin a member. */
  private void add(int from, int count, byte[] before, Stack below, Stacks out) {
    if (count >= max) {
      return;
    }
    if (others != null && others.member.isPossible()) {
      for (Frame each : others.member.values) {
        Stack rest = new Stack(new Rest(this, 0, count + 1, others.member.taken(each)), below);
        Stack named =
            new Stack(
                others.name, new Stack(TextPlaces.literal(signs.afterName), new Stack(each, rest)));
        out.add(with(before, named));
      }
      return;
    }
    for (int i = from; i < members.size(); i++) {
      Member member = members.get(i);
      if (member.isPossible() && fill(i + 1, count + 1) != null) {
        byte[] name = new ByteText().add(before).add(member.name).add(signs.afterName).toBytes();
        for (Frame each : member.values) {
          if (Member.isPossible(each)) {
            Stack rest = new Stack(new Rest(this, i + 1, count + 1, member.taken(each)), below);
            out.add(with(name, new Stack(each, rest)));
          }
        }
      }
      if (member.required) {
        return;
      }
    }
  }

  /** The members from {@code from} on that are to come at least; null where there are too few. */
  private List<Integer> fill(int from, int count) {
    List<Integer> needed = new ArrayList<>();
    int required = (int) members.stream().skip(from).filter(Member::required).count();
    int more = Math.max(0, min - count - required);
    for (int i = from; i < members.size(); i++) {
      Member member = members.get(i);
      if (member.required && !member.isPossible()) {
        return null;
      }
      if (member.required || (more > 0 && member.isPossible())) {
        more -= member.required ? 0 : 1;
        needed.add(i);
      }
    }
    return more > 0 || count + needed.size() > max ? null : needed;
  }

  private int measure(int from, int count, int taken) {
    long length = 0;
    List<Integer> needed = fill(from, count);
    if (needed == null) {
      return Frame.NEVER;
    }
    for (int i : needed) {
      Member member = members.get(i);
      length += member.shortest().shortestLength() + member.name.getBytes(UTF_8).length;
      length += signs.afterName.length + signs.between.length;
    }
    boolean isEmpty = needed.isEmpty() && taken < 0;
    length += isEmpty ? signs.empty.length : signs.close.length - Math.max(0, taken);
    return (int) Math.min(length, Frame.NEVER);
  }

  /**
   * Writes the members that are needed, and the end.
   *
   * @param taken bytes of the sign behind the value before that are there; -1 where none is before
   */
  private void write(int from, int count, int taken, ByteText out) {
    int there = taken;
    for (int i : fill(from, count)) {
      Member member = members.get(i);
      out.add(there < 0 ? signs.open : rest(signs.between, there));
      out.add(member.name).add(signs.afterName);
      member.shortest().shortest(out);
      there = member.taken(member.shortest());
    }
    out.add(there < 0 ? signs.empty : rest(signs.close, there));
  }

  private static byte[] rest(byte[] bytes, int from) {
    return Arrays.copyOfRange(bytes, from, bytes.length);
  }

  /**
   * Behind a value.
   *
   * @param from the next member
   * @param count how many are there; no more than matter
   * @param taken bytes of the sign behind the value that have come
   */
  private record Rest(WrittenObject of, int from, int count, int taken) implements Beginning {
    @Override
    public void begin(Stack below, Stacks out) {
      if (of.mayClose(from, count)) {
        out.add(with(rest(of.signs.close, taken), below));
      }
      of.add(from, count, rest(of.signs.between, taken), below, out);
    }

    @Override
    public boolean mayEnd() {
      return of.mayClose(from, count) && of.signs.close.length == taken;
    }

    @Override
    public int shortestLength() {
      return of.measure(from, count, taken);
    }

    @Override
    public void shortest(ByteText out) {
      of.write(from, count, taken, out);
    }
  }
}
