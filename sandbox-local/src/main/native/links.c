/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Hard links between lower files. When one name of a file that has several was written to, the overlay showed the change
 * under all of them: its index holds the new file, named by the handle of the lower one. So the lower names that the
 * upper tree does not cover become links to the new file. Names outside the tree keep what they have. These links are made
 * while planning, since their number may be limited; the index gives its own up for the first.
 *
 * The names are found by the inode numbers that directories list, or, for callers who may not open files by their handle,
 * by asking for the handle of each file. Who mounts without an index has no such links.
 */

#include <linux/errno.h>

#include "merge.h"

#define LARGEST_HANDLE 128
#define OVERLAY_HANDLE_HEADER 21
#define OVERLAY_HANDLE_LENGTH 2
#define OVERLAY_HANDLE_TYPE 4
#define LONGEST_INDEX_NAME (2 * (OVERLAY_HANDLE_HEADER + LARGEST_HANDLE))

struct handle {
    uint32_t size;
    int32_t type;
    uint8_t bytes[LARGEST_HANDLE];
};

struct indexed {
    struct handle handle;
    char name[LONGEST_INDEX_NAME + 1];
    uint64_t inode;
    uint32_t first_link; /* or NO_LINK */
};

enum { NO_LINK = UINT32_MAX };

struct visit {
    uint64_t leaves, upper_parent, lower_parent;
    struct mark before, after;
    struct attributes attributes;
    char name[];
};

struct search {
    struct plan *plan;
    uint32_t part, first_branch;
    int index, lower, upper;
    uint32_t levels_without_upper; /* so many levels above, the upper tree has a directory of the same place */
    bool by_handle;
    struct memory files; /* struct indexed */
    struct table numbers, branches;
    struct memory pending;
};

/* ---- the index ---- */

static int digit_value(char digit)
{
    if (digit >= '0' && digit <= '9')
        return digit - '0';
    return digit >= 'a' && digit <= 'f' ? digit - 'a' + 10 : -1;
}

/* Names are struct ovl_fb in hexadecimal digits: version, magic, length, flags, type, uuid[16], handle. */
static bool decode(const char *name, struct handle *handle)
{
    uint8_t bytes[LONGEST_INDEX_NAME / 2];
    size_t size = 0;
    for (; name[0] && name[1] && size < sizeof bytes; name += 2) {
        int high = digit_value(name[0]);
        int low = digit_value(name[1]);
        if (high < 0 || low < 0)
            return false;
        bytes[size++] = (uint8_t)(high << 4 | low);
    }
    if (*name || size <= OVERLAY_HANDLE_HEADER || bytes[OVERLAY_HANDLE_LENGTH] != size)
        return false;
    handle->size = (uint32_t)size - OVERLAY_HANDLE_HEADER;
    handle->type = bytes[OVERLAY_HANDLE_TYPE];
    memcpy(handle->bytes, bytes + OVERLAY_HANDLE_HEADER, handle->size);
    return true;
}

static bool same_handle(const struct handle *one, const struct handle *other)
{
    bool same = one->size == other->size && one->type == other->type;
    for (uint32_t i = 0; same && i < one->size; i++)
        same = one->bytes[i] == other->bytes[i];
    return same;
}

static uint64_t hash_of(const struct handle *handle)
{
    uint64_t hash = (uint64_t)handle->type;
    for (uint32_t i = 0; i < handle->size; i++)
        hash = (hash ^ handle->bytes[i]) * UINT64_C(0x100000001b3);
    return hash;
}

/* Returns a negative error number when the caller may not do that. */
static long inode_of(const struct transaction *transaction, const struct handle *handle, uint64_t *inode)
{
    long file = CALL3(open_by_handle_at, transaction->directory, handle, O_PATH | O_CLOEXEC);
    if (file < 0)
        return file;
    *inode = status_of_open((int)file).stx_ino;
    CALL1(close, file);
    return 0;
}

static struct indexed *indexed_files(const struct search *search)
{
    return (struct indexed *)(void *)search->files.start;
}

static void remember_files(struct search *search)
{
    size_t count = search->files.size / sizeof(struct indexed);
    for (size_t i = 0; i < count; i++) {
        const struct handle *handle = &indexed_files(search)[i].handle;
        uint64_t key;
        if (search->by_handle)
            key = hash_of(handle);
        else if (inode_of(search->plan->transaction, handle, &key) < 0) {
            search->by_handle = true;
            release(&search->numbers.slots);
            search->numbers.count = 0;
            remember_files(search);
            return;
        }
        *value_of(&search->numbers, key) = i + 1;
    }
}

