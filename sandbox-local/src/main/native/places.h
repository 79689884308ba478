/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Paths as another process sees them: from its root, its work directory and its descriptors.
 */

#ifndef SANDBOX_PLACES_H
#define SANDBOX_PLACES_H

#include <linux/limits.h>

#include "system.h"

struct place {
    int directory; /* O_PATH */
    char name[NAME_MAX + 1];
    char spelling[NAME_MAX + 2]; /* the name, with a slash if the path ended with one */
};

/* Reads a path out of a process's memory. */
bool read_path(uint32_t process, uint64_t address, char path[PATH_MAX]);

/* A quick look for the common case. May answer false where a closer look would not. */
bool is_surely_no_directory(uint32_t process, int directory, const char *path);

/*
 * Finds the directory in which the last name of a path stands, which need not exist. Fails where the process would fail,
 * and also at what would not mean the same for us, such as links of a proc file system.
 */
bool find_place(uint32_t process, int directory, const char *path, struct place *place);

void release_place(struct place *place);

#endif
