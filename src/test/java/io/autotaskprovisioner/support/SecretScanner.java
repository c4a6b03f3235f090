package io.autotaskprovisioner.support;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/**
 * Looks for secrets in whatever a run left behind: as they are, and in the ways in which they get
 * into texts and files. Archives are looked into. Not thread-safe.
 */
public final class SecretScanner {

  /** Shorter ones would be found everywhere. */
  private static final int MIN_LENGTH = 8;

  private static final int MAX_FILE = 64 << 20;

  /** Most places are passed by a look into a table that fits a cache. */
  private static final int SLOT_BITS = 18;

  private final boolean[] possible = new boolean[1 << SLOT_BITS];
  private final Map<Long, List<Form>> byBeginning = new HashMap<>();
  private final Set<String> names = new LinkedHashSet<>();

  /** A secret that must not be found; the name stands in what is told of it. */
  public SecretScanner add(String name, String secret) {
    if (secret.length() < MIN_LENGTH) {
      throw new IllegalArgumentException(name + " is too short to be looked for");
    }
    names.add(name);
    formsOf(secret)
        .forEach(
            (form, looked) ->
                remember(new Form(name, form, looked.getBytes(StandardCharsets.ISO_8859_1))));
    return this;
  }

  public int size() {
    return names.size();
  }

  /** What is found in the text: place, secret and form. */
  public List<String> inText(String place, String text) {
    return inBytes(place, text.getBytes(StandardCharsets.UTF_8), name -> true);
  }

  /**
   * What is found in the files below the folder.
   *
   * @param allowed whether the secret of this name may be in the file of this path, relative to the
   *     folder with slashes
   */
  public List<String> inFiles(Path folder, Allowed allowed) {
    List<String> found = new ArrayList<>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        String place = folder.relativize(file).toString().replace('\\', '/');
        if (Files.size(file) > MAX_FILE) {
          throw new IllegalStateException(file + " is too large to be looked through");
        }
        byte[] content = Files.readAllBytes(file);
        found.addAll(inBytes(place, content, name -> !allowed.in(place, name)));
        if (place.endsWith(".zip")) {
          found.addAll(inZip(place, content));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return found;
  }

  /** Where which secret may be. */
  @FunctionalInterface
  public interface Allowed {

    boolean in(String place, String name);
  }

  private List<String> inZip(String place, byte[] content) throws IOException {
    List<String> found = new ArrayList<>();
    try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(content))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        found.addAll(inBytes(place + "!" + entry.getName(), zip.readAllBytes(), name -> true));
      }
    }
    return found;
  }

  /** Byte by byte: forms are looked for as the bytes they have, in one pass for all of them. */
  private List<String> inBytes(String place, byte[] content, Predicate<String> wanted) {
    Set<String> found = new LinkedHashSet<>();
    long window = 0;
    for (int i = 0; i < content.length; i++) {
      window = window << Byte.SIZE | content[i] & 0xff;
      if (i >= MIN_LENGTH - 1 && possible[slot(window)]) {
        for (Form form : byBeginning.getOrDefault(window, List.of())) {
          if (form.isAt(content, i - MIN_LENGTH + 1) && wanted.test(form.secret())) {
            found.add("%s holds %s (%s)".formatted(place, form.secret(), form.name()));
          }
        }
      }
    }
    return List.copyOf(found);
  }

  private void remember(Form form) {
    long beginning = 0;
    for (int i = 0; i < MIN_LENGTH; i++) {
      beginning = beginning << Byte.SIZE | form.bytes()[i] & 0xff;
    }
    possible[slot(beginning)] = true;
    byBeginning.computeIfAbsent(beginning, b -> new ArrayList<>()).add(form);
  }

  private static int slot(long beginning) {
    return (int) (beginning * 0x9E3779B97F4A7C15L >>> Long.SIZE - SLOT_BITS);
  }

  /** A way in which a secret may stand somewhere. */
  private record Form(String secret, String name, byte[] bytes) {

    boolean isAt(byte[] content, int place) {
      return place + bytes.length <= content.length
          && Arrays.equals(content, place, place + bytes.length, bytes, 0, bytes.length);
    }
  }

  private static Map<String, String> formsOf(String secret) {
    byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
    Map<String, String> forms = new LinkedHashMap<>();
    put(forms, "plain", secret);
    String json = new String(JsonStringEncoder.getInstance().quoteAsString(secret));
    put(forms, "JSON", json);
    put(forms, "JSON in JSON", new String(JsonStringEncoder.getInstance().quoteAsString(json)));
    put(forms, "JSON with slashes", json.replace("/", "\\/"));
    String url = URLEncoder.encode(secret, StandardCharsets.UTF_8);
    put(forms, "URL", url);
    put(forms, "URL, space as %20", url.replace("+", "%20"));
    put(forms, "URL, small digits", lowerDigits(url));
    put(forms, "HTML", secret.replace("&", "&amp;").replace("<", "&lt;").replace("\"", "&quot;"));
    put(forms, "CSV", secret.replace("\"", "\"\""));
    put(forms, "hex", HexFormat.of().formatHex(bytes));
    put(forms, "HEX", HexFormat.of().withUpperCase().formatHex(bytes));
    put(forms, "UTF-16", latin(secret.getBytes(StandardCharsets.UTF_16LE)), true);
    for (int before = 0; before < 3; before++) {
      String standard = inner(bytes, before);
      put(forms, "base64 behind " + before, standard);
      put(forms, "base64url behind " + before, standard.replace('+', '-').replace('/', '_'));
    }
    return forms;
  }

  /** The part of the base64 that is the same whatever stands before and after the secret. */
  private static String inner(byte[] bytes, int before) {
    byte[] shifted = new byte[before + bytes.length];
    System.arraycopy(bytes, 0, shifted, before, bytes.length);
    int whole = shifted.length / 3 * 3;
    String encoded =
        Base64.getEncoder().withoutPadding().encodeToString(Arrays.copyOf(shifted, whole));
    return encoded.substring(before == 0 ? 0 : 4);
  }

  private static String lowerDigits(String url) {
    StringBuilder lower = new StringBuilder(url);
    for (int i = 0; i + 2 < url.length(); i++) {
      if (url.charAt(i) == '%') {
        lower.replace(i + 1, i + 3, url.substring(i + 1, i + 3).toLowerCase(Locale.ROOT));
      }
    }
    return lower.toString();
  }

  private static void put(Map<String, String> forms, String form, String text) {
    put(forms, form, latin(text.getBytes(StandardCharsets.UTF_8)), false);
  }

  private static void put(
      Map<String, String> forms, String form, String latin, boolean evenIfThere) {
    if (evenIfThere || !forms.containsValue(latin)) {
      forms.put(form, latin);
    }
  }

  private static String latin(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }
}
