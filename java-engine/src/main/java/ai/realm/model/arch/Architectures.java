package ai.realm.model.arch;

import static java.util.Map.entry;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The architectures that run, by the names that {@code general.architecture} has for them. {@code
 * js-bindings/lib/catalog/engineModels.js} mirrors the names, for downloads; a test holds both
 * together.
 */
public final class Architectures {
  private static final Map<String, Architecture> ALL =
      new TreeMap<>(
          Map.ofEntries(
              entry("bert", new Bert()),
              entry("cohere2", new Cohere2()),
              entry("deepseek2", new DeepSeek2()),
              entry("ernie4_5", new Ernie45()),
              entry("exaone4", new Exaone4()),
              entry("gemma-embedding", new GemmaEmbedding()),
              entry("gemma2", new Gemma2()),
              entry("gemma3", new Gemma3()),
              entry("gemma3n", new Gemma3n()),
              entry("gemma4", new Gemma4()),
              entry("glm4", new Glm4()),
              entry("gpt-oss", new GptOss()),
              entry("granite", new Granite()),
              entry("granitehybrid", new GraniteHybrid()),
              entry("hunyuan-dense", new HunyuanDense()),
              entry("jina-bert-v2", new JinaBert2()),
              entry("lfm2", new Lfm2()),
              entry("lfm2moe", new Lfm2()),
              entry("llama", new Llama()),
              entry("llama4", new Llama4()),
              entry("mamba2", new Mamba2()),
              entry("mistral3", new Mistral3()),
              entry("modern-bert", new ModernBert()),
              entry("nemotron_h", new NemotronH()),
              entry("nomic-bert", new NomicBert()),
              entry("nomic-bert-moe", new NomicBertMoe()),
              entry("olmo2", new Olmo2()),
              entry("phi3", new Phi3()),
              entry("qwen2", new Qwen2()),
              entry("qwen2moe", new Qwen2Moe()),
              entry("qwen3", new Qwen3()),
              entry("qwen35", new Qwen35()),
              entry("qwen35moe", new Qwen35()),
              entry("qwen3moe", new Qwen3()),
              entry("qwen3next", new Qwen3Next()),
              entry("smollm3", new SmolLm3()),
              entry("stablelm", new StableLm()),
              entry("starcoder2", new Starcoder2())));

  private Architectures() {}

  /** The names of all of them, sorted. */
  public static List<String> names() {
    return List.copyOf(ALL.keySet());
  }

  /**
   * The architecture of this name.
   *
   * @throws EngineException {@code UNSUPPORTED_ARCHITECTURE}, with those that run
   */
  public static Architecture named(String name) {
    Architecture architecture = ALL.get(name);
    if (architecture == null) {
      throw new EngineException(
          ErrorCode.UNSUPPORTED_ARCHITECTURE,
          ("general.architecture is %s, expected one of %s; the file can be inspected and tokenized"
                  + " with, but not run")
              .formatted(name.isEmpty() ? "absent" : name, String.join(", ", names())));
    }
    return architecture;
  }
}
