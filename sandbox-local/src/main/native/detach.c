/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Detach: gives a directory of a tree files of its own in place of those that have names outside of it, so that nothing
 * that happens there reaches a cache. What is read stays the same, and so do links among the directory's own names.
 *
 *   detach TREE DIRECTORY SCRATCH
 * DIRECTORY is a path in TREE, without a slash at its beginning, no link of which is followed. Copies are made in
 * SCRATCH/copies, on the same file system, and exchanged with the names, so a kill at any moment leaves each name with
 * the original or the copy, and nothing else in the tree; what it leaves in SCRATCH is removed by the next one.
 *
 * Two processes share the work. One walks the tree and has, when it belongs to an ordinary user, all rights over files of
 * this user in a user namespace; where no such namespaces are to be had it can do without them what the modes of the
 * files permit. The other one stays in the user namespace of the host and copies.
 *
 * Files that commands of this user cannot change stay as they are: another user's, without the right to write them.
 *
 * Exit code 0: done; lines on descriptor 2 are "sandbox-detach: copied NUMBER" and, when a file has several names in the
 * directory, "sandbox-detach: links". Else 125, and "sandbox-merge: WORD ERRNO PATH".
 */

#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/signal.h>
#include <linux/time_types.h>

#include "copies.h"
#include "modes.h"
#include "tree.h"

#define LINK_ON_ITS_WAY "link"
#define LOCK_EXCLUSIVELY 2
#define MOST_PASSES 3
#define ALL_FOR_OWNER 0700
#define PERMISSIONS 07777
#define RIGHT_TO_WRITE 2 /* W_OK */

enum { DIAGNOSTICS = 2 };

/* A file with several names. */
struct linked {
    uint64_t inode, mount;
    uint32_t links, names, names_replaced;
    bool requested, copied, attributes_left, kept;
};

/* A name in the current directory whose file is being copied. */
struct request {
    uint32_t number;
    int source;
    char name[256];
};

struct visit {
    uint64_t leaves, parent_inode, parent_mount;
    char name[];
};

struct detachment {
    int scratch, copies, line, directory;
    uint64_t user, mount;
    struct memory trail, pending, files;
    struct table numbers;
    uint32_t copied, replaced, request_count;
    struct request requests[MOST_REQUESTED];
};

typedef void visitor(struct detachment *detachment, const char *name);

static _Noreturn void fail_at(struct detachment *detachment, const char *word, long error, const char *name)
{
    descend(&detachment->trail, name);
    fail(word, error, text_of(&detachment->trail));
}

static long require(struct detachment *detachment, long result, const char *word, const char *name)
{
    if (result < 0)
        fail_at(detachment, word, result, name);
    return result;
}

/* ---- walking ---- */

/* One file system may be mounted at several places, where a file would be counted twice. */
static uint64_t mount_of(const struct statx *status)
{
    return status->stx_mask & STATX_MNT_ID ? status->stx_mnt_id : device_number(status);
}

static void stand_in(struct detachment *detachment, int directory)
{
    struct statx status = status_of_open(directory);
    detachment->directory = directory;
    detachment->mount = mount_of(&status);
}

/* Commands run as this user, so they can open what is this user's, and nothing else that is closed. */
static bool enter(struct detachment *detachment, const char *name)
{
    long directory = open_directory(detachment->directory, name, FOR_READING);
    struct statx status;
    if (directory == -EACCES && status_at(detachment->directory, name, &status) == 0 &&
        status.stx_uid == detachment->user)
        fail_at(detachment, "closed", EACCES, name);
    if (directory == -EACCES || directory == -ENOENT || directory == -ENOTDIR || directory == -ELOOP)
        return false;
    require(detachment, directory, "open", name);
    descend(&detachment->trail, name);
    status = status_of_open(detachment->directory);
    struct visit back = {.leaves = true, .parent_inode = status.stx_ino, .parent_mount = detachment->mount};
    push(&detachment->pending, &back, offsetof(struct visit, name), "");
    CALL1(close, detachment->directory);
    stand_in(detachment, (int)directory);
    return true;
}

static void leave(struct detachment *detachment, const struct visit *visit)
{
    detachment->directory = leave_directory(detachment->directory, visit->parent_inode, FOR_READING);
    detachment->mount = visit->parent_mount;
    ascend(&detachment->trail);
}

static void receive_copies(struct detachment *detachment);

