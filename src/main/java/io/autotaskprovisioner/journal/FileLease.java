package io.autotaskprovisioner.journal;

/**
 * The right of this process to read one file, until its lease ends and another takes it over.
 *
 * @param folder what the folder says it is, the same for all nodes that see it
 * @param name of the file
 * @param id fences: what is done under it changes nothing once the file is somebody else's
 */
public record FileLease(String folder, String name, long id) {}
