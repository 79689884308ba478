/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Merge: brings the upper layers of the overlays of a run, which nobody uses any more, back into the trees below them, as
 * if the run had written there: all of it or, when it fails before the commit, nothing.
 *
 *   merge TX ROOT    plans, commits, applies, removes TX
 *   recover TX ROOT  finishes what was committed, else drops the run; removes TX
 *   undo TX ROOT     drops the run in any case, and puts back what was changed for it already; removes TX
 *   discard DIR      removes a directory of ours
 * All that a merge changes is below ROOT, which is opened once, and reached from there without following links.
 * A directory that is gone is a success. merge.h tells what TX holds.
 *
 * Planning leaves the lower trees alone, and ends in renaming the journal, which commits all parts together. The journal
 * counts the operations that are done. At most the one that comes next may have been in flight when the program was
 * killed, and each can be repeated or shows that it was done. Nothing is synchronised: a kill is survived, a power
 * failure only as far as the file system orders things.
 *
 * "sandbox-merge: links" on descriptor 2 tells that a merge of an overlay without an index has placed a file that has
 * several names.
 *
 * Exit code 0: done. 3, of undo: all had been taken over before, and what could not be removed afterwards has been moved to
 * a directory beside TX, left-N. Else 125, and "sandbox-merge: WORD ERRNO PATH" on descriptor 2. An errno of 0 means that it is
 * another directory than the one announced.
 */

#include <linux/errno.h>
#include <linux/limits.h>
#include <linux/mman.h>
#include <linux/signal.h>

#include "merge.h"
#include "modes.h"

#define LOCK_EXCLUSIVELY 2

enum { DIAGNOSTICS = 2 };

enum exit_code { EXIT_DONE = 0, EXIT_WAS_COMPLETE = 3 };

/* ---- the transaction ---- */

void step(struct transaction *transaction)
{
    if (transaction->steps_left && !--transaction->steps_left)
        CALL2(kill, CALL0(getpid), SIGKILL);
}

static uint64_t parse_long(const char *digits)
{
    uint64_t number = 0;
    for (; *digits >= '0' && *digits <= '9'; digits++)
        number = number * 10 + (uint64_t)(*digits - '0');
    return number;
}

static void read_parts(struct transaction *transaction)
{
    struct memory *words = &transaction->words;
    int file = (int)checked(CALL4(openat, transaction->directory, "parts", O_RDONLY | O_NOFOLLOW | O_CLOEXEC, 0),
                            "parts", transaction->path);
    long count;
    do {
        char *target = extend(words, PATH_MAX);
        count = checked(CALL3(read, file, target, PATH_MAX), "parts", transaction->path);
        words->size -= PATH_MAX - (size_t)count;
    } while (count);
    CALL1(close, file);
    append_word(words, "");
    const char *end = words->start + words->size - 1;
    for (const char *word = words->start; word < end;) {
        struct part part = {.lower = word};
        const char *device = after(word);
        const char *inode = device < end ? after(device) : end;
        if (inode >= end)
            fail("parts", EINVAL, transaction->path);
        part.device = parse_long(device);
        part.inode = parse_long(inode);
        append_bytes(&transaction->parts, &part, sizeof part);
        transaction->part_count++;
        word = after(inode);
    }
}

const struct part *part_of(const struct transaction *transaction, uint32_t number)
{
    return (const struct part *)(const void *)transaction->parts.start + number;
}

const char *lower_path(const struct transaction *transaction, uint32_t number)
{
    struct memory path = {0};
    const char *lower = part_of(transaction, number)->lower;
    descend(&path, transaction->root_path);
    if (*lower)
        descend(&path, lower);
    return text_of(&path);
}

int open_lower(const struct transaction *transaction, uint32_t number)
{
    if (number >= transaction->part_count)
        fail("parts", EINVAL, transaction->path);
    const struct part *part = part_of(transaction, number);
    int place = (int)open_path(transaction->root, part->lower);
    if (place < 0)
        fail("open", place, lower_path(transaction, number));
    struct statx status = status_of_open(place);
    struct statx own = status_of_open(transaction->directory);
    bool other_device = transaction->planning && device_number(&status) != part->device;
    if (status.stx_ino != part->inode || other_device)
        fail("open", 0, lower_path(transaction, number));
    bool same_mount = !(status.stx_mask & STATX_MNT_ID) || status.stx_mnt_id == own.stx_mnt_id;
    if (device_number(&status) != device_number(&own) || !same_mount)
        fail("open", EXDEV, lower_path(transaction, number));
    int directory = reopened(place, part->lower);
    CALL1(close, place);
    return directory;
}

