package io.autotaskprovisioner.faults;

import static net.bytebuddy.matcher.ElementMatchers.isConstructor;
import static net.bytebuddy.matcher.ElementMatchers.nameStartsWith;
import static net.bytebuddy.matcher.ElementMatchers.named;
import static net.bytebuddy.matcher.ElementMatchers.takesNoArguments;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.instrument.Instrumentation;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;
import net.bytebuddy.agent.builder.AgentBuilder;
import net.bytebuddy.agent.builder.AgentBuilder.RedefinitionStrategy;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.asm.MemberSubstitution;

/**
 * A Java agent that sets the clock of one process wrong, as a machine without time synchronization
 * has it: that of {@code java.time} and {@code java.util.Date} for everybody, that of {@code
 * System.currentTimeMillis} for the program, Quartz and Camel.
 */
public final class ShiftedClock {

  /**
   * How far, in milliseconds. Code that is put into the JDK's own classes knows no class of ours.
   */
  private static final String SHIFT = "faults.clock.shift";

  private ShiftedClock() {}

  /** What a process is to be started with for a clock that is ahead, or behind if negative. */
  static String[] options(Duration ahead, Path folder) throws IOException, URISyntaxException {
    Path agent = folder.resolve("shifted-clock.jar");
    if (!Files.exists(agent)) {
      write(agent);
    }
    return new String[] {"-D" + SHIFT + "=" + ahead.toMillis(), "-javaagent:" + agent};
  }

  private static void write(Path agent) throws IOException, URISyntaxException {
    Manifest manifest = new Manifest();
    Attributes attributes = manifest.getMainAttributes();
    attributes.put(Attributes.Name.MANIFEST_VERSION, "1.0");
    attributes.putValue("Premain-Class", ShiftedClock.class.getName());
    attributes.putValue("Can-Retransform-Classes", "true");
    attributes.put(
        Attributes.Name.CLASS_PATH,
        AgentBuilder.class.getProtectionDomain().getCodeSource().getLocation().toURI().toString());
    try (OutputStream file = Files.newOutputStream(agent);
        JarOutputStream jar = new JarOutputStream(file, manifest)) {
      for (Class<?> type :
          new Class<?>[] {
            ShiftedClock.class, InstantShift.class, MillisShift.class, DateShift.class
          }) {
        String name = type.getName().replace('.', '/') + ".class";
        jar.putNextEntry(new ZipEntry(name));
        try (var bytes = type.getClassLoader().getResourceAsStream(name)) {
          bytes.transferTo(jar);
        }
      }
    }
  }

  /** Called before the program's {@code main}. */
  public static void premain(String argument, Instrumentation instrumentation) {
    // Loaded by now, or its own loading would need it.
    long loaded = new Date().getTime();
    assert loaded > 0;
    new AgentBuilder.Default()
        .disableClassFormatChanges()
        .with(RedefinitionStrategy.RETRANSFORMATION)
        .with(AgentBuilder.Listener.StreamWriting.toSystemError().withErrorsOnly())
        .ignore(nameStartsWith("net.bytebuddy.").or(nameStartsWith(ShiftedClock.class.getName())))
        .type(named("java.time.Clock"))
        .transform(
            (builder, type, loader, module, domain) ->
                builder.visit(Advice.to(InstantShift.class).on(named("currentInstant"))))
        .type(named("java.time.Clock$SystemClock"))
        .transform(
            (builder, type, loader, module, domain) ->
                builder.visit(Advice.to(MillisShift.class).on(named("millis"))))
        .type(named("java.util.Date"))
        .transform(
            (builder, type, loader, module, domain) ->
                builder.visit(
                    Advice.to(DateShift.class).on(isConstructor().and(takesNoArguments()))))
        .type(
            nameStartsWith("io.autotaskprovisioner.")
                .or(nameStartsWith("org.quartz."))
                .or(nameStartsWith("org.apache.camel.component.quartz.")))
        .transform(
            (builder, type, loader, module, domain) ->
                builder.visit(
                    MemberSubstitution.relaxed()
                        .method(named("currentTimeMillis"))
                        .replaceWith(shiftedMillis())
                        .on(net.bytebuddy.matcher.ElementMatchers.any())))
        .installOn(instrumentation);
  }

  private static java.lang.reflect.Method shiftedMillis() {
    try {
      return ShiftedClock.class.getMethod("currentTimeMillis");
    } catch (NoSuchMethodException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Stands for {@code System.currentTimeMillis}. */
  public static long currentTimeMillis() {
    return System.currentTimeMillis() + Long.getLong(SHIFT, 0);
  }

  /** {@code Clock.currentInstant}, which Instant.now and the system's clocks ask. */
  static final class InstantShift {
    private InstantShift() {}

    @Advice.OnMethodExit
    static void shift(@Advice.Return(readOnly = false) Instant instant) {
      instant = instant.plusMillis(Long.getLong("faults.clock.shift", 0));
    }
  }

  /** {@code Clock.millis}. */
  static final class MillisShift {
    private MillisShift() {}

    @Advice.OnMethodExit
    static void shift(@Advice.Return(readOnly = false) long millis) {
      millis += Long.getLong("faults.clock.shift", 0);
    }
  }

  /** {@code new Date()}. */
  static final class DateShift {
    private DateShift() {}

    @Advice.OnMethodExit
    static void shift(@Advice.This Date date) {
      date.setTime(date.getTime() + Long.getLong("faults.clock.shift", 0));
    }
  }
}