static void read_index(struct search *search)
{
    int index = search->index;
    struct listing listing;
    const struct directory_entry *entry;
    checked(CALL1(fchdir, index), "open", "index");
    begin_listing(&listing, index);
    while ((entry = next_entry(&listing))) {
        struct handle handle;
        bool file = entry->type != TYPE_DIRECTORY && decode(entry->name, &handle);
        if (!file || (entry->type == TYPE_CHARACTER_DEVICE && is_whiteout(index, entry->name)))
            continue;
        struct indexed *indexed = (void *)extend(&search->files, sizeof *indexed);
        indexed->handle = handle;
        indexed->inode = entry->inode;
        indexed->first_link = NO_LINK;
        memcpy(indexed->name, entry->name, (size_t)(after(entry->name) - entry->name));
        strip_overlay_attributes(entry->name);
    }
}

/* ---- the lower tree ---- */

static long handle_of(int directory, const char *name, struct handle *handle)
{
    int mount;
    handle->size = LARGEST_HANDLE;
    return CALL5(name_to_handle_at, directory, name, handle, &mount, 0);
}

/* Returns the file of the index that the lower entry was, or NULL. */
static struct indexed *indexed_file(struct search *search, const struct directory_entry *entry)
{
    struct handle handle;
    if (!search->by_handle && !known_value(&search->numbers, entry->inode))
        return NULL;
    if (handle_of(search->lower, entry->name, &handle) < 0)
        return NULL;
    uint64_t key = search->by_handle ? hash_of(&handle) : entry->inode;
    uint64_t number = known_value(&search->numbers, key);
    if (!number)
        return NULL;
    struct indexed *file = &indexed_files(search)[number - 1];
    return same_handle(&file->handle, &handle) ? file : NULL;
}

/* What the upper tree has under the same name takes its place, and so does what has the place of a directory above. */
static bool is_covered(const struct search *search, const char *name)
{
    struct statx status;
    return !search->levels_without_upper && status_at(search->upper, name, &status) == 0;
}

static uint32_t make_link(const struct search *search, struct indexed *file, const char *place)
{
    struct transaction *transaction = search->plan->transaction;
    int links = own_directory(transaction, &transaction->links, LINKS);
    uint32_t number = transaction->link_count++;
    char first[21];
    char name[21];
    write_number(name, number);
    if (file->first_link == NO_LINK) {
        file->first_link = number;
        checked(CALL5(renameat2, search->index, file->name, links, name, 0), "link", place);
    } else {
        write_number(first, file->first_link);
        checked(CALL5(linkat, links, first, links, name, 0), "link", place);
    }
    step(transaction);
    return number;
}

static void search_entries(struct search *search)
{
    struct script *script = &search->plan->script;
    struct listing listing;
    const struct directory_entry *entry;
    begin_listing(&listing, search->lower);
    while ((entry = next_entry(&listing))) {
        if (entry->type == TYPE_DIRECTORY) {
            struct visit visit = {0};
            push(&search->pending, &visit, offsetof(struct visit, name), entry->name);
            continue;
        }
        struct indexed *file = indexed_file(search, entry);
        if (!file || is_covered(search, entry->name))
            continue;
        uint32_t link = make_link(search, file, entry->name);
        emit(script, LINK_TO);
        append_bytes(&script->bytes, &link, sizeof link);
        emit_inode(script, file->inode);
        append_word(&script->bytes, entry->name);
    }
}

/* Branches are searched on their own, and what is mounted somewhere does not belong to the tree. */
static long open_to_search(const struct search *search, const char *name)
{
    long lower = open_same_mount(search->lower, name, FOR_READING);
    if (lower < 0 || !known_value(&search->branches, status_of_open((int)lower).stx_ino))
        return lower;
    CALL1(close, lower);
    return -EXDEV;
}