/* What is exchanged meanwhile may be listed again, and is another file then. */
static void visit_entries(struct detachment *detachment, visitor *visitor)
{
    struct listing listing;
    const struct directory_entry *entry;
    struct statx before = status_of_open(detachment->directory);
    uint32_t replaced = detachment->replaced;
    begin_listing(&listing, detachment->directory);
    while ((entry = next_entry(&listing))) {
        struct visit visit = {0};
        if (entry->type == TYPE_DIRECTORY)
            push(&detachment->pending, &visit, offsetof(struct visit, name), entry->name);
        else if (entry->type == TYPE_REGULAR)
            visitor(detachment, entry->name);
    }
    receive_copies(detachment);
    struct __kernel_timespec times[] = {
        {before.stx_atime.tv_sec, before.stx_atime.tv_nsec},
        {before.stx_mtime.tv_sec, before.stx_mtime.tv_nsec},
    };
    if (detachment->replaced != replaced)
        CALL4(utimensat, detachment->directory, NULL, times, 0); /* for commands, nothing has happened in it */
}

static void walk(struct detachment *detachment, visitor *visitor)
{
    visit_entries(detachment, visitor);
    for (const struct visit *visit; (visit = pop(&detachment->pending));) {
        char name[256] = ""; /* what was popped is overwritten by what is pushed */
        copy_truncated(name, sizeof name, visit->name);
        if (visit->leaves)
            leave(detachment, visit);
        else if (enter(detachment, name))
            visit_entries(detachment, visitor);
    }
}

/* ---- finding ---- */

static struct linked *file_of(const struct detachment *detachment, uint64_t number)
{
    return (struct linked *)(void *)detachment->files.start + number - 1;
}

static uint64_t key_of(uint64_t inode, uint64_t mount)
{
    return inode + mount * UINT64_C(0x9E3779B97F4A7C15);
}

static struct linked *known_file(const struct detachment *detachment, const struct statx *status)
{
    uint64_t number = known_value(&detachment->numbers, key_of(status->stx_ino, detachment->mount));
    return number ? file_of(detachment, number) : NULL;
}

static void count(struct detachment *detachment, const char *name)
{
    struct statx status;
    long result = status_at(detachment->directory, name, &status);
    if (result == -ENOENT)
        return;
    require(detachment, result, "stat", name);
    if (status.stx_nlink < 2 || (status.stx_mode & S_IFMT) != S_IFREG)
        return;
    uint64_t *number = value_of(&detachment->numbers, key_of(status.stx_ino, detachment->mount));
    if (!*number) {
        struct linked file = {.inode = status.stx_ino, .mount = detachment->mount, .links = status.stx_nlink};
        append_bytes(&detachment->files, &file, sizeof file);
        *number = detachment->files.size / sizeof file;
    }
    struct linked *file = file_of(detachment, *number);
    if (file->inode != status.stx_ino || file->mount != detachment->mount)
        fail_at(detachment, "links", EOVERFLOW, name);
    file->names++;
}

static bool is_linked_from_outside(const struct linked *file)
{
    return file->names < file->links;
}

static uint64_t linked_files(const struct detachment *detachment)
{
    return detachment->files.size / sizeof(struct linked);
}

static bool is_anything_left(const struct detachment *detachment)
{
    for (uint64_t number = 1; number <= linked_files(detachment); number++) {
        const struct linked *file = file_of(detachment, number);
        if (is_linked_from_outside(file) && !file->kept && file->names_replaced < file->names)
            return true;
    }
    return false;
}

/* ---- replacing ---- */

static bool may_be_changed(const struct detachment *detachment, const char *name, const struct statx *status)
{
    if (detachment->user == 0 || status->stx_uid == detachment->user)
        return true;
    int flags = AT_SYMLINK_NOFOLLOW | AT_EACCESS;
    return CALL4(faccessat2, detachment->directory, name, RIGHT_TO_WRITE, flags) != -EACCES;
}

static void prepare_copies(struct detachment *detachment)
{
    if (detachment->copies >= 0)
        return;
    long made = CALL3(mkdirat, detachment->scratch, COPIES, ALL_FOR_OWNER);
    if (made != -EEXIST)
        checked(made, "copy", COPIES);
    detachment->copies = (int)checked(open_directory(detachment->scratch, COPIES, FOR_READING), "copy", COPIES);
    remove_content(detachment->copies, NULL);
}

