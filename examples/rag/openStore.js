import { existsSync } from 'node:fs'
import Database from 'libsql'

// SQLite with vectors. libsql has the interface of better-sqlite3, and comes compiled for Linux (glibc and musl), macOS and Windows
// as npm packages, so that nothing is compiled or fetched from elsewhere as it is installed, on Node 20 too; and it compares vectors
// by itself. With better-sqlite3 or node:sqlite, load the extension `sqlite-vec`, and write vec_distance_cosine for vector_distance_cos.

/**
 * Passages of files and their vectors, in a file.
 *
 * @param {string} path is made if it is not there
 * @param {string} [embedder] the model whose vectors a new file is for
 */
export function openStore(path, embedder) {
  if (embedder === undefined && !existsSync(path)) throw new Error(`${path} is not there: index.js makes it`)
  const db = new Database(path)
  db.exec(`
    PRAGMA journal_mode = WAL;
    PRAGMA foreign_keys = ON;
    CREATE TABLE IF NOT EXISTS model (id INTEGER PRIMARY KEY CHECK (id = 1), source TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS file (name TEXT PRIMARY KEY, sum TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS passage (
      file TEXT NOT NULL REFERENCES file (name) ON DELETE CASCADE,
      line INTEGER NOT NULL, heading TEXT NOT NULL, text TEXT NOT NULL, vector BLOB NOT NULL);
    CREATE INDEX IF NOT EXISTS passage_file ON passage (file);`)
  // Vectors of one model mean nothing to another, so the file keeps to its own.
  if (embedder !== undefined) db.prepare('INSERT OR IGNORE INTO model VALUES (1, ?)').run(embedder)
  const { source } = db.prepare('SELECT source FROM model').get()
  if (embedder !== undefined && embedder !== source)
    throw new Error(`${path} has vectors of ${source}, not of ${embedder}: give that, or another file`)

  const addFile = db.prepare('INSERT INTO file VALUES (?, ?)')
  const removeFile = db.prepare('DELETE FROM file WHERE name = ?')
  const addPassage = db.prepare('INSERT INTO passage VALUES (?, ?, ?, ?, ?)')
  // Compares with each: a millisecond for a thousand passages. Beyond a hundred thousand, an index is worth its while.
  const nearest = db.prepare(`
    SELECT file, line, heading, text, 1 - vector_distance_cos(vector, ?) AS similarity
    FROM passage ORDER BY similarity DESC LIMIT ?`)

  return {
    embedder: source,

    /** Whether a file is here as it is now. */
    has: (name, sum) =>
      db.prepare('SELECT 1 FROM file WHERE name = ? AND sum = ?').get(name, sum) !== undefined,

    /** Takes a file's passages, for those that it had. */
    put: db.transaction((name, sum, passages) => {
      removeFile.run(name)
      addFile.run(name, sum)
      for (const { line, heading, text, vector } of passages)
        addPassage.run(name, line, heading, text, blobOf(vector))
    }),

    /** Forgets all files but these, and says how many those were. */
    keep: db.transaction((names) => {
      const gone = db
        .prepare('SELECT name FROM file')
        .all()
        .filter(({ name }) => !names.includes(name))
      for (const { name } of gone) removeFile.run(name)
      return gone.length
    }),

    count: () => db.prepare('SELECT count(*) AS count FROM passage').get().count,

    /** The passages that mean most nearly what a vector does, the nearest first. */
    nearest: (vector, count) => nearest.all(blobOf(vector), count),

    close: () => db.close(),
  }
}

/** @param {Float32Array} vector */
function blobOf(vector) {
  return Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength)
}
