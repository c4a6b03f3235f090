package io.autotaskprovisioner.storage;

/** The sequences that ids come from, with the size of the block that one look-up takes. */
public enum Sequence {
  ACCOUNT("account_ids", 100),
  BATCH("batch_ids", 100),
  REQUEST("request_ids", 1000),
  INSTANCE("instance_ids", 1000),
  EVENT("event_ids", 1000),
  DELIVERY("delivery_ids", 1000),
  CONFIGURATION_KEY("configuration_key_ids", 100),
  IMPORT("import_ids", 10),
  OPERATION("operation_ids", 10);

  private final String sqlName;
  private final int blockSize;

  Sequence(String sqlName, int blockSize) {
    this.sqlName = sqlName;
    this.blockSize = blockSize;
  }

  String sqlName() {
    return sqlName;
  }

  int blockSize() {
    return blockSize;
  }
}
