/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * A hash table of files, and their paths one after the other.
 */

#include <linux/mman.h>

#include "moved_links.h"

#define FIRST_SIZE (64u << 10)
#define LARGEST_SIZE (256u << 20)

static bool is_address(long result)
{
    return result >= 0 || result < -4095;
}

static bool make_room(struct memory *memory, size_t size)
{
    long address;
    if (size > LARGEST_SIZE)
        return false;
    if (memory->start)
        address = CALL4(mremap, memory->start, memory->size, size, MREMAP_MAYMOVE);
    else
        address = CALL6(mmap, NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (!is_address(address))
        return false;
    *memory = (struct memory){(char *)address, size};
    return true;
}

static void release(struct memory *memory)
{
    if (memory->start)
        CALL2(munmap, memory->start, memory->size);
    *memory = (struct memory){NULL, 0};
}

static size_t capacity(const struct links *links)
{
    return links->table.size / sizeof(struct link);
}

static bool is_of(const struct link *link, const struct statx *status)
{
    return link->inode == status->stx_ino && link->major == status->stx_dev_major
        && link->minor == status->stx_dev_minor;
}

static struct link *find_entry(const struct links *links, const struct statx *status)
{
    struct link *table = (void *)links->table.start;
    size_t slots = capacity(links);
    size_t slot = (size_t)(status->stx_ino * UINT64_C(0x9E3779B97F4A7C15) >> 20) % slots;
    while (table[slot].path && !is_of(&table[slot], status))
        slot = (slot + 1) % slots;
    return &table[slot];
}

const char *remembered_path(const struct links *links, const struct statx *status)
{
    if (links->count == 0)
        return NULL;
    const struct link *link = find_entry(links, status);
    return link->path ? links->paths.start + link->path - 1 : NULL;
}

static void insert_again(struct links *links, const struct link *link)
{
    struct statx status = {.stx_ino = link->inode, .stx_dev_major = link->major, .stx_dev_minor = link->minor};
    *find_entry(links, &status) = *link;
}

static bool grow_table(struct links *links)
{
    struct memory old = links->table;
    links->table = (struct memory){NULL, 0};
    if (!make_room(&links->table, old.size ? old.size * 2 : FIRST_SIZE)) {
        links->table = old;
        return false;
    }
    const struct link *entries = (const void *)old.start;
    for (size_t i = 0; i < old.size / sizeof *entries; i++)
        if (entries[i].path)
            insert_again(links, &entries[i]);
    release(&old);
    return true;
}

static bool grow_paths(struct links *links, size_t needed)
{
    size_t size = links->paths.size ? links->paths.size : FIRST_SIZE;
    while (size < needed)
        size *= 2;
    return size == links->paths.size || make_room(&links->paths, size);
}

char *remember(struct links *links, const struct statx *status, size_t size)
{
    bool is_half_full = links->count * 2 >= capacity(links);
    if (is_half_full && !grow_table(links))
        return NULL;
    if (!grow_paths(links, links->used + size))
        return NULL;
    struct link *link = find_entry(links, status);
    if (!link->path)
        links->count++;
    *link = (struct link){status->stx_ino, status->stx_dev_major, status->stx_dev_minor, links->used + 1};
    char *path = links->paths.start + links->used;
    links->used += size;
    return path;
}

void forget_links(struct links *links)
{
    release(&links->table);
    release(&links->paths);
    links->count = links->used = 0;
}
