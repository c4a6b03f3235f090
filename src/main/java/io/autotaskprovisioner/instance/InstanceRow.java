package io.autotaskprovisioner.instance;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.autotaskprovisioner.element.Element;
import io.autotaskprovisioner.element.ElementCatalogue;
import io.autotaskprovisioner.secret.KeyRing;
import io.autotaskprovisioner.secret.Mask;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Turns instances into rows and back: seals the token and the secret configuration values, each
 * bound to its column and id. Thread-safe.
 */
public final class InstanceRow {

  /** What a whole instance is read from: what was learnt of the tenant stands in its row. */
  static final String COLUMNS =
      """
      i.*, coalesce(t.product_version, i.product_version) as learnt_version,
        coalesce(t.company_name, i.company_name) as learnt_company
      """;

  static final String TENANT_JOIN = "left join tenant t on t.database_id = i.database_id";

  static final String SUMMARY_COLUMNS =
      """
      i.id, i.account_id, i.element_key, i.name, i.sealed_token, i.tags_json,
        i.external_authentication, i.valid, i.disabled, i.trace_logging_enabled, i.created_at
      """;

  private static final TypeReference<List<String>> TAGS = new TypeReference<>() {};
  private static final TypeReference<LinkedHashMap<String, @Nullable String>> CONFIGURATION =
      new TypeReference<>() {};

  private final ObjectMapper json;
  private final KeyRing keyRing;
  private final ElementCatalogue catalogue;

  public InstanceRow(ObjectMapper json, KeyRing keyRing, ElementCatalogue catalogue) {
    this.json = json;
    this.keyRing = keyRing;
    this.catalogue = catalogue;
  }

  /** Fills the 29 parameters of the insert, in the order of its columns. */
  void write(PreparedStatement statement, Instance instance) throws SQLException {
    Columns columns = columns(instance);
    int i = 0;
    statement.setLong(++i, instance.id());
    statement.setLong(++i, instance.accountId());
    statement.setString(++i, instance.requestKey());
    statement.setString(++i, instance.elementKey());
    statement.setString(++i, instance.name());
    statement.setBytes(++i, tokenHash(instance.token()));
    statement.setBytes(++i, keyRing.seal(bytes(instance.token()), tokenContext(instance.id())));
    i = columns.write(statement, i);
    statement.setString(++i, instance.externalAuthentication());
    i = writeFlags(statement, i, instance);
    i = writeTenant(statement, i, instance.tenant());
    statement.setObject(++i, utc(instance.createdAt()));
    statement.setObject(++i, utc(instance.updatedAt()));
    statement.setInt(++i, instance.version());
  }

  /** Fills the parameters of the update, in the order of its columns; answers how many. */
  int writeChange(PreparedStatement statement, Instance instance, boolean tenant)
      throws SQLException {
    int i = 0;
    statement.setString(++i, instance.name());
    i = columns(instance).write(statement, i);
    i = writeFlags(statement, i, instance);
    statement.setObject(++i, utc(instance.updatedAt()));
    statement.setInt(++i, instance.version());
    return tenant ? writeTenant(statement, i, instance.tenant()) : i;
  }

  /** The columns that hold the configuration and the tags. */
  private record Columns(
      String userName, String serverUrl, byte[] sealedSecrets, String tags, String configuration) {

    int write(PreparedStatement statement, int before) throws SQLException {
      int i = before;
      statement.setString(++i, userName);
      statement.setString(++i, serverUrl);
      statement.setBytes(++i, sealedSecrets);
      statement.setString(++i, tags);
      statement.setString(++i, configuration);
      return i;
    }
  }

  private Columns columns(Instance instance) {
    Element element = catalogue.find(instance.elementKey()).orElseThrow();
    Map<String, @Nullable String> shown = new LinkedHashMap<>();
    Map<String, String> secrets = new LinkedHashMap<>();
    instance
        .configuration()
        .forEach(
            (key, value) -> {
              boolean secret = value != null && !value.isEmpty() && element.isSecret(key);
              shown.put(key, secret ? Mask.MASK : value);
              if (secret) {
                secrets.put(key, value);
              }
            });
    return new Columns(
        instance.configuration().getOrDefault(element.userNameKey(), ""),
        instance.configuration().getOrDefault(element.serverUrlKey(), ""),
        keyRing.seal(bytes(text(secrets)), secretsContext(instance.id())),
        text(instance.tags()),
        text(shown));
  }