long open_own(const struct transaction *transaction, uint32_t part, const char *name)
{
    char number[21];
    write_number(number, part);
    long directory = open_directory(transaction->directory, number, O_PATH);
    while (directory >= 0 && *name) {
        char element[16] = "";
        const char *end = find(name, '/');
        memcpy(element, name, (size_t)(end - name));
        long next = open_directory((int)directory, element, FOR_READING);
        CALL1(close, directory);
        directory = next;
        name = *end ? end + 1 : end;
    }
    return directory;
}

static int open_if_there(const struct transaction *transaction, const char *name)
{
    long directory = open_directory(transaction->directory, name, FOR_READING);
    return (int)(directory == -ENOENT ? NOT_OPEN : checked(directory, "prepare", transaction->path));
}

/* Only what is needed is made: making a directory takes longer than all of a small merge. */
int own_directory(const struct transaction *transaction, int *directory, const char *name)
{
    if (*directory == NOT_OPEN) {
        long made = CALL3(mkdirat, transaction->directory, name, 0700);
        if (made != -EEXIST)
            checked(made, "prepare", transaction->path);
        *directory = (int)checked(open_directory(transaction->directory, name, FOR_READING), "prepare", name);
    }
    return *directory;
}

static void prepare(struct transaction *transaction, bool planning)
{
    transaction->planning = planning;
    read_parts(transaction);
    transaction->root = open_top(transaction->root_path);
    transaction->branches = open_if_there(transaction, BRANCHES);
    transaction->slots = open_if_there(transaction, SLOTS);
    transaction->links = open_if_there(transaction, LINKS);
    transaction->trash = open_if_there(transaction, TRASH);
}

/* ---- removing ---- */

/* The journal goes last: as long as it is there, everything was done; after that, nothing is left. */
static _Noreturn void finish(struct transaction *transaction)
{
    remove_content(transaction->directory, JOURNAL);
    step(transaction);
    long result = CALL3(unlinkat, transaction->directory, JOURNAL, 0);
    if (result != -ENOENT)
        checked(result, "remove", transaction->path);
    step(transaction);
    result = CALL3(unlinkat, AT_FDCWD, transaction->path, AT_REMOVEDIR);
    if (result != -ENOENT)
        checked(result, "remove", transaction->path);
    exit_process(EXIT_DONE);
}

static _Noreturn void discard(const char *path)
{
    long directory = open_directory(AT_FDCWD, path, O_PATH);
    if (directory == -ENOENT)
        exit_process(EXIT_DONE);
    checked(directory, "open", path);
    CALL1(close, directory);
    remove_content(open_for_removal(AT_FDCWD, path), NULL);
    long result = CALL3(unlinkat, AT_FDCWD, path, AT_REMOVEDIR);
    if (result != -ENOENT)
        checked(result, "remove", path);
    exit_process(EXIT_DONE);
}

/* ---- locking ---- */

static bool is_still_there(int directory, const char *path)
{
    struct statx there;
    struct statx ours = status_of_open(directory);
    long result = status_at(AT_FDCWD, path, &there);
    if (result != -ENOENT)
        checked(result, "open", path);
    return result == 0 && there.stx_ino == ours.stx_ino && device_number(&there) == device_number(&ours);
}

/* A merge whose starter was killed may still be at work. */
static void open_locked(struct transaction *transaction)
{
    const char *path = transaction->path;
    long directory = open_directory(AT_FDCWD, path, FOR_READING);
    if (directory == -ENOENT)
        exit_process(EXIT_DONE);
    transaction->directory = (int)checked(directory, "open", path);
    long locked;
    do
        locked = CALL2(flock, directory, LOCK_EXCLUSIVELY);
    while (locked == -EINTR);
    checked(locked, "lock", path);
    if (!is_still_there(transaction->directory, path))
        exit_process(EXIT_DONE);
}

/* Only who may use them gets another answer than EPERM. */
static bool may_use_trusted_attributes(int directory)
{
    return CALL2(fremovexattr, directory, "trusted.overlay.sandbox") != -EPERM;
}

/* ---- merging ---- */

static void write_fully(int file, const char *bytes, size_t size, const char *path)
{
    for (size_t position = 0; position < size;) {
        long count = CALL3(write, file, bytes + position, size - position);
        if (count != -EINTR)
            position += (size_t)checked(count, "journal", path);
    }
}

/* Planning changes the upper trees, so one that has failed cannot be repeated. */
static int begin_journal(const struct transaction *transaction)
{
    int flags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC;
    return (int)checked(CALL4(openat, transaction->directory, UNFINISHED_JOURNAL, flags, 0600), "prepare",
                        transaction->path);
}

