/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The journal: writing the operations of a plan, and finding them again.
 */

#include <linux/errno.h>
#include <linux/mman.h>

#include "merge.h"

struct mark mark_of(const struct script *script)
{
    return (struct mark){script->bytes.size, script->count};
}

void roll_back(struct script *script, struct mark mark)
{
    script->bytes.size = mark.size;
    script->count = mark.count;
}

void emit(struct script *script, enum operation operation)
{
    *extend(&script->bytes, 1) = (char)operation;
    script->count++;
}

void emit_name(struct script *script, enum operation operation, const char *name)
{
    emit(script, operation);
    append_word(&script->bytes, name);
}

void emit_inode(struct script *script, uint64_t inode)
{
    append_bytes(&script->bytes, &inode, sizeof inode);
}

void emit_go(struct script *script, uint32_t part, uint32_t branch)
{
    emit(script, GO);
    append_bytes(&script->bytes, &part, sizeof part);
    append_bytes(&script->bytes, &branch, sizeof branch);
}

void emit_times(struct script *script, enum operation operation, const struct attributes *attributes)
{
    emit(script, operation);
    append_bytes(&script->bytes, attributes, sizeof *attributes);
}

const char *emit_path(struct script *script, const char *path, bool last)
{
    char name[256];
    for (;;) {
        const char *end = find(path, '/');
        if (!*end && !last)
            return path;
        size_t length = (size_t)(end - path);
        memcpy(name, path, length);
        name[length] = 0;
        if (length)
            emit_name(script, ENTER_LOWER, name);
        if (!*end)
            return end;
        path = end + 1;
    }
}

struct attributes attributes_of(const struct statx *status)
{
    return (struct attributes){
        .mode = status->stx_mode & 07777,
        .uid = status->stx_uid,
        .gid = status->stx_gid,
        .access_seconds = status->stx_atime.tv_sec,
        .access_nanoseconds = status->stx_atime.tv_nsec,
        .modification_seconds = status->stx_mtime.tv_sec,
        .modification_nanoseconds = status->stx_mtime.tv_nsec,
    };
}

struct journal_header read_header(int journal)
{
    struct journal_header header = {0};
    long size = CALL4(pread64, journal, &header, sizeof header, 0);
    if (size != sizeof header || (header.magic != JOURNAL_MAGIC && header.magic != UNDO_MAGIC))
        fail("journal", size < 0 ? size : EINVAL, "");
    return header;
}

const char *map_operations(int journal, const struct journal_header *header)
{
    size_t size = sizeof *header + header->size;
    long address = CALL6(mmap, NULL, size, PROT_READ, MAP_PRIVATE, journal, 0);
    if (address < 0 && address > -4096)
        fail("journal", address, "");
    return (const char *)address + sizeof *header;
}
