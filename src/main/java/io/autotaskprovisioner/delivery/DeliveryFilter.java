package io.autotaskprovisioner.delivery;

import org.jspecify.annotations.Nullable;

/**
 * Which deliveries; a null component does not restrict.
 *
 * @param accountId null only where an operator asks for all accounts
 */
public record DeliveryFilter(
    @Nullable Long accountId,
    @Nullable DeliveryStatus status,
    @Nullable String destination,
    @Nullable Long instanceId,
    @Nullable String eventType) {

  public static DeliveryFilter ofAccount(long accountId) {
    return new DeliveryFilter(accountId, null, null, null, null);
  }

  public DeliveryFilter withStatus(@Nullable DeliveryStatus newStatus) {
    return new DeliveryFilter(accountId, newStatus, destination, instanceId, eventType);
  }

  public DeliveryFilter withDestination(@Nullable String newDestination) {
    return new DeliveryFilter(accountId, status, newDestination, instanceId, eventType);
  }

  public DeliveryFilter withInstanceId(@Nullable Long newInstanceId) {
    return new DeliveryFilter(accountId, status, destination, newInstanceId, eventType);
  }

  public DeliveryFilter withEventType(@Nullable String newEventType) {
    return new DeliveryFilter(accountId, status, destination, instanceId, newEventType);
  }
}
