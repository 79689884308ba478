/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * What applying a journal and taking it back share: its operations, and two cursors that follow them.
 */

#ifndef SANDBOX_APPLY_H
#define SANDBOX_APPLY_H

#include "merge.h"

struct instruction {
    enum operation operation;
    uint32_t part, branch, link;
    uint64_t inode;
    const char *name;
    struct attributes attributes;
    const char *extended, *extended_end;
};

struct application {
    struct transaction *transaction;
    int journal, upper, lower;
    const char *next;
    uint64_t done, count;
    uint32_t part, branch;
    bool resumed, owner_may_change;
    struct memory trail, levels;
    char *names, *value; /* room for extended attributes */
};

/* ---- cursors.c ---- */

_Noreturn void fail_at(const struct application *application, const char *word, long error, const char *name);

static inline long require(const struct application *application, long result, const char *word, const char *name)
{
    if (result < 0)
        fail_at(application, word, result, name);
    return result;
}

uint32_t take_integer(const char **next);
const char *take_word(const char **next);
struct instruction take_instruction(const char **next);

/* Carries GO, ENTER, ENTER_LOWER and LEAVE out, or only notes where that leads to. */
void follow(struct application *application, const struct instruction *instruction, bool really);
/* Opens where the operations that were noted have led to. */
void open_trail(struct application *application);
void close_cursors(struct application *application);

/* ---- attributes.c ---- */

void set_times(const struct application *application, const struct attributes *wanted);
void set_attributes(const struct application *application, const struct instruction *instruction);

/* ---- apply.c ---- */

static inline long rename_entry(int from, const char *name, int to, const char *target, uint32_t flags)
{
    return CALL5(renameat2, from, name, to, target, flags);
}

/* Tells whether the lower entry of that name is what an operation puts there. */
bool is_placed(const struct application *application, const char *name, uint64_t inode);

#endif
