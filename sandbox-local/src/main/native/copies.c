/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Copying a file: content with its holes, shared with the original where the file system can, owner, mode, times to the
 * nanosecond, extended attributes, access control lists. What an ordinary user may not give to a file of his own is
 * given up: another owner, and with it the set-id bits; labels of security modules; trusted attributes.
 */

#include "copies.h"

#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/net.h>
#include <linux/time_types.h>

#define LARGEST_ATTRIBUTES (64u << 10)
#define BLOCK (128u << 10)
#define PERMISSIONS 07777
#define SET_ID_BITS 06000
#define MODE_OF_NEWBORN 0600
#define ACCESS_LIST "system.posix_acl_access"

enum { UNIX_SOCKETS = 1, PACKETS = 5, SOCKET_LEVEL = 1, RIGHTS = 1, TRUNCATED_RIGHTS = 8, CLOSED_ON_EXEC = 0x40000000 };

/* ---- the line, cmsg(3) and unix(7) ---- */

struct io_vector {
    void *start;
    size_t size;
};

struct message {
    void *name;
    int name_size;
    struct io_vector *vectors;
    size_t vector_count;
    void *control;
    size_t control_size;
    unsigned flags;
};

struct descriptor_message {
    size_t size;
    int level, type, descriptor, padding;
};

void make_line(int ends[2])
{
    checked(CALL4(socketpair, UNIX_SOCKETS, PACKETS | O_CLOEXEC, 0, ends), "copy", "");
}

long ask_for_copy(int line, int source, uint32_t number)
{
    struct io_vector vector = {&number, sizeof number};
    struct descriptor_message rights = {offsetof(struct descriptor_message, padding), SOCKET_LEVEL, RIGHTS, source, 0};
    struct message message = {
        .vectors = &vector, .vector_count = 1, .control = &rights, .control_size = sizeof rights};
    return CALL3(sendmsg, line, &message, 0);
}

struct answer next_answer(int line)
{
    struct answer answer;
    long size = CALL3(read, line, &answer, sizeof answer);
    if (size != sizeof answer)
        fail("copy", size < 0 ? size : EPIPE, "");
    return answer;
}

/* Returns the file to be copied, or -errno; -EPIPE when there is nobody left. */
static long next_request(int line, uint32_t *number)
{
    struct io_vector vector = {number, sizeof *number};
    struct descriptor_message rights = {0};
    struct message message = {
        .vectors = &vector, .vector_count = 1, .control = &rights, .control_size = sizeof rights};
    long size = CALL3(recvmsg, line, &message, CLOSED_ON_EXEC);
    if (size <= 0)
        return size < 0 ? size : -EPIPE;
    bool with_file = size == sizeof *number && message.control_size >= offsetof(struct descriptor_message, padding);
    return with_file && !(message.flags & TRUNCATED_RIGHTS) ? rights.descriptor : -EMFILE;
}

/* ---- content ---- */

static long copy_block_by_block(int from, int to, char *block, int64_t position, int64_t end)
{
    while (position < end) {
        size_t wanted = end - position < BLOCK ? (size_t)(end - position) : BLOCK;
        long size = CALL4(pread64, from, block, wanted, position);
        if (size <= 0)
            return size;
        for (long written = 0; written < size;) {
            long count = CALL4(pwrite64, to, block + written, size - written, position + written);
            if (count < 0)
                return count;
            written += count;
        }
        position += size;
    }
    return 0;
}

static long copy_range(int from, int to, char *block, int64_t position, int64_t end)
{
    while (position < end) {
        int64_t source = position;
        int64_t target = position;
        long size = CALL6(copy_file_range, from, &source, to, &target, end - position, 0);
        if (size == 0)
            return 0;
        if (size < 0)
            return size == -ENOSPC || size == -EDQUOT || size == -EIO
                ? size
                : copy_block_by_block(from, to, block, position, end);
        position += size;
    }
    return 0;
}

static long copy_content(int from, int to, int64_t size, char *block)
{
    if (size == 0 || CALL3(ioctl, to, FICLONE, from) == 0)
        return 0;
    long error = CALL2(ftruncate, to, size);
    for (int64_t position = 0; error == 0 && position < size;) {
        int64_t data = CALL3(lseek, from, position, SEEK_DATA);
        if (data == -ENXIO)
            break;
        int64_t hole = data < 0 ? size : CALL3(lseek, from, data, SEEK_HOLE);
        if (data < 0)
            data = position;
        position = hole < 0 || hole > size ? size : hole;
        error = copy_range(from, to, block, data, position);
    }
    return error;
}

