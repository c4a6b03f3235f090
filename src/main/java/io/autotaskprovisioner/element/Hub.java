package io.autotaskprovisioner.element;

import org.jspecify.annotations.Nullable;

/**
 * A hub: the elements that offer the same kind of resources.
 *
 * @param id null where nobody gave it one
 */
public record Hub(@Nullable Long id, String name, String key, String description) {}
