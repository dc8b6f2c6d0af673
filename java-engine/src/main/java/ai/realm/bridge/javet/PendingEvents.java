package ai.realm.bridge.javet;

import ai.realm.bridge.EventSink;
import java.util.ArrayList;
import java.util.List;

/** The events of one job that JavaScript has not fetched. */
final class PendingEvents {
  private record Event(int kind, StringBuilder payload) {}

  private final List<Event> events = new ArrayList<>();
  private boolean ended;

  /** Whether the job's last event has been added. */
  boolean ended() {
    return ended;
  }

  /** Adds an event, joined with the last one or in place of an older state of progress. */
  void add(int kind, String payload) {
    ended = kind == EventSink.RESULT || kind == EventSink.ERROR;
    if (kind == EventSink.TEXT && !events.isEmpty() && events.getLast().kind == kind) {
      events.getLast().payload.append(payload);
      return;
    }
    if (kind == EventSink.PROGRESS) {
      events.removeIf(event -> event.kind == kind);
      joinTexts();
    }
    events.add(new Event(kind, new StringBuilder(payload)));
  }

  /** Writes all events out, as {@link EventQueue#take} says, and keeps none. */
  void moveTo(long job, StringBuilder text) {
    for (Event event : events) {
      text.append(job).append(' ').append(event.kind).append(' ');
      text.append(event.payload.length()).append(' ').append(event.payload);
    }
    events.clear();
  }

  /** Two texts are neighbours where the progress between them was left out. */
  private void joinTexts() {
    for (int i = events.size() - 1; i > 0; i--) {
      if (events.get(i).kind == EventSink.TEXT && events.get(i - 1).kind == EventSink.TEXT) {
        events.get(i - 1).payload.append(events.remove(i).payload);
      }
    }
  }
}
