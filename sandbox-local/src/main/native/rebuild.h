/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Makes a directory that an overlay cannot rename into one that it can.
 */

#ifndef SANDBOX_REBUILD_H
#define SANDBOX_REBUILD_H

#include "system.h"

/* Asked now and then during long work. */
struct patience {
    bool (*goes_on)(void *context);
    void *context;
};

/*
 * Replaces a directory by a new one with the same content and attributes. An overlay keeps the new one in its upper
 * layer alone. Returns 0 or a negative error, and has then put back what it had moved; ECANCELED when patience ended.
 */
long rebuild_directory(int parent, const char *name, const struct patience *patience);

#endif