  private static int writeFlags(PreparedStatement statement, int before, Instance instance)
      throws SQLException {
    int i = before;
    statement.setBoolean(++i, instance.valid());
    statement.setBoolean(++i, instance.disabled());
    statement.setBoolean(++i, instance.traceLoggingEnabled());
    return i;
  }

  private static int writeTenant(PreparedStatement statement, int before, TenantDetails tenant)
      throws SQLException {
    int i = before;
    statement.setString(++i, tenant.zoneName());
    statement.setString(++i, tenant.zoneUrl());
    statement.setString(++i, tenant.webUrl());
    statement.setObject(++i, tenant.databaseId());
    statement.setObject(++i, tenant.requestThreshold());
    statement.setObject(++i, tenant.thresholdTimeframeMinutes());
    statement.setObject(++i, tenant.timeframeRequestCount());
    statement.setString(++i, tenant.productVersion());
    statement.setString(++i, tenant.companyName());
    statement.setObject(++i, utc(tenant.verifiedAt()));
    return i;
  }

  Instance read(ResultSet row) throws SQLException {
    long id = row.getLong("id");
    Map<String, @Nullable String> configuration =
        parse(row.getString("configuration_json"), CONFIGURATION);
    configuration.putAll(
        parse(
            new String(
                keyRing.open(row.getBytes("sealed_secrets"), secretsContext(id)),
                StandardCharsets.UTF_8),
            CONFIGURATION));
    return new Instance(
        id,
        row.getLong("account_id"),
        row.getString("request_key"),
        row.getString("element_key"),
        row.getString("name"),
        token(row, id),
        tags(row),
        configuration,
        row.getString("external_authentication"),
        row.getBoolean("valid"),
        row.getBoolean("disabled"),
        row.getBoolean("trace_logging_enabled"),
        tenant(row),
        instant(row, "created_at"),
        instant(row, "updated_at"),
        row.getInt("version"));
  }

  /** A row of the summary's columns; opens the token and nothing else. */
  InstanceSummary readSummary(ResultSet row) throws SQLException {
    long id = row.getLong("id");
    return new InstanceSummary(
        id,
        row.getLong("account_id"),
        row.getString("element_key"),
        row.getString("name"),
        token(row, id),
        tags(row),
        row.getString("external_authentication"),
        row.getBoolean("valid"),
        row.getBoolean("disabled"),
        row.getBoolean("trace_logging_enabled"),
        instant(row, "created_at"));
  }

  private String token(ResultSet row, long id) throws SQLException {
    return new String(openToken(id, row.getBytes("sealed_token")), StandardCharsets.UTF_8);
  }

  List<String> tags(ResultSet row) throws SQLException {
    return parse(row.getString("tags_json"), TAGS);
  }

  byte[] openToken(long id, byte[] sealedToken) {
    return keyRing.open(sealedToken, tokenContext(id));
  }

  /** The keyed hash that a token is found by. */
  byte[] tokenHash(String token) {
    return keyRing.hash("instance.token", bytes(token));
  }

  private static TenantDetails tenant(ResultSet row) throws SQLException {
    return new TenantDetails(
        row.getString("zone_name"),
        row.getString("zone_url"),
        row.getString("web_url"),
        row.getObject("database_id", Long.class),
        row.getObject("request_threshold", Integer.class),
        row.getObject("threshold_timeframe_minutes", Integer.class),
        row.getObject("timeframe_request_count", Integer.class),
        row.getString("learnt_version"),
        row.getString("learnt_company"),
        instant(row, "verified_at"));
  }

  private String text(Object value) {
    try {
      return json.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  private <T> T parse(String text, TypeReference<T> type) {
    try {
      return json.readValue(text, type);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String tokenContext(long id) {
    return "instance.sealed_token:" + id;
  }

  private static String secretsContext(long id) {
    return "instance.sealed_secrets:" + id;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static OffsetDateTime utc(Instant instant) {
    return instant.atOffset(ZoneOffset.UTC);
  }

  private static Instant instant(ResultSet row, String column) throws SQLException {
    return row.getObject(column, OffsetDateTime.class).toInstant();
  }
}
