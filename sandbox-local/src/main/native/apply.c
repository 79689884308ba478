/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Applying: carries out the operations of a journal, from where an earlier attempt stopped. Only the first one may have
 * been done without having been counted, so only there it is no surprise that what it moves is gone.
 */

#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/limits.h>
#include <linux/mman.h>
#include <linux/time_types.h>

#include "merge.h"

#define LARGEST_ATTRIBUTES (64u << 10)

struct level {
    uint64_t upper_inode, lower_inode;
    bool with_upper;
};

struct instruction {
    enum operation operation;
    uint32_t part, branch;
    const char *name, *target;
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
    char *names, *value;
};

static _Noreturn void fail_at(const struct application *application, const char *word, long error, const char *name)
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

static long require(const struct application *application, long result, const char *word, const char *name)
{
    if (result < 0)
        fail_at(application, word, result, name);
    return result;
}

/* ---- reading ---- */

static uint32_t take_number(const char **next)
{
    uint32_t number;
    memcpy(&number, *next, sizeof number);
    *next += sizeof number;
    return number;
}

static const char *take_word(const char **next)
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

static struct instruction take_instruction(const char **next)
{
    struct instruction instruction = {.operation = (enum operation)*(*next)++};
    switch (instruction.operation) {
    case GO:
        instruction.part = take_number(next);
        instruction.branch = take_number(next);
        break;
    case STASH:
    case UNSTASH:
        instruction.branch = take_number(next);
        instruction.name = take_name(next);
        break;
    case ENTER:
    case ENTER_LOWER:
    case PLACE:
    case REMOVE:
        instruction.name = take_name(next);
        break;
    case LINK_TO:
        instruction.target = take_name(next);
        instruction.name = take_name(next);
        break;
    case ATTRIBUTES:
    case TIMES:
        memcpy(&instruction.attributes, *next, sizeof instruction.attributes);
        *next += sizeof instruction.attributes;
        if (instruction.operation == ATTRIBUTES) {
            uint32_t size = take_number(next);
            instruction.extended = *next;
            instruction.extended_end = *next += size;
        }
        break;
    case LEAVE:
        break;
    }
    return instruction;
}

/* ---- the cursors ---- */

static void close_cursors(struct application *application)
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

/* Opens where the operations that are done have led to. */
static void open_trail(struct application *application)
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

static void follow(struct application *application, const struct instruction *instruction, bool really)
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

/* ---- changing entries ---- */

static long rename_entry(int from, const char *name, int to, const char *target, uint32_t flags)
{
    return CALL5(renameat2, from, name, to, target, flags);
}

/* A directory that is not ours cannot be moved, but removed when it is empty. */
static void throw_away(struct application *application, const char *name)
{
    char number[21];
    write_number(number, application->done);
    int trash = own_directory(application->transaction, &application->transaction->trash, TRASH);
    long result = rename_entry(application->lower, name, trash, number, 0);
    if (result == -EACCES || result == -EPERM)
        result = CALL3(unlinkat, application->lower, name, AT_REMOVEDIR);
    if (result != -ENOENT)
        require(application, result, "remove", name);
}

static void remove_lower(struct application *application, const char *name)
{
    long result = CALL3(unlinkat, application->lower, name, 0);
    if (result == -EISDIR)
        throw_away(application, name);
    else if (result != -ENOENT)
        require(application, result, "remove", name);
    step(application->transaction);
}

static bool was_moved(const struct application *application, int from, const char *name)
{
    struct statx status;
    return application->resumed && status_at(from, name, &status) == -ENOENT;
}

/* What is in the way is removed first, even where a rename could replace it: ext4 would then write the file's data out at
   once, which takes longer than everything else together. */
static void move_in(struct application *application, int from, const char *name, const char *target)
{
    if (was_moved(application, from, name))
        return;
    long result = rename_entry(from, name, application->lower, target, RENAME_NOREPLACE);
    if (result == -EEXIST || result == -EINVAL) {
        remove_lower(application, target);
        result = rename_entry(from, name, application->lower, target, 0);
    }
    require(application, result, "place", target);
}

static void stash(struct application *application, const struct instruction *instruction)
{
    char slot[21];
    write_number(slot, instruction->branch);
    if (was_moved(application, application->lower, instruction->name))
        return;
    long result = rename_entry(application->lower, instruction->name, application->transaction->slots, slot, 0);
    require(application, result, "move", instruction->name);
}

