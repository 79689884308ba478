/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The attributes of the lower directory that the cursor is at.
 */

#include <linux/errno.h>
#include <linux/time_types.h>

#include "apply.h"

/* Who does not own a directory could not have changed them in the run, either. */
static void require_change(const struct application *application, long result)
{
    bool allowed_to_fail = result == -EPERM && !application->owner_may_change;
    if (!allowed_to_fail)
        require(application, result, "attributes", "");
}

void set_times(const struct application *application, const struct attributes *wanted)
{
    struct __kernel_timespec times[] = {
        {wanted->access_seconds, wanted->access_nanoseconds},
        {wanted->modification_seconds, wanted->modification_nanoseconds},
    };
    require_change(application, CALL4(utimensat, application->lower, NULL, times, 0));
}

static bool same_bytes(const char *one, const char *other, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (one[i] != other[i])
            return false;
    return true;
}

static long list_current(const struct application *application)
{
    long size = CALL3(flistxattr, application->lower, application->names, LARGEST_ATTRIBUTES);
    return size == -EOPNOTSUPP ? 0 : require(application, size, "attributes", "");
}

static uint32_t count_of_current(const struct application *application, long size)
{
    uint32_t count = 0;
    for (const char *name = application->names; name < application->names + size; name = after(name))
        count += !is_overlay_attribute(name);
    return count;
}

static bool has_value(const struct application *application, const char *name, const char *value, uint32_t size)
{
    long current = CALL4(fgetxattr, application->lower, name, application->value, LARGEST_ATTRIBUTES);
    return current == (long)size && same_bytes(application->value, value, size);
}

static bool is_as_wanted(const struct application *application, const struct instruction *instruction, long size)
{
    uint32_t count = 0;
    for (const char *next = instruction->extended; next < instruction->extended_end; count++) {
        const char *name = take_word(&next);
        uint32_t length = take_integer(&next);
        if (!has_value(application, name, next, length))
            return false;
        next += length;
    }
    return count == count_of_current(application, size);
}

/* The labels of security modules are not always ours to set, and no command set them. */
static void require_unless_label(const struct application *application, const char *name, long result)
{
    bool label = begins_with(name, "security.") && !equal(name, "security.capability");
    if (!label || (result != -EPERM && result != -EACCES && result != -EOPNOTSUPP))
        require_change(application, result);
}

static void remove_current(const struct application *application, long size)
{
    for (const char *name = application->names; name < application->names + size; name = after(name)) {
        if (is_overlay_attribute(name))
            continue;
        long result = CALL2(fremovexattr, application->lower, name);
        if (result != -ENODATA)
            require_unless_label(application, name, result);
    }
}

/* Their room is limited, and what fits depends on the order (ext4 fills the inode, then one block). So all go first, and
   are set in the order in which they are listed: those of the inode come first, so they fit again as they did. */
static void set_extended(const struct application *application, const struct instruction *instruction)
{
    long size = list_current(application);
    if (is_as_wanted(application, instruction, size))
        return;
    remove_current(application, size);
    for (const char *next = instruction->extended; next < instruction->extended_end;) {
        const char *name = take_word(&next);
        uint32_t length = take_integer(&next);
        if (!has_value(application, name, next, length))
            require_unless_label(application, name, CALL5(fsetxattr, application->lower, name, next, length, 0));
        next += length;
    }
}

/* Access control lists and owners change the mode, and all of it the time of change alone. */
void set_attributes(const struct application *application, const struct instruction *instruction)
{
    const struct attributes *wanted = &instruction->attributes;
    struct statx status = status_of_open(application->lower);
    struct attributes now = attributes_of(&status);
    bool owner = application->owner_may_change && (now.uid != wanted->uid || now.gid != wanted->gid);
    if (owner)
        require_change(application, CALL5(fchownat, application->lower, "", wanted->uid, wanted->gid, AT_EMPTY_PATH));
    set_extended(application, instruction);
    status = status_of_open(application->lower);
    if ((status.stx_mode & 07777) != wanted->mode)
        require_change(application, CALL2(fchmod, application->lower, wanted->mode));
    bool times = now.modification_seconds != wanted->modification_seconds ||
                 now.modification_nanoseconds != wanted->modification_nanoseconds ||
                 now.access_seconds != wanted->access_seconds ||
                 now.access_nanoseconds != wanted->access_nanoseconds;
    if (times)
        set_times(application, wanted);
}