static int open_source(struct detachment *detachment, const char *name, const struct statx *expected)
{
    int flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;
    long source = CALL4(openat, detachment->directory, name, flags | O_NOATIME, 0);
    if (source == -EPERM)
        source = CALL4(openat, detachment->directory, name, flags, 0);
    require(detachment, source, "copy", name);
    struct statx status = status_of_open((int)source);
    if (status.stx_ino != expected->stx_ino || mount_of(&status) != mount_of(expected))
        fail_at(detachment, "copy", ESTALE, name);
    return (int)source;
}

static long exchange(const struct detachment *detachment, const char *copy, const char *name)
{
    long result =
        CALL5(renameat2, detachment->copies, copy, detachment->directory, name, RENAME_EXCHANGE);
    return result == -EINVAL ? CALL5(renameat2, detachment->copies, copy, detachment->directory, name, 0) : result;
}

/* The owner of a directory may write there in the end, whose group can keep a user namespace from permitting it. */
static long exchange_in_any_mode(const struct detachment *detachment, const char *copy, const char *name)
{
    long result = exchange(detachment, copy, name);
    if (result != -EACCES)
        return result;
    struct statx status = status_of_open(detachment->directory);
    uint32_t mode = status.stx_mode & PERMISSIONS;
    if (CALL2(fchmod, detachment->directory, mode | ALL_FOR_OWNER) < 0)
        return result;
    result = exchange(detachment, copy, name);
    CALL2(fchmod, detachment->directory, mode);
    return result;
}

/* An exchange, since a rename that replaces a file would have ext4 write the new one out at once. */
static void give_name(struct detachment *detachment, const char *copy, const char *name)
{
    require(detachment, exchange_in_any_mode(detachment, copy, name), "copy", name);
    long result = CALL3(unlinkat, detachment->copies, copy, 0);
    if (result != -ENOENT)
        require(detachment, result, "copy", name);
}

static void replace_name(struct detachment *detachment, const char *name, struct linked *file, uint32_t number)
{
    char digits[21];
    write_number(digits, number);
    detachment->replaced++;
    file->names_replaced++;
    if (file->names == 1) {
        give_name(detachment, digits, name);
        return;
    }
    long linked = CALL5(linkat, detachment->copies, digits, detachment->copies, LINK_ON_ITS_WAY, 0);
    require(detachment, linked, "copy", name);
    give_name(detachment, LINK_ON_ITS_WAY, name);
    if (file->names_replaced == file->names)
        CALL3(unlinkat, detachment->copies, digits, 0);
}

static void complete_attributes(struct detachment *detachment, const struct request *request)
{
    char digits[21];
    write_number(digits, request->number);
    long copy = CALL4(openat, detachment->copies, digits, O_RDONLY | O_NOFOLLOW | O_CLOEXEC, 0);
    require(detachment, copy, "copy", request->name);
    require(detachment, copy_user_attributes(request->source, (int)copy), "copy", request->name);
    CALL1(close, copy);
}

static const char *requested_name(const struct detachment *detachment, uint32_t number)
{
    for (uint32_t i = 0; i < detachment->request_count; i++)
        if (detachment->requests[i].number == number)
            return detachment->requests[i].name;
    fail("copy", EPROTO, "");
}

static void receive_copies(struct detachment *detachment)
{
    for (uint32_t i = 0; i < detachment->request_count; i++) {
        struct answer answer = next_answer(detachment->line);
        const char *name = requested_name(detachment, answer.number);
        require(detachment, answer.error, "copy", name);
        struct linked *file = file_of(detachment, answer.number);
        file->copied = true;
        file->attributes_left = answer.attributes_left;
    }
    for (uint32_t i = 0; i < detachment->request_count; i++) {
        const struct request *request = &detachment->requests[i];
        struct linked *file = file_of(detachment, request->number);
        if (file->attributes_left)
            complete_attributes(detachment, request);
        CALL1(close, request->source);
        replace_name(detachment, request->name, file, request->number);
    }
    detachment->copied += detachment->request_count;
    detachment->request_count = 0;
}

static void request_copy(struct detachment *detachment, const char *name, const struct statx *status, uint32_t number)
{
    prepare_copies(detachment);
    struct request *request = &detachment->requests[detachment->request_count++];
    *request = (struct request){.number = number, .source = open_source(detachment, name, status)};
    copy_truncated(request->name, sizeof request->name, name);
    require(detachment, ask_for_copy(detachment->line, request->source, number), "copy", name);
    if (detachment->request_count == MOST_REQUESTED)
        receive_copies(detachment);
}

