package io.autotaskprovisioner.movein;

import org.jspecify.annotations.Nullable;

/**
 * Why an import cannot begin as it was sent. Holds no secret.
 *
 * @param place of the instance in its array, from 1; 0 where it concerns no single one
 * @param id as it was sent; null where it was not
 * @param problem one sentence
 * @param wayOut what to do, one sentence
 */
public record ImportProblem(
    int place, @Nullable String id, @Nullable String name, String problem, String wayOut) {}
