/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Applying: carries out the operations of a journal, from where an earlier attempt stopped. Only the first one may have
 * been done without having been counted. Nothing that it takes out of the tree is removed before all is done, so that
 * undo.c can put it back.
 */

#include <linux/errno.h>
#include <linux/fs.h>

#include "apply.h"

/* ---- changing entries ---- */

/* A directory that is not ours cannot be moved, but removed when it is empty. */
static void remove_lower(struct application *application, const char *name)
{
    char number[21];
    write_number(number, application->done);
    int trash = own_directory(application->transaction, &application->transaction->trash, TRASH);
    long result = rename_entry(application->lower, name, trash, number, 0);
    bool refused = result == -EACCES || result == -EPERM;
    if (refused && CALL3(unlinkat, application->lower, name, AT_REMOVEDIR) == 0)
        result = 0;
    if (result != -ENOENT)
        require(application, result, "remove", name);
    step(application->transaction);
}

bool is_placed(const struct application *application, const char *name, uint64_t inode)
{
    struct statx status;
    return status_at(application->lower, name, &status) == 0 && status.stx_ino == inode;
}

/* What is in the way goes where the other came from, even where a rename could replace it: ext4 would then write the
   file's data out at once, which takes longer than everything else together. */
static void move_in(struct application *application, int from, const char *name, const struct instruction *instruction)
{
    const char *target = instruction->name;
    if (application->resumed && is_placed(application, target, instruction->inode))
        return;
    long result = rename_entry(from, name, application->lower, target, RENAME_NOREPLACE);
    if (result == -EEXIST)
        result = rename_entry(from, name, application->lower, target, RENAME_EXCHANGE);
    if (result == -EINVAL || result == -EACCES || result == -EPERM) {
        remove_lower(application, target);
        result = rename_entry(from, name, application->lower, target, 0);
    }
    require(application, result, "place", target);
}

static void stash(struct application *application, const struct instruction *instruction)
{
    char slot[21];
    struct statx status;
    int slots = application->transaction->slots;
    write_number(slot, instruction->branch);
    if (application->resumed && status_at(slots, slot, &status) == 0)
        return;
    long result = rename_entry(application->lower, instruction->name, slots, slot, 0);
    require(application, result, "move", instruction->name);
}

static void unstash(struct application *application, const struct instruction *instruction)
{
    char slot[21];
    write_number(slot, instruction->branch);
    move_in(application, application->transaction->slots, slot, instruction);
}

static void link_to_index(struct application *application, const struct instruction *instruction)
{
    char number[21];
    write_number(number, instruction->link);
    move_in(application, application->transaction->links, number, instruction);
}

/* ---- the journal ---- */

static void carry_out(struct application *application, const struct instruction *instruction)
{
    switch (instruction->operation) {
    case STASH:
        stash(application, instruction);
        break;
    case UNSTASH:
        unstash(application, instruction);
        break;
    case PLACE:
        move_in(application, application->upper, instruction->name, instruction);
        break;
    case REMOVE:
        remove_lower(application, instruction->name);
        break;
    case LINK_TO:
        link_to_index(application, instruction);
        break;
    case ATTRIBUTES:
        set_attributes(application, instruction);
        break;
    case TIMES:
        set_times(application, &instruction->attributes);
        break;
    case ATTRIBUTES_BEFORE:
    case TIMES_BEFORE:
        return;
    default:
        follow(application, instruction, true);
        return;
    }
    step(application->transaction);
}

static void count_as_done(struct application *application)
{
    uint64_t done = ++application->done;
    long written = CALL4(pwrite64, application->journal, &done, sizeof done, offsetof(struct journal_header, done));
    if (written != sizeof done)
        fail_at(application, "journal", written, "");
    step(application->transaction);
}

static void skip_what_is_done(struct application *application, uint64_t done)
{
    for (; application->done < done; application->done++) {
        struct instruction instruction = take_instruction(&application->next);
        follow(application, &instruction, false);
    }
    if (done) {
        open_trail(application);
        application->resumed = true;
    }
}

void apply_journal(struct transaction *transaction, int journal)
{
    struct journal_header header = read_header(journal);
    struct memory buffers = {0};
    struct application application = {
        .transaction = transaction,
        .journal = journal,
        .upper = -1,
        .lower = -1,
        .next = map_operations(journal, &header),
        .count = header.count,
        .owner_may_change = CALL0(geteuid) == 0,
    };
    application.names = extend(&buffers, 2 * LARGEST_ATTRIBUTES);
    application.value = application.names + LARGEST_ATTRIBUTES;
    skip_what_is_done(&application, header.done);
    while (application.done < application.count) {
        struct instruction instruction = take_instruction(&application.next);
        carry_out(&application, &instruction);
        count_as_done(&application);
        application.resumed = false;
    }
    close_cursors(&application);
}
