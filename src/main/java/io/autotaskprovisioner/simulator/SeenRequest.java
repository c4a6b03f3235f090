package io.autotaskprovisioner.simulator;

import java.time.Instant;

/**
 * A call that came in.
 *
 * @param at when it was answered
 * @param method upper case
 * @param path without the query
 * @param user login it named, by header, Basic or {@code ?user=}; empty where there was none
 * @param status of the answer; 0 where a fault left none
 */
public record SeenRequest(Instant at, String method, String path, String user, int status) {}
