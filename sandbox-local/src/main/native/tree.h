/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * What the modes that work on trees share. A tree is walked by a descriptor that goes down by names, never through a
 * link, and up by "..", so that neither its depth nor what its entries are called matters.
 */

#ifndef SANDBOX_TREE_H
#define SANDBOX_TREE_H

#include <linux/stat.h>

#include "system.h"

/* ---- failures: one line on descriptor 2, and exit code 125 ---- */

_Noreturn void fail(const char *word, long error, const char *path);

static inline long checked(long result, const char *word, const char *path)
{
    if (result < 0)
        fail(word, result, path);
    return result;
}

/* ---- memory that grows; zeroes make an empty one ---- */

struct memory {
    char *start;
    size_t size, capacity;
};

/* What it returns moves when the memory grows. */
char *extend(struct memory *memory, size_t size);
void append_bytes(struct memory *memory, const void *bytes, size_t size);
void release(struct memory *memory);

static inline void append_word(struct memory *memory, const char *word)
{
    append_bytes(memory, word, (size_t)(after(word) - word));
}

/* A stack of records: a header, of which the size is where its name begins, and a name. What pop returns is valid until the next push. */
void push(struct memory *stack, const void *header, size_t size, const char *name);
void *pop(struct memory *stack);

/* ---- text ---- */

bool begins_with(const char *text, const char *prefix);
void write_number(char target[21], uint64_t number);

/* A path that follows a cursor: NUL-terminated names with slashes between them. */
void descend(struct memory *trail, const char *name);
void ascend(struct memory *trail);
const char *text_of(const struct memory *trail);

/* ---- sets of numbers ---- */

struct table {
    struct memory slots;
    uint64_t count;
};

/* Returns where the value of the key is kept, 0 at first. Valid until the next call. */
uint64_t *value_of(struct table *table, uint64_t key);
/* Returns the value, or 0. */
uint64_t known_value(const struct table *table, uint64_t key);

/* ---- directories ---- */

enum { FOR_READING = 0 /* O_RDONLY */ };

int open_top(const char *path);
/* Below one directory by one name; a link is not followed. Both return -errno. */
long open_directory(int parent, const char *name, int flags);
/* Refuses another mount, too: EXDEV. */
long open_same_mount(int parent, const char *name, int flags);
/* Closes the directory and opens its parent, which must be that inode. */
int leave_directory(int directory, uint64_t inode, int flags);
int reopened(int directory, const char *path);

long status_at(int directory, const char *name, struct statx *status);
struct statx status_of_open(int descriptor);
uint64_t device_number(const struct statx *status);
bool is_whiteout(int directory, const char *name);

static inline bool is_directory(const struct statx *status)
{
    return (status->stx_mode & S_IFMT) == S_IFDIR;
}

enum entry_type { TYPE_UNKNOWN = 0, TYPE_CHARACTER_DEVICE = 2, TYPE_DIRECTORY = 4, TYPE_REGULAR = 8 };

struct listing {
    int directory;
    long size, position;
    _Alignas(8) char buffer[32 * 1024];
};

void begin_listing(struct listing *listing, int directory);
/* Without "." and "..", and with the type known. NULL at the end. */
const struct directory_entry *next_entry(struct listing *listing);

int open_for_removal(int parent, const char *name);
/* Removes what is in the directory, but for the name that is to be kept, if any. */
void remove_content(int directory, const char *kept);

/* An ordinary user gets the rights that the owner of a file has not given to himself: those of a user namespace, as the
   overlay had them. Without effect where there are no such namespaces. */
void gain_rights_over_own_files(void);

#endif