static void replace(struct detachment *detachment, const char *name)
{
    struct statx status;
    if (status_at(detachment->directory, name, &status) < 0)
        return;
    struct linked *file = known_file(detachment, &status);
    if (!file || !is_linked_from_outside(file) || file->kept)
        return;
    if (!may_be_changed(detachment, name, &status)) {
        file->kept = true;
        return;
    }
    uint32_t number = (uint32_t)(file - file_of(detachment, 1)) + 1;
    if (!file->requested) {
        file->requested = true;
        request_copy(detachment, name, &status, number);
        return;
    }
    receive_copies(detachment);
    if (file->names_replaced < file->names)
        replace_name(detachment, name, file, number);
}

/* ---- */

static void clean_up(const struct detachment *detachment)
{
    if (detachment->copies < 0)
        return;
    remove_content(detachment->copies, NULL);
    CALL3(unlinkat, detachment->scratch, COPIES, AT_REMOVEDIR);
}

static void tell(const struct detachment *detachment)
{
    static const char linked[] = "sandbox-detach: links\n";
    struct memory line = {0};
    char digits[21];
    write_number(digits, detachment->copied);
    append_word(&line, "sandbox-detach: copied ");
    line.size--;
    append_word(&line, digits);
    line.start[line.size - 1] = '\n';
    CALL3(write, DIAGNOSTICS, line.start, line.size);
    for (uint64_t number = 1; number <= linked_files(detachment); number++)
        if (file_of(detachment, number)->names > 1) {
            CALL3(write, DIAGNOSTICS, linked, sizeof linked - 1);
            return;
        }
}

static int open_inside(const char *tree, const char *path)
{
    int directory = open_top(tree);
    for (const char *next = path; *next;) {
        char name[256] = "";
        const char *end = find(next, '/');
        size_t length = (size_t)(end - next);
        if (length >= sizeof name)
            fail("open", ENAMETOOLONG, path);
        memcpy(name, next, length);
        long inner = checked(open_directory(directory, name, O_PATH), "open", path);
        CALL1(close, directory);
        directory = (int)inner;
        next = *end ? end + 1 : end;
    }
    int readable = reopened(directory, path);
    CALL1(close, directory);
    return readable;
}

static _Noreturn void detach(struct detachment *detachment, const char *tree, const char *path)
{
    detachment->user = (uint64_t)CALL0(geteuid);
    gain_rights_over_own_files();
    if (*path)
        descend(&detachment->trail, path);
    stand_in(detachment, open_inside(tree, path));
    walk(detachment, count);
    for (int pass = 0; is_anything_left(detachment); pass++) {
        if (pass == MOST_PASSES)
            fail("links", EAGAIN, tree);
        walk(detachment, replace);
    }
    clean_up(detachment);
    tell(detachment);
    exit_process(0);
}

/* Copies of one tree are made by one at a time, who then may remove what another one has left. */
static int open_locked(const char *path)
{
    int scratch = (int)checked(open_directory(AT_FDCWD, path, FOR_READING), "copy", path);
    long locked;
    do
        locked = CALL2(flock, scratch, LOCK_EXCLUSIVELY);
    while (locked == -EINTR);
    checked(locked, "copy", path);
    return scratch;
}

static _Noreturn void exit_as(long child)
{
    int status = 0;
    long ended;
    do
        ended = CALL4(wait4, child, &status, 0, NULL);
    while (ended == -EINTR);
    exit_process(ended < 0 || status & 0x7f ? 128 + (status & 0x7f) : status >> 8 & 0xff);
}

_Noreturn void run_detach(const char **arguments)
{
    if (!arguments[0] || !arguments[1] || !arguments[2])
        fail("arguments", EINVAL, "");
    int ends[2];
    struct detachment detachment = {.copies = -1};
    detachment.scratch = open_locked(arguments[2]);
    make_line(ends);
    long child = checked(CALL5(clone, SIGCHLD, 0, 0, 0, 0), "copy", "");
    CALL1(close, ends[child ? 1 : 0]);
    if (!child) {
        detachment.line = ends[1];
        detach(&detachment, arguments[0], arguments[1]);
    }
    serve_copies(ends[0], detachment.scratch);
    exit_as(child);
}
