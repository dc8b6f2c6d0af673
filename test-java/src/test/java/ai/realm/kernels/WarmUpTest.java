package ai.realm.kernels;

import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.realm.gguf.TensorType;
import java.lang.reflect.Proxy;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WarmUpTest {
  private static final Set<TensorType> TYPES = Set.of(TensorType.F32, TensorType.Q4_K);

  /** Kernels that do nothing, but throw {@code failure} where {@code method} is called. */
  private static <T> T failing(Class<T> kernels, String method, RuntimeException failure) {
    return kernels.cast(
        Proxy.newProxyInstance(
            kernels.getClassLoader(),
            new Class<?>[] {kernels},
            (proxy, called, arguments) -> {
              if (called.getName().equals(method)) {
                throw failure;
              }
              return called.getReturnType() == AttentionKernels.class
                  ? failing(AttentionKernels.class, method, failure)
                  : null;
            }));
  }

  @Test
  void endsWhereAllKernelsWork() {
    WarmUp.start(KernelProvider.get().kernels(), TYPES, OptionalInt.of(64), KvFormat.Q8_0).join();
  }

  /** Whichever thread it is on. */
  @ParameterizedTest
  @ValueSource(strings = {"prepare", "attend", "swiglu"})
  void throwsWhatAKernelThrows(String method) {
    RuntimeException failure = new RuntimeException("refused");
    Kernels kernels = failing(Kernels.class, method, failure);
    WarmUp warmUp =
        WarmUp.start(
            kernels, method.equals("prepare") ? TYPES : Set.of(), OptionalInt.of(64), KvFormat.F16);
    assertSame(failure, assertThrows(IllegalStateException.class, warmUp::join).getCause());
  }
}
