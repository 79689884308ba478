/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Which files with several names have been moved, and where to: an overlay gives each name of a lower file a copy of
 * its own when it is moved, so the later names have to be linked to the first one's copy.
 */

#ifndef SANDBOX_MOVED_LINKS_H
#define SANDBOX_MOVED_LINKS_H

#include <linux/stat.h>

#include "system.h"

struct link {
    uint64_t inode;
    uint32_t major, minor;
    uint64_t path; /* where it begins in paths, plus 1; 0 is a free entry */
};

struct memory {
    char *start;
    size_t size;
};

struct links {
    struct memory table, paths;
    size_t count, used;
};

/* Returns the path under which the file was remembered, or NULL. It is valid until the next one is remembered. */
const char *remembered_path(const struct links *links, const struct statx *status);

/* Returns room for a path of that size, or NULL where there is no memory. */
char *remember(struct links *links, const struct statx *status, size_t size);

void forget_links(struct links *links);

#endif
