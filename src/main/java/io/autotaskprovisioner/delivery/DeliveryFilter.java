package io.autotaskprovisioner.delivery;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Which deliveries; a null component does not restrict.
 *
 * @param accountId null only where an operator asks for all accounts
 * @param from made then or later
 * @param to made before
 * @param lastStatusCode what the receiver answered last
 * @param error a part of the last error, in any case
 */
public record DeliveryFilter(
    @Nullable Long accountId,
    @Nullable DeliveryStatus status,
    @Nullable String destination,
    @Nullable Long instanceId,
    @Nullable String eventType,
    @Nullable Instant from,
    @Nullable Instant to,
    @Nullable Integer lastStatusCode,
    @Nullable String error) {

  public DeliveryFilter(
      @Nullable Long accountId,
      @Nullable DeliveryStatus status,
      @Nullable String destination,
      @Nullable Long instanceId,
      @Nullable String eventType) {
    this(accountId, status, destination, instanceId, eventType, null, null, null, null);
  }

  public static DeliveryFilter ofAccount(long accountId) {
    return new DeliveryFilter(accountId, null, null, null, null);
  }

  public DeliveryFilter withStatus(@Nullable DeliveryStatus newStatus) {
    return new DeliveryFilter(
        accountId, newStatus, destination, instanceId, eventType, from, to, lastStatusCode, error);
  }

  public DeliveryFilter withDestination(@Nullable String newDestination) {
    return new DeliveryFilter(
        accountId, status, newDestination, instanceId, eventType, from, to, lastStatusCode, error);
  }

  public DeliveryFilter withInstanceId(@Nullable Long newInstanceId) {
    return new DeliveryFilter(
        accountId, status, destination, newInstanceId, eventType, from, to, lastStatusCode, error);
  }

  public DeliveryFilter withEventType(@Nullable String newEventType) {
    return new DeliveryFilter(
        accountId, status, destination, instanceId, newEventType, from, to, lastStatusCode, error);
  }
}
