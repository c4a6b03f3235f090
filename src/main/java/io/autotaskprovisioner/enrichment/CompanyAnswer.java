package io.autotaskprovisioner.enrichment;

import com.fasterxml.jackson.annotation.JsonAlias;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import org.jspecify.annotations.Nullable;

/**
 * The answer of Companies/0, with Autotask's own names; a row that the login may not see is a 200
 * with {@code {"item":null}}.
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record CompanyAnswer(@JsonAlias("Item") @Nullable Item item) {

  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Item(@JsonAlias("CompanyName") @Nullable String companyName) {}

  /** Null where the answer has none. */
  @Nullable String name() {
    String name = item == null ? null : item.companyName();
    return name == null || name.isBlank() ? null : name.strip();
  }
}
