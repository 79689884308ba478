/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Passages: a mount takes its place away from unlink(2), so only sockets are shown that somebody listens at; what a server
 * of an earlier run has left can be removed by the next one. Nobody can tell a pipe that somebody of the host waits at from
 * one that an earlier run has left, so pipes have no passage.
 */

#include "passages.h"

#include <linux/errno.h>
#include <linux/limits.h>
#include <linux/mount.h>
#include <linux/openat2.h>

#include "tree.h"

#define MOST_DIRECTORIES 256

enum { UNIX_SOCKETS = 1, DATAGRAMS = 2, TYPE_SOCKET = 12 };

struct address {
    uint16_t family;
    char path[32];
};

struct search {
    int lower, merged;
    struct memory directories; /* paths, one after the other, nearest first */
    size_t next;
    uint32_t count;
};

static long open_beneath(int top, const char *path, int flags)
{
    struct open_how how = {
        .flags = (uint64_t)(flags | O_NOFOLLOW | O_CLOEXEC),
        .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_XDEV,
    };
    return CALL4(openat2, top, path, &how, sizeof how);
}

/* Connecting with another type of socket fails in another way where there is somebody, who does not notice. */
static bool is_listened_at(int place)
{
    struct address address = {.family = UNIX_SOCKETS};
    long socket = CALL3(socket, UNIX_SOCKETS, DATAGRAMS | O_CLOEXEC, 0);
    write_link_to_descriptor(address.path, (uint32_t)place);
    long result = socket < 0 ? socket : CALL3(connect, socket, &address, sizeof address);
    if (socket >= 0)
        CALL1(close, socket);
    return result == 0 || result == -EPROTOTYPE;
}

/* One with several names could be shared with a cache, whose mode must not be changed through it. */
static bool leads_somewhere(int place)
{
    struct statx status;
    if (status_at(place, "", &status) < 0 || status.stx_nlink != 1)
        return false;
    return (status.stx_mode & S_IFMT) >> 12 == TYPE_SOCKET && is_listened_at(place);
}

static void show(const struct search *search, const char *path)
{
    long place = open_beneath(search->lower, path, O_PATH);
    if (place >= 0 && leads_somewhere((int)place)) {
        long tree = CALL3(open_tree, place, "", OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_EMPTY_PATH);
        long target = open_beneath(search->merged, path, O_PATH);
        if (tree >= 0 && target >= 0)
            CALL5(move_mount, tree, "", target, "", MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH);
        if (tree >= 0)
            CALL1(close, tree);
        if (target >= 0)
            CALL1(close, target);
    }
    if (place >= 0)
        CALL1(close, place);
}

static void look_at(struct search *search, const char *directory, const struct directory_entry *entry)
{
    char path[PATH_MAX] = "";
    size_t length = (size_t)(after(directory) - directory) - 1;
    size_t name = (size_t)(after(entry->name) - entry->name);
    if (length + 1 + name > sizeof path)
        return;
    memcpy(path, directory, length);
    if (length)
        path[length++] = '/';
    memcpy(path + length, entry->name, name);
    if (entry->type == TYPE_SOCKET)
        show(search, path);
    else if (search->count < MOST_DIRECTORIES) {
        search->count++;
        append_word(&search->directories, path);
    }
}

/* Only entries whose type is told with their names: looking at each would take too long. */
static void look_into(struct search *search, const char *path)
{
    _Alignas(8) char buffer[8 * 1024];
    long directory = open_beneath(search->lower, *path ? path : ".", O_RDONLY | O_DIRECTORY);
    if (directory < 0)
        return;
    for (long size; (size = CALL3(getdents64, directory, buffer, sizeof buffer)) > 0;)
        for (long position = 0; position < size;) {
            const struct directory_entry *entry = (const void *)(buffer + position);
            position += entry->size;
            bool itself = equal(entry->name, ".") || equal(entry->name, "..");
            bool wanted = entry->type == TYPE_DIRECTORY || entry->type == TYPE_SOCKET;
            if (wanted && !itself)
                look_at(search, path, entry);
        }
    CALL1(close, directory);
}

void show_passages(int lower, const char *merged)
{
    struct search search = {.lower = lower};
    long top = open_file(merged, O_PATH | O_DIRECTORY | O_NOFOLLOW);
    if (top < 0)
        return;
    search.merged = (int)top;
    append_word(&search.directories, "");
    while (search.next < search.directories.size) {
        char path[PATH_MAX] = ""; /* what is found may move the paths */
        copy_truncated(path, sizeof path, search.directories.start + search.next);
        search.next += (size_t)(after(path) - path);
        look_into(&search, path);
    }
    release(&search.directories);
    CALL1(close, top);
}
