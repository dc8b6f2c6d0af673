package ai.realm.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The files are as Linux 6.1 writes them. */
class FreeMemoryTest {
  private static final long MB = 1 << 20;

  @TempDir Path root;

  @Test
  void theMachineBoundsWhereNoGroupDoes() throws IOException {
    machine(4000, 1000);
    write("proc/self/cgroup", "0::/user.slice\n");
    write("sys/fs/cgroup/user.slice/memory.max", "max\n");
    write("sys/fs/cgroup/user.slice/memory.current", "1048576\n");
    assertEquals(Optional.of(new FreeMemory(1000 * MB, 4000 * MB, "this machine")), free());
  }

  @Test
  void aGroupOfVersion2BoundsAndItsFilesAreFree() throws IOException {
    machine(4000, 1000);
    write("proc/self/cgroup", "0::/a/b\n");
    group2("a/b", 512, 300, 100);
    assertEquals(Optional.of(group(312, 512)), free());
  }

  @Test
  void aGroupThatAGroupIsInBoundsToo() throws IOException {
    machine(4000, 1000);
    write("proc/self/cgroup", "0::/a/b\n");
    group2("a/b", 512, 100, 0);
    group2("a", 600, 500, 0);
    assertEquals(Optional.of(group(100, 600)), free());
  }

  @Test
  void aGroupOfVersion1BoundsWithAllInIt() throws IOException {
    machine(4000, 1000);
    write("proc/self/cgroup", "9:cpu,cpuacct:/x\n4:hugetlb,memory:/c\n0::/\n");
    group1("c", 256 * MB, 200, 50);
    group1("", Long.MAX_VALUE / 4096 * 4096, 3000, 0);
    assertEquals(Optional.of(group(106, 256)), free());
  }

  @Test
  void inAContainerTheOwnGroupIsWhereTheGroupsBegin() throws IOException {
    machine(4000, 1000);
    write("proc/self/cgroup", "4:memory:/docker/0123\n");
    group1("", 256 * MB, 56, 0);
    assertEquals(Optional.of(group(200, 256)), free());
  }

  @Test
  void aPathAboveTheGroupsIsNotFollowed() throws IOException {
    write("proc/self/cgroup", "0::/../../etc\n");
    group2("", 512, 12, 0);
    assertEquals(Optional.of(group(500, 512)), free());
  }

  @Test
  void whereTheSystemDoesNotTellNothingIsRefused() {
    assertEquals(Optional.empty(), free());
    assertEquals(Long.MAX_VALUE, FreeMemory.require(root, 1L << 50));
  }

  @Test
  void whatHasNoRoomIsRefusedWithTheFigures() throws IOException {
    write("proc/self/cgroup", "0::/\n");
    group2("", 512, 448, 0);
    assertEquals(0, FreeMemory.require(root, 40 * MB));
    assertEquals(39 * MB, FreeMemory.require(root, MB));
    EngineException refused =
        assertThrows(EngineException.class, () -> FreeMemory.require(root, 41 * MB));
    assertEquals(ErrorCode.OUT_OF_MEMORY, refused.code());
    assertEquals(
        "the model's weights need 41 MB more, and 24 MB for what else runs; the control group of"
            + " this process has 64 MB free of 512 MB: give it more, load a smaller model, or"
            + " dispose others first",
        refused.getMessage());
  }

  @Test
  void thisSystemTells() {
    assumeTrue(
        System.getProperty("os.name").equals("Linux"), "what is free is read on Linux alone");
    FreeMemory here = FreeMemory.of(Path.of("/")).orElseThrow();
    assertTrue(here.bytes() > 0 && here.bytes() <= here.limit(), here::toString);
  }

  private Optional<FreeMemory> free() {
    return FreeMemory.of(root);
  }

  private static FreeMemory group(long free, long limit) {
    return new FreeMemory(free * MB, limit * MB, "the control group of this process");
  }

  private void machine(long total, long available) throws IOException {
    write(
        "proc/meminfo",
        "MemTotal:       %d kB\nMemFree:        1 kB\nMemAvailable:   %d kB\n"
            .formatted(total * 1024, available * 1024));
  }

  private void group2(String path, long limit, long used, long files) throws IOException {
    String group = "sys/fs/cgroup/" + path + "/";
    write(group + "memory.max", limit * MB + "\n");
    write(group + "memory.current", used * MB + "\n");
    write(
        group + "memory.stat",
        "anon 1\nfile %d\ninactive_file %d\nactive_file 0\n".formatted(files * MB, files * MB));
  }

  private void group1(String path, long limit, long used, long files) throws IOException {
    String group = "sys/fs/cgroup/memory/" + path + "/";
    write(group + "memory.limit_in_bytes", limit + "\n");
    write(group + "memory.usage_in_bytes", used * MB + "\n");
    write(
        group + "memory.stat",
        "cache 1\nactive_file 0\ntotal_inactive_file 0\ntotal_active_file %d\n"
            .formatted(files * MB));
  }

  private void write(String file, String text) throws IOException {
    Path path = root.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
  }
}
