package ai.realm.host;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import java.util.Optional;

/** Straight to {@link HostFunctions}. */
final class DirectBridge implements CaseBridge {
  private final WasmMemory memory;
  private final HostFunctions silent;
  private final HostFunctions streaming;

  DirectBridge(Tenant tenant, int pages, StreamToken pieces) {
    this.memory = new WasmMemory(pages);
    this.silent = new HostFunctions(tenant, memory, Optional.empty());
    this.streaming = new HostFunctions(tenant, memory, Optional.of(pieces));
  }

  @Override
  public long size() {
    return memory.size();
  }

  @Override
  public byte[] bytes() {
    return memory.bytes();
  }

  @Override
  public void write(long at, byte[] bytes) {
    memory.write(at, bytes);
  }

  @Override
  public void grow(int pages) {
    memory.grow(pages);
  }

  @Override
  public int call(HostFunction function, boolean streams, long... args) {
    return function.call(streams ? streaming : silent, args);
  }

  @Override
  public Optional<ErrorCode> lastError(boolean streams) {
    return (streams ? streaming : silent).lastError().map(EngineException::code);
  }

  @Override
  public void close() {
    memory.close();
  }
}
