package ai.realm.guest;

import ai.realm.engine.GenerationRules;
import ai.realm.tokenizer.Tokenizer;
import java.util.OptionalDouble;
import java.util.function.Function;

/** Reads what a guest's script wants to be continued. */
@FunctionalInterface
public interface GuestPrompts {

  /**
   * A prompt and its options as they were read.
   *
   * @param ids gives the prompt's ids in a vocabulary
   * @param options how to continue it
   * @param loadMs milliseconds that loading the model took, where that is known
   */
  record Request(Function<Tokenizer, int[]> ids, GenerationRules options, OptionalDouble loadMs) {}

  /**
   * Reads a prompt. On the guest's thread.
   *
   * @param model place of the model among those that were granted
   * @param prompt JSON
   * @param options a JSON object
   * @throws ai.realm.error.EngineException for what cannot be used
   */
  Request read(int model, String prompt, String options);
}
