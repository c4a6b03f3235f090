package io.autotaskprovisioner.setting;

/**
 * A setting that cannot be used. The message is one sentence that names the key and the way out.
 */
public final class InvalidSettingException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public InvalidSettingException(String message) {
    super(message);
  }

  public InvalidSettingException(String message, Throwable cause) {
    super(message, cause);
  }
}
