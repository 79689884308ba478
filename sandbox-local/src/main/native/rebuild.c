/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Makes a directory that an overlay cannot rename into one that it can. A new directory is made beside it; whatever
 * the overlay can rename moves there, which is everything but directories of a lower layer, and for those the same is
 * done again; then the new directory takes the place of the old one, which is empty by now.
 *
 * Somebody else may change the tree meanwhile. The walk therefore holds on to directories, checks after each step up
 * that it came out where it went in, and gives up what it cannot finish. It holds two directories at a time, however
 * deep the tree is, and keeps what it needs to know of the others in memory of limited size.
 */

#include <linux/errno.h>
#include <linux/limits.h>
#include <linux/mman.h>
#include <linux/time.h>
#include <linux/time_types.h>

#include "files.h"
#include "moved_links.h"
#include "rebuild.h"

#define TEMPORARY ".sandbox-move-"
#define MOST_TEMPORARY 100
#define MOST_PASSES 8
#define ARENA_SIZE (64u << 20)
#define LARGEST_ATTRIBUTE (64u << 10)
#define STEPS_BETWEEN_QUESTIONS 16
#define NANOSECONDS_TO_PUT_BACK 1000000000
#define OWNER_ALL 0700
#define PERMISSIONS 07777
#define PERMISSIONS_FOR_MKDIR 01777
#define TYPE_DIRECTORY 4
#define NO_REPLACE 1 /* RENAME_NOREPLACE */

struct level {
    struct level *above;
    const char *name;
    struct statx from, to; /* which directories these are */
    struct statx attributes;
    bool opened_up;
    int passes;
    const char *next, *end; /* names of directories that are still to do */
};

struct walk {
    int from, to;
    struct level *level;
    bool back;
    bool impatient;
    int64_t deadline;
    uint32_t steps;
    char *free, *limit;
    char *names, *value;
    int top; /* where links' paths begin */
    struct links links;
    const struct patience *patience;
};

/* ---- time ---- */

