/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Memory, names and directories for the modes that work on trees.
 */

#include "tree.h"

#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/limits.h>
#include <linux/mman.h>
#include <linux/openat2.h>
#include <linux/sched.h>

enum { DIAGNOSTICS = 2, EXIT_TREE_FAILED = 125 };

#define SMALLEST_MEMORY (64u << 10)
#define FAILURE_OF_MERGE "sandbox-merge: "

/* ---- failures ---- */

static char *copy_text(char *target, const char *end, const char *text)
{
    while (*text && target < end)
        *target++ = *text++;
    return target;
}

_Noreturn void fail(const char *word, long error, const char *path)
{
    char line[PATH_MAX + 128];
    const char *end = line + sizeof line - 1;
    char digits[21];
    write_number(digits, (uint64_t)(error < 0 ? -error : error));
    char *next = copy_text(line, end, FAILURE_OF_MERGE);
    next = copy_text(next, end, word);
    next = copy_text(next, end, " ");
    next = copy_text(next, end, digits);
    next = copy_text(next, end, " ");
    next = copy_text(next, end, path);
    *next++ = '\n';
    CALL3(write, DIAGNOSTICS, line, next - line);
    exit_process(EXIT_TREE_FAILED);
}

/* ---- memory ---- */

static char *map_pages(size_t size)
{
    long address = CALL6(mmap, NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (address < 0 && address > -4096)
        fail("memory", address, "");
    return (char *)address;
}

static void grow(struct memory *memory, size_t least)
{
    size_t capacity = memory->capacity ? memory->capacity : SMALLEST_MEMORY;
    while (capacity < least)
        capacity *= 2;
    if (!memory->capacity)
        memory->start = map_pages(capacity);
    else {
        long address = CALL4(mremap, memory->start, memory->capacity, capacity, MREMAP_MAYMOVE);
        if (address < 0 && address > -4096)
            fail("memory", address, "");
        memory->start = (char *)address;
    }
    memory->capacity = capacity;
}

char *extend(struct memory *memory, size_t size)
{
    if (memory->size + size > memory->capacity)
        grow(memory, memory->size + size);
    char *added = memory->start + memory->size;
    memory->size += size;
    return added;
}

void append_bytes(struct memory *memory, const void *bytes, size_t size)
{
    memcpy(extend(memory, size), bytes, size);
}

void release(struct memory *memory)
{
    if (memory->capacity)
        CALL2(munmap, memory->start, memory->capacity);
    *memory = (struct memory){0};
}

static size_t aligned(size_t size)
{
    return (size + 7) & ~(size_t)7;
}

void push(struct memory *stack, const void *header, size_t size, const char *name)
{
    size_t length = (size_t)(after(name) - name);
    uint64_t total = aligned(size + length);
    char *record = extend(stack, total + sizeof total);
    memcpy(record, header, size);
    memcpy(record + size, name, length);
    memcpy(record + total, &total, sizeof total);
}

void *pop(struct memory *stack)
{
    if (!stack->size)
        return NULL;
    uint64_t total;
    memcpy(&total, stack->start + stack->size - sizeof total, sizeof total);
    stack->size -= total + sizeof total;
    return stack->start + stack->size;
}

/* ---- text ---- */

bool begins_with(const char *text, const char *prefix)
{
    for (; *prefix; prefix++)
        if (*text++ != *prefix)
            return false;
    return true;
}

void write_number(char target[21], uint64_t number)
{
    char digits[20];
    size_t count = 0;
    do
        digits[count++] = (char)('0' + number % 10);
    while (number /= 10);
    while (count)
        *target++ = digits[--count];
    *target = 0;
}

void descend(struct memory *trail, const char *name)
{
    if (trail->size)
        trail->start[trail->size - 1] = '/';
    append_word(trail, name);
}

void ascend(struct memory *trail)
{
    size_t size = trail->size - 1;
    while (size && trail->start[size - 1] != '/')
        size--;
    trail->size = size;
    if (size)
        trail->start[size - 1] = 0;
}

const char *text_of(const struct memory *trail)
{
    return trail->size ? trail->start : "";
}

/* ---- sets of numbers ---- */

struct table_slot {
    uint64_t key, value;
    bool used;
};

#define FIRST_TABLE_SLOTS 1024u

static struct table_slot *slots_of(const struct table *table)
{
    return (struct table_slot *)(void *)table->slots.start;
}

static struct table_slot *find_slot(const struct table *table, uint64_t key)
{
    uint64_t last = table->slots.size / sizeof(struct table_slot) - 1;
    uint64_t place = (key * UINT64_C(0x9E3779B97F4A7C15)) >> 20;
    struct table_slot *slots = slots_of(table);
    for (;; place++) {
        struct table_slot *slot = &slots[place & last];
        if (!slot->used || slot->key == key)
            return slot;
    }
}

static void enlarge(struct table *table)
{
    struct table larger = {.count = table->count};
    size_t size = table->slots.size ? table->slots.size * 2 : FIRST_TABLE_SLOTS * sizeof(struct table_slot);
    extend(&larger.slots, size);
    const struct table_slot *slots = slots_of(table);
    for (size_t i = 0; i < table->slots.size / sizeof *slots; i++)
        if (slots[i].used)
            *find_slot(&larger, slots[i].key) = slots[i];
    release(&table->slots);
    *table = larger;
}

uint64_t *value_of(struct table *table, uint64_t key)
{
    if (table->count * 2 * sizeof(struct table_slot) >= table->slots.size)
        enlarge(table);
    struct table_slot *slot = find_slot(table, key);
    if (!slot->used) {
        *slot = (struct table_slot){.key = key, .used = true};
        table->count++;
    }
    return &slot->value;
}

uint64_t known_value(const struct table *table, uint64_t key)
{
    if (!table->count)
        return 0;
    const struct table_slot *slot = find_slot(table, key);
    return slot->used ? slot->value : 0;
}

/* ---- directories ---- */

int open_top(const char *path)
{
    return (int)checked(open_file(path, O_PATH | O_DIRECTORY | O_NOFOLLOW), "open", path);
}

long open_directory(int parent, const char *name, int flags)
{
    return CALL4(openat, parent, name, flags | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC, 0);
}

long open_same_mount(int parent, const char *name, int flags)
{
    struct open_how how = {
        .flags = (uint64_t)(flags | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC),
        .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_XDEV,
    };
    long descriptor;
    do
        descriptor = CALL4(openat2, parent, name, &how, sizeof how);
    while (descriptor == -EAGAIN);
    bool refused = descriptor == -ENOSYS || descriptor == -EPERM; /* by an old kernel, or an old filter of a container */
    return refused ? open_directory(parent, name, flags) : descriptor;
}

int leave_directory(int directory, uint64_t inode, int flags)
{
    int parent = (int)checked(open_directory(directory, "..", flags), "open", "..");
    if (status_of_open(parent).stx_ino != inode)
        fail("open", ESTALE, "..");
    CALL1(close, directory);
    return parent;
}

int reopened(int directory, const char *path)
{
    return (int)checked(open_directory(directory, ".", FOR_READING), "open", path);
}

long status_at(int directory, const char *name, struct statx *status)
{
    int flags = AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT | (*name ? 0 : AT_EMPTY_PATH);
    return CALL5(statx, directory, name, flags, STATX_BASIC_STATS | STATX_MNT_ID, status);
}

struct statx status_of_open(int descriptor)
{
    struct statx status;
    checked(status_at(descriptor, "", &status), "stat", "");
    return status;
}

uint64_t device_number(const struct statx *status)
{
    uint64_t major = status->stx_dev_major;
    uint64_t minor = status->stx_dev_minor;
    return (minor & 0xff) | (major & 0xfff) << 8 | (minor & 0xffffff00) << 12 | (major & 0xfffff000) << 32;
}

bool is_whiteout(int directory, const char *name)
{
    struct statx status;
    checked(status_at(directory, name, &status), "stat", name);
    return (status.stx_mode & S_IFMT) == S_IFCHR && !status.stx_rdev_major && !status.stx_rdev_minor;
}

void begin_listing(struct listing *listing, int directory)
{
    checked(CALL3(lseek, directory, 0, SEEK_SET), "list", "");
    listing->directory = directory;
    listing->size = listing->position = 0;
}

static bool is_itself_or_parent(const char *name)
{
    return name[0] == '.' && (!name[1] || (name[1] == '.' && !name[2]));
}

static void find_type(int directory, struct directory_entry *entry)
{
    struct statx status;
    checked(status_at(directory, entry->name, &status), "stat", entry->name);
    entry->type = (status.stx_mode & S_IFMT) >> 12;
}

const struct directory_entry *next_entry(struct listing *listing)
{
    for (;;) {
        if (listing->position >= listing->size) {
            listing->size = CALL3(getdents64, listing->directory, listing->buffer, sizeof listing->buffer);
            listing->position = 0;
            if (checked(listing->size, "list", "") == 0)
                return NULL;
        }
        struct directory_entry *entry = (void *)(listing->buffer + listing->position);
        listing->position += entry->size;
        if (is_itself_or_parent(entry->name))
            continue;
        if (entry->type == TYPE_UNKNOWN)
            find_type(listing->directory, entry);
        return entry;
    }
}

/* ---- rights ---- */

static bool write_line(const char *path, const char *line)
{
    long file = open_file(path, O_WRONLY);
    if (file < 0)
        return false;
    long written = CALL3(write, file, line, after(line) - line - 1);
    CALL1(close, file);
    return written > 0;
}

static void map_to_itself(const char *path, uint64_t id)
{
    char digits[21];
    char line[64];
    write_number(digits, id);
    char *next = copy_text(line, line + sizeof line, digits);
    *next++ = ' ';
    next = copy_text(next, line + sizeof line, digits);
    next = copy_text(next, line + sizeof line, " 1");
    *next = 0;
    write_line(path, line);
}

void gain_rights_over_own_files(void)
{
    long uid = CALL0(geteuid);
    long gid = CALL0(getegid);
    if (uid == 0 || CALL1(unshare, CLONE_NEWUSER) < 0)
        return;
    write_line("/proc/self/setgroups", "deny");
    map_to_itself("/proc/self/uid_map", (uint64_t)uid);
    map_to_itself("/proc/self/gid_map", (uint64_t)gid);
}
