package io.autotaskprovisioner.element;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import org.jspecify.annotations.Nullable;

/**
 * One configuration key of an element, as the catalogue describes it.
 *
 * @param type {@code TEXTFIELD_32|64|128|1000}, {@code TEXTAREA}, {@code BOOLEAN} or {@code
 *     PASSWORD}
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record ConfigurationEntry(
    String key,
    String name,
    String description,
    @Nullable String defaultValue,
    String type,
    boolean required,
    boolean active,
    int displayOrder,
    boolean internal,
    boolean groupControl,
    boolean companyConfig,
    boolean resellerConfig,
    boolean hideFromConsole) {

  @JsonIgnore
  public boolean isBoolean() {
    return type.equals("BOOLEAN");
  }

  @JsonIgnore
  public boolean isSecret() {
    return type.equals("PASSWORD");
  }
}
