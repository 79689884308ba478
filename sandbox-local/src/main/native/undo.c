/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Taking back: puts everything where it was before the journal, from the last operation that was carried out to the first.
 * Whether an operation was carried out is seen from what is there, so each can be taken back again when the program was
 * killed meanwhile. The journal counts down.
 *
 * A directory that could only be removed, since it belongs to somebody else, does not come back. It was empty.
 */

#include <linux/errno.h>
#include <linux/fs.h>

#include "apply.h"

/* An operation of the journal; for LEAVE, also which one entered. */
struct recorded {
    const char *start;
    uint64_t entered_by;
};

struct undoing {
    struct application application;
    struct memory operations;
};

static struct recorded *recorded_at(const struct undoing *undoing, uint64_t number)
{
    return (struct recorded *)(void *)undoing->operations.start + number;
}

static struct instruction instruction_of(const struct undoing *undoing, uint64_t number)
{
    const char *start = recorded_at(undoing, number)->start;
    return take_instruction(&start);
}

static bool moves_cursors(enum operation operation)
{
    return operation == GO || operation == ENTER || operation == ENTER_LOWER || operation == LEAVE;
}

/* ---- single operations ---- */

static void put_back(const struct application *application, int from, uint64_t number, const char *name)
{
    char digits[21];
    struct statx status;
    write_number(digits, number);
    if (from == NOT_OPEN || status_at(from, digits, &status) < 0)
        return;
    long result = rename_entry(from, digits, application->lower, name, RENAME_NOREPLACE);
    require(application, result, "put-back", name);
}

/* What was in the way is where the other came from, or in the trash. */
static void take_back(const struct application *application, int from, const char *name,
                      const struct instruction *instruction)
{
    const char *placed = instruction->name;
    struct statx status;
    if (is_placed(application, placed, instruction->inode)) {
        uint32_t flags = status_at(from, name, &status) == 0 ? RENAME_EXCHANGE : 0;
        long result = rename_entry(application->lower, placed, from, name, flags);
        require(application, result, "put-back", placed);
    }
    put_back(application, application->transaction->trash, application->done, placed);
}

static void take_numbered_back(const struct application *application, int from, uint32_t number,
                               const struct instruction *instruction)
{
    char digits[21];
    write_number(digits, number);
    take_back(application, from, digits, instruction);
}

static void take_operation_back(const struct application *application, const struct instruction *instruction)
{
    const struct transaction *transaction = application->transaction;
    switch (instruction->operation) {
    case STASH:
        put_back(application, transaction->slots, instruction->branch, instruction->name);
        set_times(application, &instruction->attributes);
        break;
    case UNSTASH:
        take_numbered_back(application, transaction->slots, instruction->branch, instruction);
        break;
    case PLACE:
        take_back(application, application->upper, instruction->name, instruction);
        break;
    case REMOVE:
        put_back(application, transaction->trash, application->done, instruction->name);
        break;
    case LINK_TO:
        take_numbered_back(application, transaction->links, instruction->link, instruction);
        break;
    case ATTRIBUTES_BEFORE:
        set_attributes(application, instruction);
        break;
    case TIMES_BEFORE:
        set_times(application, &instruction->attributes);
        break;
    default:
        break;
    }
    step(application->transaction);
}

/* ---- the journal ---- */

static void count_as_undone(struct application *application)
{
    uint64_t done = application->done;
    long written = CALL4(pwrite64, application->journal, &done, sizeof done, offsetof(struct journal_header, done));
    if (written != sizeof done)
        fail_at(application, "journal", written, "");
    step(application->transaction);
}

/* The operation that comes next may have been carried out without having been counted. */
static void turn_around(struct undoing *undoing, struct journal_header *header)
{
    bool in_flight = header->done < header->count &&
                     !moves_cursors(instruction_of(undoing, header->done).operation);
    header->magic = UNDO_MAGIC;
    header->done += in_flight;
    long written = CALL4(pwrite64, undoing->application.journal, header, sizeof *header, 0);
    if (written != sizeof *header)
        fail("journal", written, "");
    step(undoing->application.transaction);
}

static void read_operations(struct undoing *undoing, const char *next, uint64_t count)
{
    struct memory entered = {0};
    for (uint64_t number = 0; number < count; number++) {
        struct recorded read = {.start = next};
        enum operation operation = take_instruction(&next).operation;
        if (operation == GO)
            entered.size = 0;
        else if (operation == ENTER || operation == ENTER_LOWER)
            append_bytes(&entered, &number, sizeof number);
        else if (operation == LEAVE) {
            entered.size -= sizeof number;
            memcpy(&read.entered_by, entered.start + entered.size, sizeof number);
        }
        append_bytes(&undoing->operations, &read, sizeof read);
    }
    release(&entered);
}

/* Opens where the operations up to the end have led to, and returns the GO with which they began. */
static uint64_t stand_at_end(struct undoing *undoing, uint64_t end)
{
    uint64_t start = end - 1;
    while (start && instruction_of(undoing, start).operation != GO)
        start--;
    for (uint64_t number = start; number < end; number++) {
        struct instruction instruction = instruction_of(undoing, number);
        follow(&undoing->application, &instruction, false);
    }
    open_trail(&undoing->application);
    return start;
}

static void walk_back(struct undoing *undoing, uint64_t number)
{
    struct instruction instruction = instruction_of(undoing, number);
    struct instruction leave = {.operation = LEAVE};
    struct instruction enter;
    switch (instruction.operation) {
    case ENTER:
    case ENTER_LOWER:
        follow(&undoing->application, &leave, true);
        break;
    case LEAVE:
        enter = instruction_of(undoing, recorded_at(undoing, number)->entered_by);
        follow(&undoing->application, &enter, true);
        break;
    default:
        take_operation_back(&undoing->application, &instruction);
        break;
    }
}

void undo_journal(struct transaction *transaction, int journal)
{
    struct journal_header header = read_header(journal);
    struct memory buffers = {0};
    struct undoing undoing = {
        .application = {
            .transaction = transaction,
            .journal = journal,
            .upper = -1,
            .lower = -1,
            .owner_may_change = CALL0(geteuid) == 0,
        },
    };
    struct application *application = &undoing.application;
    application->names = extend(&buffers, 2 * LARGEST_ATTRIBUTES);
    application->value = application->names + LARGEST_ATTRIBUTES;
    read_operations(&undoing, map_operations(journal, &header), header.count);
    if (header.magic == JOURNAL_MAGIC)
        turn_around(&undoing, &header);
    uint64_t start = 0;
    for (application->done = header.done; application->done > 0;) {
        if (application->done == header.done || application->done == start)
            start = stand_at_end(&undoing, application->done);
        if (--application->done > start)
            walk_back(&undoing, application->done);
        count_as_undone(application);
    }
    close_cursors(application);
}
