/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Survey: tells whether a tree holds a regular file under two names. The inode numbers that directories list are enough
 * for that, so no file has to be looked at. What cannot be read, and what is mounted below, is skipped.
 *
 * Exit code 0: there is no such file; 3: there is.
 */

#include "modes.h"
#include "tree.h"

enum exit_code { EXIT_NO_LINKS = 0, EXIT_LINKS = 3 };

struct visit {
    uint64_t leaves, parent_inode;
    char name[];
};

static void survey_entries(int directory, struct table *inodes, struct memory *pending)
{
    struct listing listing;
    const struct directory_entry *entry;
    begin_listing(&listing, directory);
    while ((entry = next_entry(&listing))) {
        if (entry->type == TYPE_DIRECTORY) {
            struct visit visit = {0};
            push(pending, &visit, offsetof(struct visit, name), entry->name);
        } else if (entry->type == TYPE_REGULAR && (*value_of(inodes, entry->inode))++)
            exit_process(EXIT_LINKS);
    }
}

static int enter(int parent, const char *name, struct memory *pending)
{
    long directory = open_same_mount(parent, name, FOR_READING);
    if (directory < 0)
        return parent;
    struct visit back = {.leaves = true, .parent_inode = status_of_open(parent).stx_ino};
    push(pending, &back, offsetof(struct visit, name), "");
    CALL1(close, parent);
    return (int)directory;
}

_Noreturn void run_survey(const char **arguments)
{
    const char *top = arguments[0] ? arguments[0] : "";
    struct memory pending = {0};
    struct table inodes = {0};
    gain_rights_over_own_files();
    int directory = (int)checked(open_directory(AT_FDCWD, top, FOR_READING), "open", top);
    survey_entries(directory, &inodes, &pending);
    for (const struct visit *visit; (visit = pop(&pending));) {
        if (visit->leaves)
            directory = leave_directory(directory, visit->parent_inode, FOR_READING);
        else {
            int parent = directory;
            directory = enter(parent, visit->name, &pending);
            if (directory != parent)
                survey_entries(directory, &inodes, &pending);
        }
    }
    exit_process(EXIT_NO_LINKS);
}
