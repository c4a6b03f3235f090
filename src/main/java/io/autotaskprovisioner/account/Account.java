package io.autotaskprovisioner.account;

/** A caller: the owner of instances, batches and requests. Holds no secret. */
public record Account(
    long id, String email, String firstName, String lastName, String role, boolean disabled) {

  /** The role that may do administrative acts. */
  public static final String ADMIN = "admin";

  /** The role of every other caller: it sees and changes what is its own. */
  public static final String MEMBER = "member";

  public boolean isAdmin() {
    return ADMIN.equals(role);
  }
}
