package io.autotaskprovisioner.faults;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What was asked of the program under one fault, and what it acknowledged. Every request has a name
 * and a customer of its own, so that each can be told from all others. Thread-safe.
 */
public final class History {

  /** How a door acknowledged a request. */
  public sealed interface Acknowledgement {

    /** It is in the journal: its end is to be seen later. */
    record Accepted() implements Acknowledgement {}

    /** It became this instance. */
    record Answered(long instanceId) implements Acknowledgement {}

    /** The caller was told with this status that it failed. */
    record Refused(int status) implements Acknowledgement {}
  }

  private static final Acknowledgement ACCEPTED = new Acknowledgement.Accepted();

  private final Map<String, Acknowledgement> acknowledged = new ConcurrentHashMap<>();
  private final Map<String, Integer> sendings = new ConcurrentHashMap<>();
  private final Map<String, Integer> files = new ConcurrentHashMap<>();
  private final AtomicInteger tries = new AtomicInteger();
  private final AtomicInteger turnedAway = new AtomicInteger();

  /** A request was tried; more often than there are requests where faults got in the way. */
  public void tried() {
    tries.incrementAndGet();
  }

  /** A caller was told when to come again. */
  public void turnedAway() {
    turnedAway.incrementAndGet();
  }

  public void accepted(String name) {
    acknowledged.put(name, ACCEPTED);
  }

  public void answered(String name, long instanceId) {
    acknowledged.put(name, new Acknowledgement.Answered(instanceId));
  }

  public void refused(String name, int status) {
    acknowledged.put(name, new Acknowledgement.Refused(status));
  }

  /** A message is about to be sent: whether it arrives may never be known. */
  public void sending(String correlationId) {
    sendings.merge(correlationId, 1, Integer::sum);
  }

  /** A file with so many rows was handed over. */
  public void file(String name, int rows) {
    files.put(name, rows);
  }

  public int size() {
    return acknowledged.size();
  }

  public int tries() {
    return tries.get();
  }

  /** How often somebody was told by 503 and {@code Retry-After} when to come again. */
  public int timesTurnedAway() {
    return turnedAway.get();
  }

  /** By name of the request. */
  public Map<String, Acknowledgement> acknowledged() {
    return acknowledged;
  }

  /** How often each message was sent, by correlation id. */
  public Map<String, Integer> sendings() {
    return sendings;
  }

  /** Rows by the name of the file. */
  public Map<String, Integer> files() {
    return files;
  }

  /** Acknowledged requests by door, the first word of a name. */
  public Map<String, Integer> doors() {
    Map<String, Integer> doors = new TreeMap<>();
    Set<String> names = acknowledged.keySet();
    names.forEach(name -> doors.merge(name.substring(0, name.indexOf(' ')), 1, Integer::sum));
    return doors;
  }
}
