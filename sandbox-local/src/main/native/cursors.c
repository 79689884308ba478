/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Reading a journal, and two cursors that follow it: in the upper and in the lower tree.
 */

#include <linux/errno.h>

#include "apply.h"

struct level {
    uint64_t upper_inode, lower_inode;
    bool with_upper;
};

_Noreturn void fail_at(const struct application *application, const char *word, long error, const char *name)
{
    const struct transaction *transaction = application->transaction;
    struct memory path = {0};
    if (application->part < transaction->part_count)
        descend(&path, lower_path(transaction, application->part));
    if (application->trail.size)
        descend(&path, application->trail.start);
    if (*name)
        descend(&path, name);
    fail(word, error, text_of(&path));
}

/* ---- reading ---- */

uint32_t take_integer(const char **next)
{
    uint32_t number;
    memcpy(&number, *next, sizeof number);
    *next += sizeof number;
    return number;
}

const char *take_word(const char **next)
{
    const char *word = *next;
    *next = after(word);
    return word;
}

/* Of an entry in the directory where a cursor is, so that no journal leads it elsewhere. */
static const char *take_name(const char **next)
{
    const char *name = take_word(next);
    if (!*name || *find(name, '/') || equal(name, ".") || equal(name, ".."))
        fail("journal", EINVAL, name);
    return name;
}

static uint64_t take_inode(const char **next)
{
    uint64_t inode;
    memcpy(&inode, *next, sizeof inode);
    *next += sizeof inode;
    return inode;
}

static struct attributes take_attributes(const char **next)
{
    struct attributes attributes;
    memcpy(&attributes, *next, sizeof attributes);
    *next += sizeof attributes;
    return attributes;
}

static void take_extended(const char **next, struct instruction *instruction)
{
    uint32_t size = take_integer(next);
    instruction->extended = *next;
    instruction->extended_end = *next += size;
}

struct instruction take_instruction(const char **next)
{
    struct instruction instruction = {.operation = (enum operation)*(*next)++};
    switch (instruction.operation) {
    case GO:
        instruction.part = take_integer(next);
        instruction.branch = take_integer(next);
        break;
    case STASH:
        instruction.branch = take_integer(next);
        instruction.attributes = take_attributes(next);
        instruction.name = take_name(next);
        break;
    case UNSTASH:
        instruction.branch = take_integer(next);
        instruction.inode = take_inode(next);
        instruction.name = take_name(next);
        break;
    case PLACE:
        instruction.inode = take_inode(next);
        instruction.name = take_name(next);
        break;
    case ENTER:
    case ENTER_LOWER:
    case REMOVE:
        instruction.name = take_name(next);
        break;
    case LINK_TO:
        instruction.link = take_integer(next);
        instruction.inode = take_inode(next);
        instruction.name = take_name(next);
        break;
    case TIMES:
    case TIMES_BEFORE:
        instruction.attributes = take_attributes(next);
        break;
    case ATTRIBUTES:
    case ATTRIBUTES_BEFORE:
        instruction.attributes = take_attributes(next);
        take_extended(next, &instruction);
        break;
    case LEAVE:
        break;
    }
    return instruction;
}

/* ---- the cursors ---- */

void close_cursors(struct application *application)
{
    if (application->lower >= 0)
        CALL1(close, application->lower);
    if (application->upper >= 0)
        CALL1(close, application->upper);
    application->lower = application->upper = -1;
}

static void open_cursors(struct application *application)
{
    struct transaction *transaction = application->transaction;
    char branch[21];
    write_number(branch, application->branch);
    bool whole = application->branch == WHOLE_PART;
    close_cursors(application);
    application->upper = (int)require(application,
                                      whole ? open_own(transaction, application->part, "upper")
                                            : open_directory(transaction->branches, branch, FOR_READING),
                                      "open", "");
    application->lower = whole ? open_lower(transaction, application->part)
                               : (int)require(application, open_directory(transaction->slots, branch, FOR_READING),
                                              "open", "");
}

static struct level *levels_of(const struct application *application)
{
    return (struct level *)(void *)application->levels.start;
}

static int enter_one(struct application *application, int parent, const char *name, uint64_t *inode)
{
    *inode = status_of_open(parent).stx_ino;
    int directory = (int)require(application, open_directory(parent, name, FOR_READING), "open", name);
    CALL1(close, parent);
    return directory;
}

static void enter(struct application *application, struct level *level, const char *name)
{
    if (level->with_upper)
        application->upper = enter_one(application, application->upper, name, &level->upper_inode);
    application->lower = enter_one(application, application->lower, name, &level->lower_inode);
}

static void leave(struct application *application, const struct level *level)
{
    if (level->with_upper)
        application->upper = leave_directory(application->upper, level->upper_inode, FOR_READING);
    application->lower = leave_directory(application->lower, level->lower_inode, FOR_READING);
}

void open_trail(struct application *application)
{
    open_cursors(application);
    char name[256];
    const char *next = text_of(&application->trail);
    for (struct level *level = levels_of(application); *next; level++) {
        const char *end = find(next, '/');
        memcpy(name, next, (size_t)(end - next));
        name[end - next] = 0;
        enter(application, level, name);
        next = *end ? end + 1 : end;
    }
}

void follow(struct application *application, const struct instruction *instruction, bool really)
{
    struct level *level;
    switch (instruction->operation) {
    case GO:
        application->part = instruction->part;
        application->branch = instruction->branch;
        application->trail.size = application->levels.size = 0;
        if (really)
            open_cursors(application);
        break;
    case ENTER:
    case ENTER_LOWER:
        level = (void *)extend(&application->levels, sizeof *level);
        *level = (struct level){.with_upper = instruction->operation == ENTER};
        if (really)
            enter(application, level, instruction->name);
        descend(&application->trail, instruction->name);
        break;
    case LEAVE:
        application->levels.size -= sizeof *level;
        if (really)
            leave(application, (void *)(application->levels.start + application->levels.size));
        ascend(&application->trail);
        break;
    default:
        break;
    }
}
