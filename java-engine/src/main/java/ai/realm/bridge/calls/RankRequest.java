package ai.realm.bridge.calls;

import ai.realm.engine.Claim;
import ai.realm.json.Arguments;
import ai.realm.json.GenerateOptionsJson;
import ai.realm.tokenizer.TextPair;
import ai.realm.tokenizer.Tokenizer;
import java.util.List;

/**
 * What JavaScript asks of a ranking.
 *
 * @param input the query and the documents
 * @param claim for whom it is
 */
record RankRequest(Input input, Claim claim) {
  /** Queries with documents. */
  sealed interface Input {
    /** Their ids in the vocabulary of {@code tokenizer}, a pair a document. */
    List<TextPair> pairs(Tokenizer tokenizer);
  }

  /** To be put together as the vocabulary has it. */
  private record Texts(String query, List<String> documents) implements Input {
    @Override
    public List<TextPair> pairs(Tokenizer tokenizer) {
      return documents.stream().map(document -> tokenizer.encodePair(query, document)).toList();
    }
  }

  /** Put together by the model's template; {@code frame} has an empty document. */
  private record Rendered(GenerateRequest.Prompt frame, List<GenerateRequest.Prompt> prompts)
      implements Input {
    @Override
    public List<TextPair> pairs(Tokenizer tokenizer) {
      int[] around = frame.ids(tokenizer);
      return prompts.stream()
          .map(prompt -> TextPair.framed(prompt.ids(tokenizer), around))
          .toList();
    }
  }

  /** Reads the fields {@code input} and {@code options}. */
  static RankRequest read(Arguments args) {
    Arguments input = args.object("input");
    Input read =
        input.has("frame")
            ? new Rendered(
                GenerateRequest.prompt(input.object("frame")),
                input.objects("prompts").stream().map(GenerateRequest::prompt).toList())
            : new Texts(input.text("query"), input.texts("documents"));
    input.end();
    Arguments options = args.object("options");
    RankRequest request = new RankRequest(read, GenerateOptionsJson.readClaim(options));
    options.end();
    return request;
  }
}
