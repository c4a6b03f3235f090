package io.autotaskprovisioner.account;

/**
 * A caller: the owner of instances, batches and requests. Holds no secret.
 *
 * @param login whether it has a password, and so may fetch its secrets by logging in
 */
public record Account(
    long id,
    String email,
    String firstName,
    String lastName,
    String role,
    boolean disabled,
    boolean login) {

  /** The role that may do administrative acts. */
  public static final String ADMIN = "admin";

  /** The role of every other caller: it sees and changes what is its own. */
  public static final String MEMBER = "member";

  public boolean isAdmin() {
    return ADMIN.equals(role);
  }
}
