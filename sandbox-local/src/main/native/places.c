/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Paths as another process sees them. The kernel cannot be asked to resolve them with somebody else's root, so they are
 * walked name by name. No name is ever resolved above that root, links lead on from it, and nothing but directories
 * and links is opened, so that a fifo or a device does no harm.
 */

#include <asm/statfs.h>
#include <linux/errno.h>
#include <linux/magic.h>
#include <linux/uio.h>

#include "files.h"
#include "places.h"

#define MOST_LINKS 40
#define MEMORY_BLOCK 4096
#define LONGEST_START 48

struct route {
    int root;
    int at;
    int links;
    const char *rest;
    char text[3 * PATH_MAX]; /* what is still to go ends with it, so that a link's target fits in before */
};

/* ---- memory ---- */

/* The kernel transfers whole parts or nothing of them, and memory may end with the block in which a path ends. */
static long read_memory(uint32_t process, uint64_t address, char *target, size_t size)
{
    size_t first = MEMORY_BLOCK - address % MEMORY_BLOCK;
    if (first > size)
        first = size;
    struct iovec local = {target, size};
    struct iovec remote[] = {{(void *)address, first}, {(void *)(address + first), size - first}};
    return CALL6(process_vm_readv, process, &local, 1, remote, 2, 0);
}

static char *put(char *at, const char *text)
{
    while (*text)
        *at++ = *text++;
    *at = 0;
    return at;
}

static char *put_number(char *at, uint32_t number)
{
    char digits[11];
    char *first = digits + sizeof digits - 1;
    *first = 0;
    do
        *--first = (char)('0' + number % 10);
    while (number /= 10);
    return put(at, first);
}

static char *put_process(char *at, uint32_t process, const char *what)
{
    return put(put_number(put(at, "/proc/"), process), what);
}

/* For where the call above is refused, as the strict system call filter does. */
static long read_memory_file(uint32_t process, uint64_t address, char *target, size_t size)
{
    char name[LONGEST_START];
    put_process(name, process, "/mem");
    long file = open_file(name, O_RDONLY);
    if (file < 0)
        return file;
    long count = CALL4(pread64, file, target, size, address);
    CALL1(close, file);
    return count;
}

bool read_path(uint32_t process, uint64_t address, char path[PATH_MAX])
{
    long count = read_memory(process, address, path, PATH_MAX);
    if (count < 0)
        count = read_memory_file(process, address, path, PATH_MAX);
    for (long i = 0; i < count; i++)
        if (!path[i])
            return i > 0;
    return false;
}

/* ---- where a path begins ---- */

static char *put_start(char *at, uint32_t process, int directory, const char *path)
{
    if (path[0] == '/')
        return put_process(at, process, "/root");
    if (directory == AT_FDCWD)
        return put_process(at, process, "/cwd");
    return put_number(put_process(at, process, "/fd/"), (uint32_t)directory);
}

static size_t length_without_slashes(const char *path)
{
    size_t length = (size_t)(after(path) - path) - 1;
    while (length && path[length - 1] == '/')
        length--;
    return length;
}

bool is_surely_no_directory(uint32_t process, int directory, const char *path)
{
    char buffer[LONGEST_START + 1 + PATH_MAX];
    char *end = put_start(buffer, process, directory, path);
    *end++ = '/';
    size_t length = length_without_slashes(path);
    memcpy(end, path, length);
    end[length] = 0;
    struct statx status;
    return status_at(AT_FDCWD, buffer, &status) == 0 && !is_directory(&status);
}

static int open_start(uint32_t process, int directory, const char *path)
{
    char name[LONGEST_START];
    put_start(name, process, directory, path);
    return (int)open_file(name, O_PATH | O_DIRECTORY);
}

/* ---- the walk ---- */

static void go_to(struct route *route, int directory)
{
    close_file(route->at);
    route->at = directory;
}

static bool is_at_root(const struct route *route)
{
    struct statx at, root;
    return status_of_descriptor(route->at, &at) == 0 && status_of_descriptor(route->root, &root) == 0
        && is_same(&at, &root) && at.stx_mnt_id == root.stx_mnt_id;
}

static bool go_up(struct route *route)
{
    if (is_at_root(route))
        return true;
    go_to(route, (int)CALL3(openat, route->at, "..", O_PATH | O_DIRECTORY | O_CLOEXEC));
    return route->at >= 0;
}

static bool is_magic(int link)
{
    struct statfs status;
    return CALL2(fstatfs, link, &status) < 0 || status.f_type == PROC_SUPER_MAGIC;
}

static bool put_before_rest(struct route *route, const char *target, size_t length)
{
    size_t room = (size_t)(route->rest - route->text);
    if (length + 1 > room)
        return false;
    char *start = route->text + room - length - 1;
    memcpy(start, target, length);
    start[length] = '/';
    route->rest = start;
    return true;
}

static bool follow(struct route *route, int link)
{
    char target[PATH_MAX];
    if (++route->links > MOST_LINKS || is_magic(link))
        return false;
    long length = CALL4(readlinkat, link, "", target, sizeof target);
    if (length <= 0 || length == sizeof target || !put_before_rest(route, target, (size_t)length))
        return false;
    if (target[0] == '/')
        go_to(route, (int)CALL3(fcntl, route->root, F_DUPFD_CLOEXEC, 0));
    return route->at >= 0;
}

static bool go_down(struct route *route, const char *name)
{
    long next = CALL3(openat, route->at, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
    struct statx status;
    if (next >= 0 && status_of_descriptor((int)next, &status) == 0) {
        if (is_directory(&status)) {
            go_to(route, (int)next);
            return true;
        }
        if (S_ISLNK(status.stx_mode)) {
            bool followed = follow(route, (int)next);
            CALL1(close, next);
            return followed;
        }
    }
    close_file(next);
    return false;
}

static bool step(struct route *route, const char *name)
{
    if (equal(name, "."))
        return true;
    return equal(name, "..") ? go_up(route) : go_down(route, name);
}

static const char *skip_slashes(const char *path)
{
    while (*path == '/')
        path++;
    return path;
}

static bool take_name(struct route *route, char name[NAME_MAX + 1])
{
    const char *start = skip_slashes(route->rest);
    const char *end = find(start, '/');
    size_t length = (size_t)(end - start);
    if (length == 0 || length > NAME_MAX)
        return false;
    memcpy(name, start, length);
    name[length] = 0;
    route->rest = end;
    return true;
}

static bool walk(struct route *route, struct place *place)
{
    while (take_name(route, place->name)) {
        bool is_last = !*skip_slashes(route->rest);
        if (is_last) {
            put(put(place->spelling, place->name), *route->rest ? "/" : "");
            return !is_itself_or_parent(place->name);
        }
        if (!step(route, place->name))
            return false;
    }
    return false;
}

bool find_place(uint32_t process, int directory, const char *path, struct place *place)
{
    size_t size = (size_t)(after(path) - path);
    struct route route;
    route.links = 0;
    route.root = open_start(process, AT_FDCWD, "/");
    route.at = open_start(process, directory, path);
    route.rest = memcpy(route.text + sizeof route.text - size, path, size);
    bool found = route.root >= 0 && route.at >= 0 && walk(&route, place);
    close_file(route.root);
    place->directory = route.at;
    if (!found)
        release_place(place);
    return found;
}

void release_place(struct place *place)
{
    close_file(place->directory);
    place->directory = -1;
}