static void unstash(struct application *application, const struct instruction *instruction)
{
    char slot[21];
    write_number(slot, instruction->branch);
    move_in(application, application->transaction->slots, slot, instruction->name);
}

/* A rename between two names of one file leaves both. */
static void link_to_index(struct application *application, const struct instruction *instruction)
{
    struct transaction *transaction = application->transaction;
    int directory = transaction->directory;
    int index = (int)require(application, open_own(transaction, application->part, "work/index"), "link", "");
    CALL3(unlinkat, directory, NEW_LINK, 0);
    long result = CALL5(linkat, index, instruction->target, directory, NEW_LINK, 0);
    require(application, result, "link", instruction->name);
    step(transaction);
    result = rename_entry(directory, NEW_LINK, application->lower, instruction->name, 0);
    require(application, result, "link", instruction->name);
    step(transaction);
    CALL3(unlinkat, directory, NEW_LINK, 0);
    CALL1(close, index);
}

/* ---- attributes of directories ---- */

/* Who does not own a directory could not have changed them in the run, either. */
static void require_change(const struct application *application, long result)
{
    bool allowed_to_fail = result == -EPERM && !application->owner_may_change;
    if (!allowed_to_fail)
        require(application, result, "attributes", "");
}

static void set_times(const struct application *application, const struct attributes *wanted)
{
    struct __kernel_timespec times[] = {
        {wanted->access_seconds, wanted->access_nanoseconds},
        {wanted->modification_seconds, wanted->modification_nanoseconds},
    };
    require_change(application, CALL4(utimensat, application->lower, NULL, times, 0));
}

static bool is_wanted(const struct instruction *instruction, const char *attribute)
{
    for (const char *next = instruction->extended; next < instruction->extended_end;) {
        if (equal(take_word(&next), attribute))
            return true;
        uint32_t size = take_number(&next);
        next += size;
    }
    return false;
}

static void remove_unwanted(const struct application *application, const struct instruction *instruction)
{
    long size = CALL3(flistxattr, application->lower, application->names, LARGEST_ATTRIBUTES);
    if (size == -EOPNOTSUPP)
        return;
    require(application, size, "attributes", "");
    for (const char *name = application->names; name < application->names + size; name = after(name))
        if (!is_wanted(instruction, name) && !is_overlay_attribute(name)) {
            long result = CALL2(fremovexattr, application->lower, name);
            if (result != -ENODATA)
                require_change(application, result);
        }
}

static bool same_bytes(const char *one, const char *other, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (one[i] != other[i])
            return false;
    return true;
}

/* The labels of security modules are not always ours to set, and no command set them. */
static void set_wanted(const struct application *application, const char *name, const char *value, uint32_t size)
{
    long current = CALL4(fgetxattr, application->lower, name, application->value, LARGEST_ATTRIBUTES);
    if (current == (long)size && same_bytes(application->value, value, size))
        return;
    long result = CALL5(fsetxattr, application->lower, name, value, size, 0);
    bool label = begins_with(name, "security.") && !equal(name, "security.capability");
    if (!label || (result != -EPERM && result != -EACCES && result != -EOPNOTSUPP))
        require_change(application, result);
}

static void set_extended(const struct application *application, const struct instruction *instruction)
{
    remove_unwanted(application, instruction);
    for (const char *next = instruction->extended; next < instruction->extended_end;) {
        const char *name = take_word(&next);
        uint32_t size = take_number(&next);
        set_wanted(application, name, next, size);
        next += size;
    }
}

/* Access control lists and owners change the mode, and all of it the time of change alone. */
static void set_attributes(const struct application *application, const struct instruction *instruction)
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
        move_in(application, application->upper, instruction->name, instruction->name);
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

static struct journal_header read_header(int journal)
{
    struct journal_header header = {0};
    long size = CALL4(pread64, journal, &header, sizeof header, 0);
    if (size != sizeof header || header.magic != JOURNAL_MAGIC)
        fail("journal", size < 0 ? size : EINVAL, "");
    return header;
}

bool is_finished(int journal)
{
    struct journal_header header = read_header(journal);
    return header.done == header.count;
}

static const char *map_operations(int journal, const struct journal_header *header)
{
    size_t size = sizeof *header + header->size;
    long address = CALL6(mmap, NULL, size, PROT_READ, MAP_PRIVATE, journal, 0);
    if (address < 0 && address > -4096)
        fail("journal", address, "");
    return (const char *)address + sizeof *header;
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
