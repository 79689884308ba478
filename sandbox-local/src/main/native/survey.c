/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Survey: tells why the overlay of an ordinary user would not show a tree as it is: a regular file has two names in it, or
 * an entry has an extended attribute to which such overlays give a meaning. The inode numbers that directories list are
 * enough for the former. What cannot be read, and what is mounted below, is skipped.
 *
 * Exit code 0: for no reason; 3: for links; 4: for attributes; 5: for both. An entry with such an attribute is named on
 * descriptor 2.
 */

#include "modes.h"
#include "tree.h"

#define DIAGNOSTICS 2
#define LARGEST_ATTRIBUTES (64u << 10)

enum exit_code { EXIT_AS_IT_IS = 0, EXIT_LINKS = 3, EXIT_ATTRIBUTES = 4, EXIT_BOTH = 5 };

struct survey {
    int directory;
    bool links;
    struct table inodes;
    struct memory pending, trail, marked;
};

struct visit {
    uint64_t leaves, parent_inode;
    char name[];
};

/* Of an entry of the current directory. Most have no attributes at all. */
static bool has_overlay_attribute(const char *name)
{
    char names[LARGEST_ATTRIBUTES];
    if (CALL3(llistxattr, name, NULL, 0) <= 0)
        return false;
    long size = CALL3(llistxattr, name, names, sizeof names);
    for (const char *attribute = names; size > 0 && attribute < names + size; attribute = after(attribute))
        if (begins_with(attribute, "user.overlay."))
            return true;
    return false;
}

static void look_for_attributes(struct survey *survey, const char *name)
{
    if (survey->marked.size || !has_overlay_attribute(name))
        return;
    if (survey->trail.size)
        descend(&survey->marked, text_of(&survey->trail));
    descend(&survey->marked, name);
}

static void survey_entries(struct survey *survey)
{
    struct listing listing;
    const struct directory_entry *entry;
    CALL1(fchdir, survey->directory);
    begin_listing(&listing, survey->directory);
    while ((entry = next_entry(&listing))) {
        bool regular = entry->type == TYPE_REGULAR;
        if (regular || entry->type == TYPE_DIRECTORY)
            look_for_attributes(survey, entry->name);
        if (entry->type == TYPE_DIRECTORY) {
            struct visit visit = {0};
            push(&survey->pending, &visit, offsetof(struct visit, name), entry->name);
        } else if (regular && (*value_of(&survey->inodes, entry->inode))++)
            survey->links = true;
    }
}

static void enter(struct survey *survey, const struct visit *visit)
{
    char name[256] = "";
    copy_truncated(name, sizeof name, visit->name);
    long directory = open_same_mount(survey->directory, name, FOR_READING);
    if (directory < 0)
        return;
    struct visit back = {.leaves = true, .parent_inode = status_of_open(survey->directory).stx_ino};
    push(&survey->pending, &back, offsetof(struct visit, name), "");
    CALL1(close, survey->directory);
    survey->directory = (int)directory;
    descend(&survey->trail, name);
    survey_entries(survey);
}

static _Noreturn void answer(const struct survey *survey)
{
    const char *marked = text_of(&survey->marked);
    if (*marked)
        CALL3(write, DIAGNOSTICS, marked, after(marked) - marked - 1);
    if (survey->links)
        exit_process(*marked ? EXIT_BOTH : EXIT_LINKS);
    exit_process(*marked ? EXIT_ATTRIBUTES : EXIT_AS_IT_IS);
}

_Noreturn void run_survey(const char **arguments)
{
    const char *top = arguments[0] ? arguments[0] : "";
    struct survey survey = {0};
    gain_rights_over_own_files();
    survey.directory = (int)checked(open_directory(AT_FDCWD, top, FOR_READING), "open", top);
    survey_entries(&survey);
    look_for_attributes(&survey, ".");
    for (const struct visit *visit; (visit = pop(&survey.pending));) {
        if (visit->leaves) {
            survey.directory = leave_directory(survey.directory, visit->parent_inode, FOR_READING);
            ascend(&survey.trail);
        } else
            enter(&survey, visit);
    }
    answer(&survey);
}