/* Returns false if the upper tree has something in the directory's place. */
static bool enter_upper(struct search *search, struct visit *back, const char *name)
{
    if (search->levels_without_upper) {
        search->levels_without_upper++;
        return true;
    }
    long upper = open_directory(search->upper, name, FOR_READING);
    if (upper == -ENOTDIR || upper == -ELOOP)
        return false;
    if (upper == -ENOENT) {
        search->levels_without_upper = 1;
        return true;
    }
    checked(upper, "open", name);
    back->upper_parent = status_of_open(search->upper).stx_ino;
    CALL1(close, search->upper);
    search->upper = (int)upper;
    return true;
}

static void leave_upper(struct search *search, const struct visit *back)
{
    if (search->levels_without_upper)
        search->levels_without_upper--;
    else
        search->upper = leave_directory(search->upper, back->upper_parent, FOR_READING);
}

static void enter(struct search *search, const struct visit *visit)
{
    struct script *script = &search->plan->script;
    struct visit back = {.leaves = true, .before = mark_of(script)};
    long lower = open_to_search(search, visit->name);
    if (lower == -EXDEV)
        return;
    checked(lower, "open", visit->name);
    if (!enter_upper(search, &back, visit->name)) {
        CALL1(close, lower);
        return;
    }
    struct statx status = status_of_open((int)lower);
    back.attributes = attributes_of(&status);
    back.lower_parent = status_of_open(search->lower).stx_ino;
    CALL1(close, search->lower);
    search->lower = (int)lower;
    emit_name(script, ENTER_LOWER, visit->name);
    emit_times(script, TIMES_BEFORE, &back.attributes);
    back.after = mark_of(script);
    push(&search->pending, &back, offsetof(struct visit, name), "");
    search_entries(search);
}

static void leave(struct search *search, const struct visit *back)
{
    struct script *script = &search->plan->script;
    if (script->bytes.size == back->after.size)
        roll_back(script, back->before);
    else {
        emit_times(script, TIMES, &back->attributes);
        emit(script, LEAVE);
    }
    search->lower = leave_directory(search->lower, back->lower_parent, FOR_READING);
    leave_upper(search, back);
}

static long open_upper(const struct search *search, uint32_t branch)
{
    const struct transaction *transaction = search->plan->transaction;
    char digits[21];
    write_number(digits, branch);
    return branch == WHOLE_PART ? open_own(transaction, search->part, "upper")
                                : open_directory(transaction->branches, digits, FOR_READING);
}

static void search_branch(struct search *search, uint32_t branch, int top)
{
    struct script *script = &search->plan->script;
    const char *origin = origin_of(search->plan, branch);
    int place = (int)checked(open_path(top, origin), "open", origin);
    search->lower = reopened(place, origin);
    CALL1(close, place);
    search->upper = (int)checked(open_upper(search, branch), "open", origin);
    search->levels_without_upper = 0;
    struct statx status = status_of_open(search->lower);
    struct attributes attributes = attributes_of(&status);

    struct mark before = mark_of(script);
    emit_go(script, search->part, WHOLE_PART);
    emit_path(script, origin, true);
    emit_times(script, TIMES_BEFORE, &attributes);
    struct mark after = mark_of(script);
    search_entries(search);
    for (const struct visit *visit; (visit = pop(&search->pending));) {
        if (visit->leaves)
            leave(search, visit);
        else
            enter(search, visit);
    }
    if (script->bytes.size == after.size)
        roll_back(script, before);
    else
        emit_times(script, TIMES, &attributes);
    CALL1(close, search->lower);
    CALL1(close, search->upper);
}

static void search_part(struct search *search)
{
    int top = open_lower(search->plan->transaction, search->part);
    remember_files(search);
    for (uint32_t branch = search->first_branch; branch < branch_count(search->plan); branch++)
        *value_of(&search->branches, branch_of(search->plan, branch)->inode) = branch;
    search_branch(search, WHOLE_PART, top);
    for (uint32_t branch = search->first_branch; branch < branch_count(search->plan); branch++)
        search_branch(search, branch, top);
    CALL1(close, top);
}

void plan_links(struct plan *plan, uint32_t part, uint32_t first_branch)
{
    struct search search = {.plan = plan, .part = part, .first_branch = first_branch};
    long index = open_own(plan->transaction, part, "work/index");
    if (index == -ENOENT)
        return;
    search.index = (int)checked(index, "open", "index");
    read_index(&search);
    if (search.files.size)
        search_part(&search);
    CALL1(close, index);
    release(&search.files);
    release(&search.numbers.slots);
    release(&search.branches.slots);
    release(&search.pending);
}