/* ---- attributes ---- */

/* Nobody could have given them to the copy without privileges. */
static bool may_be_missing(const char *name, long error)
{
    bool refused = error == -EPERM || error == -EACCES || error == -EOPNOTSUPP;
    return refused && (begins_with(name, "security.") || begins_with(name, "trusted."));
}

static long copy_extended(int from, int to, const char *prefix, bool *left)
{
    struct memory buffers = {0};
    char *names = extend(&buffers, 2 * LARGEST_ATTRIBUTES);
    char *value = names + LARGEST_ATTRIBUTES;
    long size = CALL3(flistxattr, from, names, LARGEST_ATTRIBUTES);
    long error = size < 0 && size != -EOPNOTSUPP ? size : 0;
    for (const char *name = names; error == 0 && size > 0 && name < names + size; name = after(name)) {
        if (!begins_with(name, prefix))
            continue;
        long length = CALL4(fgetxattr, from, name, value, LARGEST_ATTRIBUTES);
        if (length == -EACCES && left)
            *left = true;
        else if (length != -ENODATA)
            error = length < 0 ? length : CALL5(fsetxattr, to, name, value, length, 0);
        if (may_be_missing(name, error))
            error = 0;
    }
    release(&buffers);
    return error;
}

long copy_user_attributes(int from, int to)
{
    return copy_extended(from, to, "user.", NULL);
}

static struct __kernel_timespec time_of(const struct statx_timestamp *timestamp)
{
    return (struct __kernel_timespec){.tv_sec = timestamp->tv_sec, .tv_nsec = timestamp->tv_nsec};
}

/* Returns whether the copy now belongs to whom the original belongs to. */
static bool copy_owner(int to, const struct statx *wanted)
{
    struct statx now = status_of_open(to);
    bool group = now.stx_gid == wanted->stx_gid || CALL3(fchown, to, -1, wanted->stx_gid) == 0;
    bool owner = now.stx_uid == wanted->stx_uid || CALL3(fchown, to, wanted->stx_uid, -1) == 0;
    return group && owner;
}

/* The list may be inherited from the directory of copies. The owner comes first, since a change of it clears the set-id
   bits and capabilities, and the mode last, since lists change it. */
static long copy_attributes(int from, int to, const struct statx *wanted, bool *left)
{
    uint32_t mode = wanted->stx_mode & PERMISSIONS;
    if (!copy_owner(to, wanted))
        mode &= ~(uint32_t)SET_ID_BITS;
    CALL2(fremovexattr, to, ACCESS_LIST);
    long error = copy_extended(from, to, "", left);
    if (error == 0)
        error = CALL2(fchmod, to, mode);
    struct __kernel_timespec times[] = {time_of(&wanted->stx_atime), time_of(&wanted->stx_mtime)};
    return error < 0 ? error : CALL4(utimensat, to, NULL, times, 0);
}

/* ---- files ---- */

static long make_file(int scratch, uint32_t number)
{
    char name[21];
    write_number(name, number);
    long copies = open_directory(scratch, COPIES, O_PATH);
    if (copies < 0)
        return copies;
    long file = CALL4(openat, copies, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, MODE_OF_NEWBORN);
    CALL1(close, copies);
    return file;
}

static long copy_file(int from, int scratch, uint32_t number, char *block, bool *left)
{
    struct statx status = status_of_open(from);
    long to = make_file(scratch, number);
    if (to < 0)
        return to;
    long error = copy_content(from, (int)to, (int64_t)status.stx_size, block);
    if (error == 0)
        error = copy_attributes(from, (int)to, &status, left);
    CALL1(close, to);
    return error;
}

void serve_copies(int line, int scratch)
{
    struct memory buffer = {0};
    char *block = extend(&buffer, BLOCK);
    uint32_t number;
    long source;
    while ((source = next_request(line, &number)) != -EPIPE) {
        bool left = false;
        struct answer answer = {.number = number, .error = (int32_t)source};
        if (source >= 0) {
            answer.error = (int32_t)copy_file((int)source, scratch, number, block, &left);
            CALL1(close, source);
        }
        answer.attributes_left = left;
        CALL3(write, line, &answer, sizeof answer);
    }
    release(&buffer);
}
