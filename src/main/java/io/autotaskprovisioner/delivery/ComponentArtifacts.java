package io.autotaskprovisioner.delivery;

import io.autotaskprovisioner.setting.Slip;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** Knows which artifact brings a scheme that is not on the class path. Stateless. */
final class ComponentArtifacts {

  private static final String FILE = "/delivery/components.properties";

  /** So close must a known scheme be for an unknown one to count as a slip. */
  private static final int SLIP = Slip.LETTERS;

  private ComponentArtifacts() {}

  /** What to do about the missing scheme, to follow "there is no component …". */
  static String advice(String scheme, String camelVersion) {
    Properties artifacts = read();
    String artifact = artifacts.getProperty(scheme);
    if (artifact != null) {
      return "put org.apache.camel:%s:%s and its dependencies into ext/"
          .formatted(artifact, camelVersion);
    }
    String nearest = Slip.nearest(scheme, artifacts.stringPropertyNames());
    return Slip.distance(scheme, nearest) <= SLIP
        ? "did you mean %s?".formatted(nearest)
        : "Camel %s has none of that name; put the jar that brings it and its dependencies into ext/"
            .formatted(camelVersion);
  }

  private static Properties read() {
    Properties artifacts = new Properties();
    try (InputStream file = ComponentArtifacts.class.getResourceAsStream(FILE)) {
      artifacts.load(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return artifacts;
  }
}