static void commit(struct transaction *transaction, const struct script *script, int file)
{
    const char *path = transaction->path;
    int directory = transaction->directory;
    struct journal_header header = {.magic = JOURNAL_MAGIC, .size = script->bytes.size, .count = script->count};
    write_fully(file, (const char *)&header, sizeof header, path);
    write_fully(file, script->bytes.start, script->bytes.size, path);
    checked(CALL1(close, file), "journal", path);
    step(transaction);
    checked(CALL5(renameat2, directory, UNFINISHED_JOURNAL, directory, JOURNAL, 0), "journal", path);
    step(transaction);
}

static void plan_and_commit(struct transaction *transaction)
{
    struct plan plan = {.transaction = transaction};
    int file = begin_journal(transaction);
    extend(&plan.branches, sizeof(struct branch));
    for (uint32_t part = 0; part < transaction->part_count; part++)
        plan_part(&plan, part);
    if (!plan.script.count)
        finish(transaction);
    commit(transaction, &plan.script, file);
    release(&plan.script.bytes);
    release(&plan.branches);
    release(&plan.origins);
}

static long open_journal(const struct transaction *transaction)
{
    return CALL4(openat, transaction->directory, JOURNAL, O_RDWR | O_NOFOLLOW | O_CLOEXEC, 0);
}

static void tell_of_links(const struct transaction *transaction)
{
    static const char line[] = "sandbox-merge: links\n";
    if (transaction->links_made)
        CALL3(write, DIAGNOSTICS, line, sizeof line - 1);
}

/* Takes TX, ROOT and, for tests, the last step. */
static void open_transaction(struct transaction *transaction, const char **arguments)
{
    *transaction = (struct transaction){
        .path = arguments[0],
        .root_path = arguments[1],
        .steps_left = arguments[2] ? parse_long(arguments[2]) : 0,
    };
    open_locked(transaction);
    transaction->trusted_attributes = may_use_trusted_attributes(transaction->directory);
    gain_rights_over_own_files();
}

/* Returns whether there is one; else the run never was. */
static bool find_journal(const struct transaction *transaction, int *journal, struct journal_header *header)
{
    long found = open_journal(transaction);
    if (found == -ENOENT)
        return false;
    *journal = (int)checked(found, "journal", transaction->path);
    *header = read_header(*journal);
    return true;
}

static _Noreturn void merge(const char **arguments, bool only_recover)
{
    int journal;
    struct journal_header header;
    struct transaction transaction;
    open_transaction(&transaction, arguments);
    if (!find_journal(&transaction, &journal, &header)) {
        if (only_recover)
            finish(&transaction);
        prepare(&transaction, true);
        plan_and_commit(&transaction);
        tell_of_links(&transaction);
        journal = (int)checked(open_journal(&transaction), "journal", transaction.path);
    } else if (is_settled(&header))
        finish(&transaction);
    else
        prepare(&transaction, false);
    if (read_header(journal).magic == UNDO_MAGIC)
        undo_journal(&transaction, journal);
    else
        apply_journal(&transaction, journal);
    finish(&transaction);
}

/* For when nothing remains to be done in the trees, and the rest cannot be removed. */
static _Noreturn void set_aside(const struct transaction *transaction, int code)
{
    char number[21];
    const char *name = transaction->path;
    for (const char *next = name; *next; next++)
        if (*next == '/')
            name = next + 1;
    struct memory aside = {0};
    append_bytes(&aside, transaction->path, (size_t)(name - transaction->path));
    append_bytes(&aside, "left-", 5);
    write_number(number, status_of_open(transaction->directory).stx_ino);
    append_word(&aside, number);
    checked(CALL5(renameat2, AT_FDCWD, transaction->path, AT_FDCWD, aside.start, 0), "remove", transaction->path);
    exit_process(code);
}

static _Noreturn void undo(const char **arguments)
{
    int journal;
    struct journal_header header;
    struct transaction transaction;
    open_transaction(&transaction, arguments);
    if (!find_journal(&transaction, &journal, &header))
        finish(&transaction);
    if (is_settled(&header))
        set_aside(&transaction, is_finished(&header) ? EXIT_WAS_COMPLETE : EXIT_DONE);
    prepare(&transaction, false);
    undo_journal(&transaction, journal);
    finish(&transaction);
}

_Noreturn void run_merge(const char *mode, const char **arguments)
{
    const char *path = arguments[0];
    if (!path)
        fail("arguments", EINVAL, mode);
    if (equal(mode, "discard")) {
        gain_rights_over_own_files();
        discard(path);
    }
    if (!arguments[1])
        fail("arguments", EINVAL, mode);
    if (equal(mode, "undo"))
        undo(arguments);
    merge(arguments, equal(mode, "recover"));
}
