package ai.realm.model;

import ai.realm.kernels.WorkerPool;

/** What is done to each row by itself, divided among the threads of a pool. */
record Rowwise(WorkerPool pool) {
  /** Runs {@code task} for every row from 0 to {@code rows}. */
  void each(int rows, WorkerPool.Task task) {
    int pieces = Math.min(rows, pool.threads() * 4);
    pool.run(
        pieces,
        piece -> {
          int end = (int) ((long) rows * (piece + 1) / pieces);
          for (int row = (int) ((long) rows * piece / pieces); row < end; row++) {
            task.run(row);
          }
        });
  }
}
