package io.autotaskprovisioner.account;

/** What an account is created from. */
public record NewAccount(
    String email, String firstName, String lastName, String role, CallerSecrets secrets) {}
