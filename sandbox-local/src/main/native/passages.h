/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Sockets, which lead to other processes.
 */

#ifndef SANDBOX_PASSAGES_H
#define SANDBOX_PASSAGES_H

/*
 * Mounts those of a directory tree at the same places of the overlay that lies over it: the overlay shows another inode,
 * by which the kernel finds nobody. Looks at the directories nearest to the top, so that it takes no more than a few
 * milliseconds. What cannot be mounted stays as it is.
 */
void show_passages(int lower, const char *merged);

#endif
