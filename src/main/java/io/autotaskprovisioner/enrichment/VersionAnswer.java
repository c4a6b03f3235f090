package io.autotaskprovisioner.enrichment;

import com.fasterxml.jackson.annotation.JsonAlias;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The answer of Version, with Autotask's own names (its Swagger, V1.0; older zones: PascalCase).
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record VersionAnswer(
    @JsonAlias("MajorVersion") @Nullable String majorVersion,
    @JsonAlias("MinorVersion") @Nullable String minorVersion,
    @JsonAlias("Build") @Nullable String build) {

  /** Such as {@code 2026.3.0.17}; null where the answer has no part of it. */
  @Nullable String text() {
    String text =
        Stream.of(majorVersion, minorVersion, build)
            .filter(Objects::nonNull)
            .map(String::strip)
            .filter(part -> !part.isEmpty())
            .collect(Collectors.joining("."));
    return text.isEmpty() ? null : text;
  }
}
