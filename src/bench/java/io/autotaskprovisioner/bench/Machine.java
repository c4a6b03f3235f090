package io.autotaskprovisioner.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;

/** What Linux says about processes and the machine. */
final class Machine {

  /** Ticks of the kernel's accounting: always a hundredth of a second for programs. */
  private static final long TICK_MILLIS = 10;

  private Machine() {}

  /** CPU time of all processors together that was not idle, since the machine's start. */
  static Duration busy() throws IOException {
    String[] fields = Files.readAllLines(Path.of("/proc/stat")).get(0).trim().split("\\s+");
    // cpu user nice system idle iowait irq softirq steal
    long ticks =
        Arrays.stream(fields).skip(1).limit(8).mapToLong(Long::parseLong).sum()
            - Long.parseLong(fields[4])
            - Long.parseLong(fields[5]);
    return Duration.ofMillis(ticks * TICK_MILLIS);
  }

  static Duration cpuOf(ProcessHandle process) {
    return process.info().totalCpuDuration().orElseThrow();
  }

  /** The most memory that the process ever had, bytes. */
  static long peakMemory(ProcessHandle process) throws IOException {
    return Files.readAllLines(Path.of("/proc/%d/status".formatted(process.pid()))).stream()
        .filter(line -> line.startsWith("VmHWM:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
        .findFirst()
        .orElseThrow();
  }
}
