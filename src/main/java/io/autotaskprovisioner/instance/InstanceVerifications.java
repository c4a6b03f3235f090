package io.autotaskprovisioner.instance;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;

/**
 * What a later verification changes in the table {@code instance}. Thread-safe; every method runs
 * on the caller's connection.
 */
public final class InstanceVerifications {

  private static final String CHANGE_VALIDITY =
      """
      update instance set valid = ?, updated_at = ?, version = version + 1
      where id = ? and version = ? and valid <> ? and disabled = false
      """;

  private static final String NOTE_VERIFIED =
      """
      update instance set zone_name = ?, zone_url = ?, web_url = ?, database_id = ?,
        request_threshold = ?, threshold_timeframe_minutes = ?, timeframe_request_count = ?,
        verified_at = ?
      where id = ? and version = ? and disabled = false
      """;

  /**
   * Changes whether the instance is valid.
   *
   * @param instance as it was read
   * @return false where it is so already, or the instance has been changed, disabled or removed
   *     since it was read: nothing is changed then
   */
  public boolean changeValidity(
      Connection connection, Instance instance, boolean valid, Instant changedAt)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(CHANGE_VALIDITY)) {
      statement.setBoolean(1, valid);
      statement.setObject(2, changedAt.atOffset(ZoneOffset.UTC));
      statement.setLong(3, instance.id());
      statement.setInt(4, instance.version());
      statement.setBoolean(5, valid);
      return statement.executeUpdate() == 1;
    }
  }

  /**
   * Notes what Autotask said when it accepted the login anew; what it was not asked stays. No
   * change that callers see, so the version stays, too.
   *
   * @param version as it is in the row; nothing is noted where that has changed
   */
  public void noteVerified(Connection connection, long id, int version, TenantDetails tenant)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(NOTE_VERIFIED)) {
      int i = 0;
      statement.setString(++i, tenant.zoneName());
      statement.setString(++i, tenant.zoneUrl());
      statement.setString(++i, tenant.webUrl());
      statement.setObject(++i, tenant.databaseId());
      statement.setObject(++i, tenant.requestThreshold());
      statement.setObject(++i, tenant.thresholdTimeframeMinutes());
      statement.setObject(++i, tenant.timeframeRequestCount());
      statement.setObject(++i, tenant.verifiedAt().atOffset(ZoneOffset.UTC));
      statement.setLong(++i, id);
      statement.setInt(++i, version);
      statement.executeUpdate();
    }
  }
}
