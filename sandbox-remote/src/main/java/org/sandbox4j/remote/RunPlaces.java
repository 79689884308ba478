package org.sandbox4j.remote;

import java.util.List;

/**
 * Where a run goes in the root.
 *
 * @param writable where its commands may have changed something
 * @param workDirectories where each of its commands starts, as a path from the top without links
 */
record RunPlaces(Writable writable, List<String> workDirectories) {}