static int64_t nanoseconds(void)
{
    struct __kernel_timespec now = {0};
    CALL2(clock_gettime, CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000000000 + now.tv_nsec;
}

/* Putting back goes on for a while when nobody wants to wait any more: the tree is not to be left in pieces. */
static bool goes_on(struct walk *walk)
{
    if (++walk->steps % STEPS_BETWEEN_QUESTIONS)
        return true;
    walk->impatient = walk->impatient || !walk->patience->goes_on(walk->patience->context);
    if (!walk->impatient || !walk->back)
        return !walk->impatient;
    if (!walk->deadline)
        walk->deadline = nanoseconds() + NANOSECONDS_TO_PUT_BACK;
    return nanoseconds() < walk->deadline;
}

/* ---- attributes ---- */

static long copy_extended_attributes(const struct walk *walk)
{
    long size = CALL3(flistxattr, walk->from, walk->names, LARGEST_ATTRIBUTE);
    for (const char *name = walk->names; size > 0 && name < walk->names + size; name = after(name)) {
        long length = CALL4(fgetxattr, walk->from, name, walk->value, LARGEST_ATTRIBUTE);
        long error = length < 0 ? 0 : CALL5(fsetxattr, walk->to, name, walk->value, length, 0);
        if (error == -ENOSPC || error == -EDQUOT)
            return error;
    }
    return 0;
}

static struct __kernel_timespec time_of(const struct statx_timestamp *timestamp)
{
    return (struct __kernel_timespec){.tv_sec = timestamp->tv_sec, .tv_nsec = timestamp->tv_nsec};
}

/* Some owners and attributes cannot be set without privileges; a copy by the command itself would lack them, too. */
static long copy_attributes(const struct walk *walk, const struct statx *wanted)
{
    struct statx status;
    long error = status_of_descriptor(walk->to, &status);
    if (error < 0)
        return error;
    if (status.stx_uid != wanted->stx_uid || status.stx_gid != wanted->stx_gid)
        CALL3(fchown, walk->to, wanted->stx_uid, wanted->stx_gid);
    error = copy_extended_attributes(walk);

    uint32_t mode = wanted->stx_mode & PERMISSIONS;
    if (error == 0)
        error = status_of_descriptor(walk->to, &status);
    if (error == 0 && (status.stx_mode & PERMISSIONS) != mode)
        error = CALL2(fchmod, walk->to, mode);
    struct __kernel_timespec times[] = {time_of(&wanted->stx_atime), time_of(&wanted->stx_mtime)};
    return error < 0 ? error : CALL4(utimensat, walk->to, NULL, times, 0);
}

/* ---- directories ---- */

static void open_up(int directory, const struct statx *status, bool *opened_up)
{
    char link[32];
    write_link_to_descriptor(link, (uint32_t)directory);
    bool is_open = (status->stx_mode & OWNER_ALL) == OWNER_ALL;
    uint32_t mode = (status->stx_mode & PERMISSIONS) | OWNER_ALL;
    *opened_up = !is_open && CALL3(fchmodat, AT_FDCWD, link, mode) == 0;
}

static long open_directory(int parent, const char *name, struct statx *status, bool *opened_up)
{
    *opened_up = false;
    long path = CALL3(openat, parent, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (path < 0)
        return path;
    long result = status_of_descriptor((int)path, status);
    if (result == 0) {
        open_up((int)path, status, opened_up);
        result = CALL3(openat, path, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    }
    CALL1(close, path);
    return result;
}

static long reopen(int directory)
{
    return CALL3(openat, directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

/* The bit is inherited where a system call filter would not let us set it, and the group with it. */
static long make_directory_inheriting(int like, int parent, const char *name, uint32_t mode)
{
    long error = CALL3(mkdirat, like, TEMPORARY, mode);
    if (error < 0)
        return error == -EEXIST ? -EBUSY : error;
    error = CALL5(renameat2, like, TEMPORARY, parent, name, NO_REPLACE);
    if (error < 0)
        CALL3(unlinkat, like, TEMPORARY, AT_REMOVEDIR);
    return error;
}

static long make_directory(int like, const struct statx *status, int parent, const char *name)
{
    uint32_t mode = (status->stx_mode & PERMISSIONS_FOR_MKDIR) | OWNER_ALL;
    if (status->stx_mode & S_ISGID)
        return make_directory_inheriting(like, parent, name, mode);
    return CALL3(mkdirat, parent, name, mode);
}

/* A new directory inherits a list from its parent that the old one may not have had. */
static void remove_access_lists(int directory)
{
    CALL2(fremovexattr, directory, "system.posix_acl_access");
    CALL2(fremovexattr, directory, "system.posix_acl_default");
}

/* ---- levels ---- */

static void *allocate(struct walk *walk, size_t size)
{
    size_t alignment = _Alignof(struct level);
    char *start = (char *)(((uintptr_t)walk->free + alignment - 1) / alignment * alignment);
    if (start + size > walk->limit)
        return NULL;
    walk->free = start + size;
    return start;
}

static void stand_in(struct walk *walk, long from, long to)
{
    close_file(walk->from);
    close_file(walk->to);
    walk->from = (int)from;
    walk->to = (int)to;
}

static long push(struct walk *walk, struct level level)
{
    struct level *pushed = allocate(walk, sizeof level);
    if (!pushed)
        return -E2BIG;
    *pushed = level;
    pushed->above = walk->level;
    pushed->next = pushed->end = walk->free;
    walk->level = pushed;
    return 0;
}

static long climb(struct walk *walk)
{
    const struct level *above = walk->level->above;
    struct statx from, to;
    stand_in(
        walk, CALL3(openat, walk->from, "..", O_RDONLY | O_DIRECTORY | O_CLOEXEC),
        CALL3(openat, walk->to, "..", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    bool is_where_it_was = status_of_descriptor(walk->from, &from) == 0 && is_same(&from, &above->from)
        && status_of_descriptor(walk->to, &to) == 0 && is_same(&to, &above->to);
    return is_where_it_was ? 0 : -EBUSY;
}

/* ---- files with several names ---- */

static size_t length_of(const char *text)
{
    return (size_t)(after(text) - text) - 1;
}

static bool remember_path(struct walk *walk, const struct statx *status, const char *name)
{
    size_t size = length_of(name) + 1;
    for (const struct level *level = walk->level; level->above; level = level->above)
        size += length_of(level->name) + 1;
    char *path = remember(&walk->links, status, size);
    if (!path)
        return false;
    char *end = path + size - length_of(name) - 1;
    memcpy(end, name, length_of(name) + 1);
    for (const struct level *level = walk->level; level->above; level = level->above) {
        *--end = '/';
        end -= length_of(level->name);
        memcpy(end, level->name, length_of(level->name));
    }
    return true;
}

static const char *last_slash_within(const char *path, size_t size)
{
    const char *last = NULL;
    for (size_t i = 0; i < size && path[i]; i++)
        if (path[i] == '/')
            last = path + i;
    return last;
}

/* Shortens a path from a directory until the kernel takes it. */
static long open_on_the_way(int top, const char **path)
{
    long directory = reopen(top);
    while (directory >= 0 && length_of(*path) >= PATH_MAX) {
        char part[PATH_MAX];
        const char *end = last_slash_within(*path, PATH_MAX - 1);
        size_t length = (size_t)(end - *path);
        memcpy(part, *path, length);
        part[length] = 0;
        long next = CALL3(openat, directory, part, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        CALL1(close, directory);
        directory = next;
        *path = end + 1;
    }
    return directory;
}

static bool link_again(const struct walk *walk, const char *path, const char *name)
{
    long directory = open_on_the_way(walk->top, &path);
    if (directory < 0)
        return false;
    long error = CALL5(linkat, directory, path, walk->to, name, 0);
    CALL1(close, directory);
    return error == 0 && CALL3(unlinkat, walk->from, name, 0) == 0;
}

/* ---- entries ---- */

static long rename_entry(const struct walk *walk, const char *name, uint32_t flags)
{
    return CALL5(renameat2, walk->from, name, walk->to, name, flags);
}

static long move_linked(struct walk *walk, const char *name, const struct statx *status)
{
    const char *path = remembered_path(&walk->links, status);
    if (path && link_again(walk, path, name))
        return 0;
    long error = rename_entry(walk, name, NO_REPLACE);
    if (error == 0 && !path && !remember_path(walk, status, name))
        return -ENOMEM;
    return error;
}

static long queue(struct walk *walk, const char *name)
{
    size_t size = length_of(name) + 1;
    if (walk->free + size > walk->limit)
        return -E2BIG;
    memcpy(walk->free, name, size);
    walk->free += size;
    walk->level->end = walk->free;
    return 0;
}

/* What somebody has put there since counts as newer than what was moved before. */
static long resolve_conflict(struct walk *walk, const char *name)
{
    struct statx status;
    long error = status_at(walk->from, name, &status);
    if (error < 0)
        return error;
    if (is_directory(&status))
        return queue(walk, name);
    return walk->back ? 0 : rename_entry(walk, name, 0);
}

static long move_entry(struct walk *walk, const struct directory_entry *entry)
{
    const char *name = entry->name;
    struct statx status;
    if (is_itself_or_parent(name))
        return 0;
    if (!goes_on(walk))
        return -ECANCELED;
    bool may_be_linked = !walk->back && entry->type != TYPE_DIRECTORY;
    bool is_linked = may_be_linked && status_at(walk->from, name, &status) == 0 && !is_directory(&status)
        && status.stx_nlink > 1;
    long error = is_linked ? move_linked(walk, name, &status) : rename_entry(walk, name, NO_REPLACE);
    bool is_sealed = error == -EACCES && entry->type == TYPE_DIRECTORY;
    if (error == -EXDEV || is_sealed)
        return queue(walk, name);
    if (error == -EEXIST)
        error = resolve_conflict(walk, name);
    return error == -ENOENT ? 0 : error;
}

static long move_entries(struct walk *walk)
{
    _Alignas(struct directory_entry) char entries[8192];
    long size;
    while ((size = CALL3(getdents64, walk->from, entries, sizeof entries)) > 0)
        for (long position = 0; position < size;) {
            const struct directory_entry *entry = (const void *)(entries + position);
            long error = move_entry(walk, entry);
            if (error < 0)
                return error;
            position += entry->size;
        }
    return size;
}

/* ---- the walk ---- */

/* The attributes are those of the first look: a later one would see the times that the walk itself has changed. */
static long enter(struct walk *walk, const char *name, const struct level *before)
{
    struct level level = {.name = name};
    long from = open_directory(walk->from, name, &level.from, &level.opened_up);
    if (from < 0)
        return from == -ENOENT ? 0 : from;
    level.attributes = before ? before->attributes : level.from;
    level.passes = before ? before->passes + 1 : 0;
    long error = make_directory((int)from, &level.attributes, walk->to, name);
    bool opened_up;
    long to = error < 0 && error != -EEXIST ? error : open_directory(walk->to, name, &level.to, &opened_up);
    if (to >= 0 && error == 0)
        remove_access_lists((int)to);
    error = to < 0 ? to : push(walk, level);
    if (error < 0) {
        if (level.opened_up)
            CALL2(fchmod, from, level.attributes.stx_mode & PERMISSIONS);
        close_file(from);
        close_file(to);
        return error;
    }
    stand_in(walk, from, to);
    return move_entries(walk);
}

static long remove_emptied(struct walk *walk, const struct level *left)
{
    long error = CALL3(unlinkat, walk->from, left->name, AT_REMOVEDIR);
    if (error != -ENOTEMPTY)
        return error == -ENOENT ? 0 : error;
    if (left->passes < MOST_PASSES)
        return enter(walk, left->name, left);
    return walk->back ? 0 : -EBUSY;
}

static long finish_level(struct walk *walk)
{
    struct level *level = walk->level;
    long error = copy_attributes(walk, &level->attributes);
    if (error < 0)
        return error;
    if (!level->above) {
        walk->level = NULL;
        return 0;
    }
    error = climb(walk);
    if (error < 0)
        return error;
    struct level left = *level;
    walk->level = level->above;
    walk->free = (char *)level;
    return remove_emptied(walk, &left);
}

static long advance(struct walk *walk)
{
    struct level *level = walk->level;
    if (level->next == level->end)
        return finish_level(walk);
    const char *name = level->next;
    level->next = after(name);
    return enter(walk, name, NULL);
}

/* So that what is found on either side on the way back has the attributes that it had. */
static void unwind(struct walk *walk)
{
    while (walk->level) {
        struct level *level = walk->level;
        copy_attributes(walk, &level->attributes);
        if (level->opened_up)
            CALL2(fchmod, walk->from, level->attributes.stx_mode & PERMISSIONS);
        if (level->above && climb(walk) < 0)
            return;
        walk->level = level->above;
    }
}

static long walk_tree(struct walk *walk, int from, int to, const struct statx *attributes)
{
    struct level top = {.name = "", .attributes = *attributes};
    char *free = walk->free;
    walk->level = NULL;
    stand_in(walk, reopen(from), reopen(to));
    long error = status_of_descriptor(walk->from, &top.from);
    if (error == 0)
        error = status_of_descriptor(walk->to, &top.to);
    if (error == 0)
        error = push(walk, top);
    if (error == 0)
        error = move_entries(walk);
    while (error == 0 && walk->level)
        error = advance(walk);
    if (error < 0)
        unwind(walk);
    stand_in(walk, -1, -1);
    walk->free = free;
    return error;
}

/* ---- the whole ---- */

struct rebuilding {
    int parent;
    const char *name;
    char temporary[sizeof TEMPORARY + 20];
    int from, to;
    struct statx status;
};

static void name_temporary(char *name, uint64_t number)
{
    char *end = name + sizeof TEMPORARY - 1;
    memcpy(name, TEMPORARY, sizeof TEMPORARY);
    for (number %= 1000000000; number; number /= 10)
        *end++ = (char)('0' + number % 10);
    *end = 0;
}

static long make_temporary(struct rebuilding *rebuilding)
{
    long error = -EEXIST;
    uint64_t number = (uint64_t)nanoseconds();
    for (int i = 0; i < MOST_TEMPORARY && error == -EEXIST; i++) {
        name_temporary(rebuilding->temporary, number + (uint64_t)i);
        error = make_directory(rebuilding->from, &rebuilding->status, rebuilding->parent, rebuilding->temporary);
    }
    if (error < 0)
        return error;
    struct statx status;
    bool opened_up;
    long to = open_directory(rebuilding->parent, rebuilding->temporary, &status, &opened_up);
    if (to < 0)
        return to;
    remove_access_lists((int)to);
    rebuilding->to = (int)to;
    return 0;
}

static long replace(const struct rebuilding *rebuilding)
{
    return CALL5(renameat2, rebuilding->parent, rebuilding->temporary, rebuilding->parent, rebuilding->name, 0);
}

static long move_all(struct walk *walk, const struct rebuilding *rebuilding)
{
    long error;
    int passes = 0;
    do {
        error = walk_tree(walk, rebuilding->from, rebuilding->to, &rebuilding->status);
        if (error == 0)
            error = replace(rebuilding);
    } while ((error == -ENOTEMPTY || error == -EEXIST) && ++passes < MOST_PASSES);
    return error == -ENOTEMPTY ? -EBUSY : error;
}

static void put_back(struct walk *walk, const struct rebuilding *rebuilding)
{
    walk->back = true;
    walk_tree(walk, rebuilding->to, rebuilding->from, &rebuilding->status);
    CALL3(unlinkat, rebuilding->parent, rebuilding->temporary, AT_REMOVEDIR);
}

static long move_with_memory(struct rebuilding *rebuilding, const struct patience *patience)
{
    size_t size = ARENA_SIZE + 2 * LARGEST_ATTRIBUTE;
    int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
    long memory = CALL6(mmap, NULL, size, PROT_READ | PROT_WRITE, flags, -1, 0);
    if (memory < 0 && memory > -4096)
        return memory;
    char *start = (char *)memory;
    struct walk walk = {.from = -1, .to = -1, .top = rebuilding->to, .patience = patience};
    walk.names = start;
    walk.value = start + LARGEST_ATTRIBUTE;
    walk.free = start + 2 * LARGEST_ATTRIBUTE;
    walk.limit = start + size;
    long error = move_all(&walk, rebuilding);
    if (error < 0)
        put_back(&walk, rebuilding);
    forget_links(&walk.links);
    CALL2(munmap, start, size);
    return error;
}

long rebuild_directory(int parent, const char *name, const struct patience *patience)
{
    struct rebuilding rebuilding = {.parent = parent, .name = name, .from = -1, .to = -1};
    bool opened_up;
    long from = open_directory(parent, name, &rebuilding.status, &opened_up);
    if (from < 0)
        return from;
    rebuilding.from = (int)from;
    long error = make_temporary(&rebuilding);
    if (error == 0)
        error = move_with_memory(&rebuilding, patience);
    if (error < 0 && opened_up)
        CALL2(fchmod, from, rebuilding.status.stx_mode & PERMISSIONS);
    close_file(from);
    close_file(rebuilding.to);
    return error;
}
