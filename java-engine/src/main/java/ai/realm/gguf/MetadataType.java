package ai.realm.gguf;

/** The types of metadata values; the ordinal is the id in the file. */
enum MetadataType {
  UINT8(1, "an 8-bit unsigned integer"),
  INT8(1, "an 8-bit integer"),
  UINT16(2, "a 16-bit unsigned integer"),
  INT16(2, "a 16-bit integer"),
  UINT32(4, "a 32-bit unsigned integer"),
  INT32(4, "a 32-bit integer"),
  FLOAT32(4, "a 32-bit float"),
  BOOL(1, "a boolean"),
  STRING(0, "a string"),
  ARRAY(0, "an array"),
  UINT64(8, "a 64-bit unsigned integer"),
  INT64(8, "a 64-bit integer"),
  FLOAT64(8, "a 64-bit float");

  private static final MetadataType[] BY_ID = values();

  /** Bytes of one value; 0 where they vary. */
  final int bytes;

  /** The type in words, for messages. */
  final String words;

  MetadataType(int bytes, String words) {
    this.bytes = bytes;
    this.words = words;
  }

  /** The type with this id, or null. */
  static MetadataType ofId(int id) {
    return id >= 0 && id < BY_ID.length ? BY_ID[id] : null;
  }
}
