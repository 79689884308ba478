/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * What several parts ask of files.
 */

#ifndef SANDBOX_FILES_H
#define SANDBOX_FILES_H

#include <linux/stat.h>

#include "system.h"

static inline long status_at(int directory, const char *name, struct statx *status)
{
    int flags = AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT;
    return CALL5(statx, directory, name, flags, STATX_BASIC_STATS | STATX_MNT_ID, status);
}

static inline long status_of_descriptor(int descriptor, struct statx *status)
{
    int flags = AT_EMPTY_PATH | AT_NO_AUTOMOUNT;
    return CALL5(statx, descriptor, "", flags, STATX_BASIC_STATS | STATX_MNT_ID, status);
}

static inline bool is_same(const struct statx *one, const struct statx *other)
{
    return one->stx_ino == other->stx_ino && one->stx_dev_major == other->stx_dev_major
        && one->stx_dev_minor == other->stx_dev_minor;
}

static inline bool is_directory(const struct statx *status)
{
    return S_ISDIR(status->stx_mode);
}

static inline bool is_itself_or_parent(const char *name)
{
    return name[0] == '.' && (!name[1] || (name[1] == '.' && !name[2]));
}

static inline void close_file(long descriptor)
{
    if (descriptor >= 0)
        CALL1(close, descriptor);
}

#endif
