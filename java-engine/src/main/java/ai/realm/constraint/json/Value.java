package ai.realm.constraint.json;

import ai.realm.constraint.Beginning;
import ai.realm.constraint.ByteText;
import ai.realm.constraint.Stack;
import ai.realm.constraint.Stacks;
import java.util.ArrayList;
import java.util.List;

/**
 * The values that meet some claims: those of any of its forms. It may hold itself; so it is made
 * empty, and has its forms later.
 */
final class Value implements Beginning {
  private List<Form> forms = new ArrayList<>();
  private int shortestLength = NEVER;
  private Form shortest;

  /** Values of one type. */
  interface Form {
    /** Bytes of its shortest text, as far as those of what it holds are known, or NEVER. */
    int length();

    /** Adds the stack on which a text of it begins. */
    void begin(Stack below, Stacks out);

    /** Appends a shortest text. */
    void shortest(ByteText out);

    /** Makes what depends on which values are possible. */
    void complete();
  }

  /** Adds a form. */
  void add(Form form) {
    forms.add(form);
  }

  /** Looks again how long its shortest text is; returns whether that has changed. */
  boolean shorten() {
    int before = shortestLength;
    for (Form form : forms) {
      int length = form.length();
      if (length < shortestLength) {
        shortestLength = length;
        shortest = form;
      }
    }
    return shortestLength < before;
  }

  /** Leaves out the forms without a text. */
  void complete() {
    forms = forms.stream().filter(form -> form.length() < NEVER).toList();
    forms.forEach(Form::complete);
  }

  /** Whether there is such a value. */
  boolean isPossible() {
    return shortestLength < NEVER;
  }

  @Override
  public int shortestLength() {
    return shortestLength;
  }

  @Override
  public void shortest(ByteText out) {
    shortest.shortest(out);
  }

  @Override
  public boolean mayEnd() {
    return shortestLength == 0;
  }

  @Override
  public void begin(Stack below, Stacks out) {
    for (Form form : forms) {
      form.begin(below, out);
    }
  }
}
