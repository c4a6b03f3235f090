package io.autotaskprovisioner.audit;

/** Every administrative act there is, by the name that the audit table, API and commands show. */
public enum AuditedAct {
  ACCOUNT_CREATE("account", true),
  ACCOUNT_DISABLE("account", true),
  ACCOUNT_ENABLE("account", true),
  ACCOUNT_ROTATE("account", true),
  ACCOUNT_PASSWORD_SET("account", true),
  ACCOUNT_PASSWORD_REMOVE("account", true),
  REQUEST_RETRY("request", false),
  REQUESTS_RETRY("request", false),
  REQUEST_DISCARD("request", false),
  REQUESTS_DISCARD("request", false),
  BATCH_RETRY("batch", false),
  BATCH_CANCEL("batch", false),
  BATCH_END("batch", false),
  DELIVERY_REDELIVER("delivery", false),
  DELIVERIES_REDELIVER("delivery", false),
  DELIVERY_DISCARD("delivery", false),
  DELIVERIES_DISCARD("delivery", false),
  REPLIES_RETRY("reply", false),
  REPLIES_DISCARD("reply", false),
  OPERATION_CANCEL("operation", false),
  DESTINATION_ENABLE("destination", true),
  DESTINATION_DISCARD("destination", true),
  VERIFICATION_RESUME("verification", true),
  VERIFICATION_DISCARD("verification", true),
  SCHEDULE_RUN("schedule", true),
  IMPORT_BEGIN("import", true),
  IMPORT_CANCEL("import", true),
  KEY_ADD("key", true),
  KEY_USE("key", true),
  KEY_RESEAL("key", true),
  KEY_REMOVE("key", true),
  BACKUP_CREATE("backup", true),
  BACKUP_RESTORE("backup", true),
  /** A command works on the database itself, since no server answers it. */
  DATABASE_OPEN("database", true);

  private final String targetKind;
  private final boolean forAdministrators;

  AuditedAct(String targetKind, boolean forAdministrators) {
    this.targetKind = targetKind;
    this.forAdministrators = forAdministrators;
  }

  /** What it is done to, in one word. */
  public String targetKind() {
    return targetKind;
  }

  /** Whether an administrator alone may do it; the others anybody does to what is his own. */
  public boolean isForAdministrators() {
    return forAdministrators;
  }
}
