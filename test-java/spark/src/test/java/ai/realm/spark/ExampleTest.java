package ai.realm.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.realm.GenerateOptions;
import ai.realm.Model;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The application that docs/spark.md shows, in a process of its own that does the rows itself. */
class ExampleTest {
  private static final Pattern PROGRAM = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
  private static final String OF_REALM = "jdk.incubator.vector|--enable-native-access";

  @TempDir private Path folder;

  @BeforeEach
  void writeFiles() throws IOException {
    Matcher program = PROGRAM.matcher(Files.readString(Path.of("../../docs/spark.md")));
    assertTrue(program.find());
    Files.writeString(folder.resolve("Answers.java"), program.group(1));
    Files.writeString(
        folder.resolve("questions.json"),
        "{\"question\":\"the cat\"}\n{\"question\":\"<|im_end|>\"}\n");
  }

  @Test
  void answersQuestions() throws IOException, InterruptedException {
    String output = run(0, flags(), "answers");
    Map<String, String> answers = new TreeMap<>();
    try (Stream<Path> parts = Files.list(folder.resolve("answers"))) {
      for (Path part : parts.filter(file -> file.toString().endsWith(".json")).toList()) {
        for (String line : Files.readAllLines(part)) {
          JsonObject row = JsonParser.parseString(line).getAsJsonObject();
          answers.put(row.get("question").getAsString(), row.get("answer").getAsString());
        }
      }
    }
    assertEquals(2, answers.size());
    try (Model alone = LocalCluster.loadAlone()) {
      answers.forEach((question, answer) -> {
        // The model knows none of the template's tokens: all of it is plain text.
        String prompt = "<|im_start|>user\n" + question + "<|im_end|>\n<|im_start|>assistant\n";
        GenerateOptions options =
            new GenerateOptions().maxTokens(20).temperature(0.5).seed(RowSeed.of(1, question));
        assertEquals(alone.generate(prompt, options).text(), answer);
        assertTrue(output.contains(question), output);
      });
    }
  }

  @Test
  void saysWhichFlagIsMissing() throws IOException, InterruptedException {
    List<String> others = new ArrayList<>(flags());
    others.removeIf(flag -> Pattern.compile(OF_REALM).matcher(flag).find());
    assertNotEquals(flags(), others);
    String output = run(1, others, "none");
    assertTrue(
        output.contains(
            "UNSUPPORTED_RUNTIME: this Java was started without"
                + " --add-modules=jdk.incubator.vector"),
        output);
  }

  /** Those of this process, which are as Spark's launcher gives them. */
  private static List<String> flags() {
    return ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(flag -> flag.startsWith("--"))
        .toList();
  }

  /** Its whole output. */
  private String run(int exit, List<String> flags, String answers)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin/java").toString());
    command.addAll(flags);
    command.addAll(List.of("-Dspark.master=local[2]", "-Dspark.ui.enabled=false"));
    String kernels = System.getenv("REALM_TEST_KERNELS");
    if (kernels != null) {
      command.add("-Drealm.kernels.library=" + kernels);
    }
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), "Answers.java"));
    command.addAll(List.of(LocalCluster.modelFile().toString(), "questions.json", answers));
    Path output = folder.resolve("output");
    Process process =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    int code = process.waitFor();
    String text = Files.readString(output, StandardCharsets.UTF_8);
    assertEquals(exit, code, text);
    return text;
  }
}
