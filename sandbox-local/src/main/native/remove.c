/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Removing a tree of ours, whatever a command left in it.
 */

#include <linux/errno.h>
#include <linux/time_types.h>

#include "tree.h"

#define ALL_FOR_OWNER 0700
#define MOST_REPETITIONS 1000

static const struct __kernel_timespec BETWEEN_REPETITIONS = {.tv_sec = 0, .tv_nsec = 2000000};

enum visit_kind { ENTER, LEAVE };

struct visit {
    uint64_t kind, parent_inode;
    char name[];
};

/* By its descriptor, since a link could stand where the name leads to. */
static void allow_everything(int directory)
{
    char link[32];
    write_link_to_descriptor(link, (uint32_t)directory);
    CALL3(fchmodat, AT_FDCWD, link, ALL_FOR_OWNER);
}

int open_for_removal(int parent, const char *name)
{
    long directory = open_directory(parent, name, FOR_READING);
    if (directory != -EACCES)
        return (int)checked(directory, "remove", name);
    int place = (int)checked(open_directory(parent, name, O_PATH), "remove", name);
    allow_everything(place);
    CALL1(close, place);
    return (int)checked(open_directory(parent, name, FOR_READING), "remove", name);
}

static long unlink_in_any_mode(int parent, const char *name, int flags)
{
    long result = CALL3(unlinkat, parent, name, flags);
    if (result != -EACCES)
        return result;
    allow_everything(parent);
    return CALL3(unlinkat, parent, name, flags);
}

static void remove_entry(int parent, const struct directory_entry *entry, struct memory *pending)
{
    bool directory = entry->type == TYPE_DIRECTORY;
    long result = unlink_in_any_mode(parent, entry->name, directory ? AT_REMOVEDIR : 0);
    if (directory && (result == -ENOTEMPTY || result == -EEXIST)) {
        struct visit visit = {.kind = ENTER};
        push(pending, &visit, offsetof(struct visit, name), entry->name);
    } else if (result != -ENOENT)
        checked(result, "remove", entry->name);
}

static void remove_entries(int directory, const char *kept, struct memory *pending)
{
    struct listing listing;
    const struct directory_entry *entry;
    begin_listing(&listing, directory);
    while ((entry = next_entry(&listing)))
        if (!kept || !equal(entry->name, kept))
            remove_entry(directory, entry, pending);
}

/*
 * Processes of a run whose JVM was killed may take a moment to die, and fill a directory that was found empty.
 */
void remove_content(int top, const char *kept)
{
    int repetitions = 0;
    struct memory pending = {0};
    int directory = reopened(top, ".");
    remove_entries(directory, kept, &pending);
    for (const struct visit *visit; (visit = pop(&pending));) {
        if (visit->kind == ENTER) {
            int parent = directory;
            directory = open_for_removal(parent, visit->name);
            char name[256] = "";
            copy_truncated(name, sizeof name, visit->name);
            struct visit back = {.kind = LEAVE, .parent_inode = status_of_open(parent).stx_ino};
            CALL1(close, parent);
            push(&pending, &back, offsetof(struct visit, name), name);
            remove_entries(directory, NULL, &pending);
        } else {
            directory = leave_directory(directory, visit->parent_inode, FOR_READING);
            long result = unlink_in_any_mode(directory, visit->name, AT_REMOVEDIR);
            if ((result == -ENOTEMPTY || result == -EEXIST) && repetitions++ < MOST_REPETITIONS) {
                char name[256] = "";
                copy_truncated(name, sizeof name, visit->name);
                struct visit again = {.kind = ENTER};
                CALL2(nanosleep, &BETWEEN_REPETITIONS, NULL);
                push(&pending, &again, offsetof(struct visit, name), name);
            } else if (result != -ENOENT)
                checked(result, "remove", visit->name);
        }
    }
    CALL1(close, directory);
    release(&pending);
}
