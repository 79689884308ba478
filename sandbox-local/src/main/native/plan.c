/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Planning: walks the upper tree of a part, and writes down what makes the lower one the same as the overlay was.
 *
 * An upper directory is merged or pure. A merged one has a lower directory, whose other entries shine through: it is
 * entered, and its attributes are written down, since renaming its entries away changes its times. A pure one is placed
 * as a whole, and is made ready for that here: nothing of the overlay may be left in it.
 *
 * A merged directory that was renamed says where its lower one is (overlay.redirect). It becomes a branch: taken out of
 * the upper tree, walked and applied on its own, while its lower directory waits in a slot to be put where it belongs.
 * So within a branch the names in both trees are the same.
 */

#include <linux/errno.h>
#include <linux/time_types.h>

#include "merge.h"

#define EXECUTABLE_AND_WRITABLE 3

static const char USER_PREFIX[] = "user.overlay.";
static const char TRUSTED_PREFIX[] = "trusted.overlay.";

enum visit_kind { ENTER_MERGED, ENTER_PURE, LEAVE_MERGED, LEAVE_PURE };

struct visit {
    uint64_t kind, upper_parent, lower_parent;
    struct mark before, after;
    struct attributes attributes;
    bool attribute_whiteouts;
    char name[];
};

/* What an upper entry's attributes say. */
struct overlay_marks {
    bool opaque, attribute_whiteouts, whiteout, redirected;
};

struct walk {
    struct plan *plan;
    uint32_t part, branch;
    int top, upper, lower;
    bool merged, attribute_whiteouts, changed, rights_checked;
    struct memory pending, trail;
    char *names, *value; /* of attributes; the value is the redirect where there is one */
    struct overlay_marks marks;
};

/* ---- attributes ---- */

bool is_overlay_attribute(const char *name)
{
    return begins_with(name, USER_PREFIX) || begins_with(name, TRUSTED_PREFIX);
}

/* Of a file system without attributes, nothing can be listed. */
static long list_attributes(const char *name, char *names)
{
    long size = CALL3(llistxattr, name, names, LARGEST_ATTRIBUTES);
    return size == -EOPNOTSUPP ? 0 : checked(size, "attributes", name);
}

static void strip_listed(const char *entry, const char *names, long size)
{
    for (const char *name = names; name < names + size; name = after(name))
        if (is_overlay_attribute(name)) {
            long result = CALL2(lremovexattr, entry, name);
            if (result != -ENODATA)
                checked(result, "attributes", entry);
        }
}

void strip_overlay_attributes(const char *name)
{
    char names[LARGEST_ATTRIBUTES];
    strip_listed(name, names, list_attributes(name, names));
}

static void note(struct walk *walk, const char *entry, const char *attribute, const char *meaning)
{
    struct overlay_marks *marks = &walk->marks;
    if (equal(meaning, "redirect")) {
        long size = CALL4(lgetxattr, entry, attribute, walk->value, LARGEST_ATTRIBUTES);
        walk->value[checked(size, "attributes", entry)] = 0;
        marks->redirected = size > 0;
    } else if (equal(meaning, "opaque")) {
        char kind = 0;
        CALL4(lgetxattr, entry, attribute, &kind, 1);
        marks->opaque = kind == 'y';
        marks->attribute_whiteouts = kind == 'x';
    } else if (equal(meaning, "whiteout"))
        marks->whiteout = true;
    else if (equal(meaning, "protattr"))
        fail("immutable", -EPERM, entry);
}

/* Of an entry of the current directory. Only the names that the mount gave a meaning to are heeded: the others may have
   been written by a command. */
static long look_at_marks(struct walk *walk, const char *entry)
{
    const char *prefix = walk->plan->transaction->trusted_attributes ? TRUSTED_PREFIX : USER_PREFIX;
    walk->marks = (struct overlay_marks){0};
    long size = list_attributes(entry, walk->names);
    for (const char *name = walk->names; name < walk->names + size; name = after(name))
        if (begins_with(name, prefix))
            note(walk, entry, name, name + (after(prefix) - prefix - 1));
    return size;
}

static bool has_own_attributes(const struct walk *walk)
{
    long size = CALL3(flistxattr, walk->upper, walk->names, LARGEST_ATTRIBUTES);
    for (const char *name = walk->names; name < walk->names + size; name = after(name))
        if (!is_overlay_attribute(name))
            return true;
    return false;
}

/* Of the work directory, upper or lower: the latter is not open in a way that would do. */
static void emit_attributes(struct walk *walk, enum operation operation, const struct attributes *attributes)
{
    struct script *script = &walk->plan->script;
    emit(script, operation);
    append_bytes(&script->bytes, attributes, sizeof *attributes);
    size_t place = script->bytes.size;
    append_bytes(&script->bytes, &(uint32_t){0}, sizeof(uint32_t));
    long size = list_attributes(".", walk->names);
    for (const char *name = walk->names; name < walk->names + size; name = after(name)) {
        if (is_overlay_attribute(name))
            continue;
        long length = CALL4(lgetxattr, ".", name, walk->value, LARGEST_ATTRIBUTES);
        checked(length, "attributes", text_of(&walk->trail));
        append_word(&script->bytes, name);
        append_bytes(&script->bytes, &(uint32_t){(uint32_t)length}, sizeof(uint32_t));
        append_bytes(&script->bytes, walk->value, (size_t)length);
    }
    uint32_t total = (uint32_t)(script->bytes.size - place - sizeof total);
    memcpy(script->bytes.start + place, &total, sizeof total);
}

static void emit_upper_attributes(struct walk *walk, const struct attributes *attributes)
{
    checked(CALL1(fchdir, walk->upper), "open", text_of(&walk->trail));
    emit_attributes(walk, ATTRIBUTES, attributes);
}

/* Of what is immutable or append-only, a merge could neither replace nor take back anything. */
static void emit_lower_attributes(struct walk *walk)
{
    struct statx status = status_of_open(walk->lower);
    struct attributes attributes = attributes_of(&status);
    if (status.stx_attributes & (STATX_ATTR_APPEND | STATX_ATTR_IMMUTABLE))
        fail("immutable", -EPERM, text_of(&walk->trail));
    checked(CALL1(fchdir, walk->lower), "open", text_of(&walk->trail));
    emit_attributes(walk, ATTRIBUTES_BEFORE, &attributes);
}

/* After the commit it would be too late to find out that the caller has no right to change the directory. */
static void check_rights(struct walk *walk)
{
    if (!walk->merged || walk->rights_checked)
        return;
    walk->rights_checked = true;
    long result = CALL4(faccessat2, walk->lower, "", EXECUTABLE_AND_WRITABLE, AT_EMPTY_PATH | AT_EACCESS);
    if (result != -ENOSYS)
        checked(result, "open", text_of(&walk->trail));
}

/* ---- branches ---- */

long open_path(int top, const char *path)
{
    char name[256];
    long directory = open_same_mount(top, ".", O_PATH);
    while (directory >= 0 && *path) {
        const char *end = find(path, '/');
        size_t length = (size_t)(end - path);
        if (length == 0 || length >= sizeof name)
            return -EINVAL;
        memcpy(name, path, length);
        name[length] = 0;
        bool dots = equal(name, ".") || equal(name, "..");
        long next = dots ? -EINVAL : open_same_mount((int)directory, name, O_PATH);
        CALL1(close, directory);
        directory = next;
        path = *end ? end + 1 : end;
    }
    return directory;
}

/* Puts the path of the lower directory behind the plan's other ones. */
static size_t add_origin(struct walk *walk)
{
    struct memory *origins = &walk->plan->origins;
    const char *redirect = walk->value;
    size_t place = origins->size;
    if (*redirect == '/') {
        append_word(origins, redirect + 1);
        return place;
    }
    struct memory path = {0};
    const char *base = origin_of(walk->plan, walk->branch);
    if (*base)
        descend(&path, base);
    if (*text_of(&walk->trail))
        descend(&path, text_of(&walk->trail));
    descend(&path, redirect);
    append_word(origins, path.start);
    release(&path);
    return place;
}

static uint32_t depth_of(const char *path)
{
    uint32_t depth = 1;
    while (*(path = find(path, '/'))) {
        depth++;
        path++;
    }
    return depth;
}

/* Takes a renamed directory out of the upper tree, unless there is no lower one: then it is a pure one. */
static bool become_branch(struct walk *walk, const char *name)
{
    struct plan *plan = walk->plan;
    bool relative = *walk->value != '/';
    if (!walk->marks.redirected || (relative && !walk->merged))
        return false;
    size_t place = add_origin(walk);
    const char *origin = plan->origins.start + place;
    long lower = open_path(walk->top, origin);
    if (lower == -ENOENT || lower == -ENOTDIR || lower == -ELOOP) {
        plan->origins.size = place;
        return false;
    }
    checked(lower, "redirect", origin);
    uint64_t inode = status_of_open((int)lower).stx_ino;
    struct statx parent;
    checked(status_at((int)lower, "..", &parent), "redirect", origin);
    CALL1(close, lower);
    for (uint32_t other = 1; other < branch_count(plan); other++)
        if (branch_of(plan, other)->part == walk->part && branch_of(plan, other)->inode == inode)
            fail("redirect", EEXIST, origin);

    struct branch branch = {
        .part = walk->part,
        .depth = depth_of(origin),
        .inode = inode,
        .parent = attributes_of(&parent),
        .origin = place,
    };
    uint32_t number = branch_count(plan);
    char digits[21];
    write_number(digits, number);
    struct transaction *transaction = plan->transaction;
    own_directory(transaction, &transaction->slots, SLOTS);
    int branches = own_directory(transaction, &transaction->branches, BRANCHES);
    long moved = CALL5(renameat2, walk->upper, name, branches, digits, 0);
    checked(moved, "redirect", name);
    append_bytes(&plan->branches, &branch, sizeof branch);
    emit(&plan->script, UNSTASH);
    append_bytes(&plan->script.bytes, &number, sizeof number);
    emit_inode(&plan->script, inode);
    append_word(&plan->script.bytes, name);
    walk->changed = true;
    step(plan->transaction);
    return true;
}

/* ---- entries ---- */

static bool is_lower_directory(const struct walk *walk, const char *name)
{
    if (!walk->merged)
        return false;
    long lower = open_same_mount(walk->lower, name, O_PATH);
    if (lower == -ENOENT || lower == -ENOTDIR || lower == -ELOOP)
        return false;
    CALL1(close, checked(lower, "open", name));
    return true;
}

static void place(struct walk *walk, const struct directory_entry *entry, long attributes_size)
{
    struct script *script = &walk->plan->script;
    strip_listed(entry->name, walk->names, attributes_size);
    check_rights(walk);
    if (!walk->merged)
        return;
    emit(script, PLACE);
    emit_inode(script, entry->inode);
    append_word(&script->bytes, entry->name);
}

static void visit_later(struct walk *walk, enum visit_kind kind, const char *name)
{
    struct visit visit = {.kind = kind, .attribute_whiteouts = walk->marks.attribute_whiteouts};
    push(&walk->pending, &visit, offsetof(struct visit, name), name);
}

static void plan_directory(struct walk *walk, const struct directory_entry *entry)
{
    const char *name = entry->name;
    long attributes_size = look_at_marks(walk, name);
    if (!walk->marks.opaque) {
        if (become_branch(walk, name))
            return;
        if (is_lower_directory(walk, name)) {
            visit_later(walk, ENTER_MERGED, name);
            return;
        }
    }
    place(walk, entry, attributes_size);
    visit_later(walk, ENTER_PURE, name);
}

static void plan_whiteout(struct walk *walk, const char *name)
{
    check_rights(walk);
    if (walk->merged)
        emit_name(&walk->plan->script, REMOVE, name);
    else {
        checked(CALL3(unlinkat, walk->upper, name, 0), "whiteout", name);
        walk->changed = true;
        step(walk->plan->transaction);
    }
}

/* Without an index the next overlay would separate them, so their owner wants to know. */
static void notice_links(const struct walk *walk, const struct directory_entry *entry)
{
    struct transaction *transaction = walk->plan->transaction;
    struct statx status;
    if (transaction->trusted_attributes || transaction->links_made || entry->type != TYPE_REGULAR)
        return;
    if (status_at(walk->upper, entry->name, &status) == 0 && status.stx_nlink > 1)
        transaction->links_made = true;
}

static void plan_file(struct walk *walk, const struct directory_entry *entry)
{
    const char *name = entry->name;
    if (entry->type == TYPE_CHARACTER_DEVICE && is_whiteout(walk->upper, name)) {
        plan_whiteout(walk, name);
        return;
    }
    long attributes_size = look_at_marks(walk, name);
    if (walk->attribute_whiteouts && walk->marks.whiteout)
        plan_whiteout(walk, name);
    else {
        notice_links(walk, entry);
        place(walk, entry, attributes_size);
    }
}

static void restore_times(const struct walk *walk, const struct attributes *attributes)
{
    struct __kernel_timespec times[] = {
        {attributes->access_seconds, attributes->access_nanoseconds},
        {attributes->modification_seconds, attributes->modification_nanoseconds},
    };
    checked(CALL4(utimensat, walk->upper, NULL, times, 0), "times", text_of(&walk->trail));
}

static void plan_entries(struct walk *walk, const struct attributes *attributes)
{
    struct listing listing;
    const struct directory_entry *entry;
    checked(CALL1(fchdir, walk->upper), "open", text_of(&walk->trail));
    walk->changed = walk->rights_checked = false;
    begin_listing(&listing, walk->upper);
    while ((entry = next_entry(&listing)))
        if (entry->type == TYPE_DIRECTORY)
            plan_directory(walk, entry);
        else
            plan_file(walk, entry);
    if (walk->changed && !walk->merged)
        restore_times(walk, attributes);
}

/* ---- directories ---- */

static void enter_lower(struct walk *walk, struct visit *back, const char *name)
{
    back->lower_parent = status_of_open(walk->lower).stx_ino;
    int lower = (int)checked(open_same_mount(walk->lower, name, O_PATH), "open", name);
    CALL1(close, walk->lower);
    walk->lower = lower;
}

static void enter(struct walk *walk, const struct visit *visit)
{
    struct script *script = &walk->plan->script;
    bool merged = visit->kind == ENTER_MERGED;
    char name[256] = "";
    copy_truncated(name, sizeof name, visit->name);
    struct visit back = {
        .kind = merged ? LEAVE_MERGED : LEAVE_PURE,
        .upper_parent = status_of_open(walk->upper).stx_ino,
        .before = mark_of(script),
    };
    int upper = (int)checked(open_directory(walk->upper, name, FOR_READING), "open", name);
    CALL1(close, walk->upper);
    walk->upper = upper;
    descend(&walk->trail, name);
    if (merged)
        enter_lower(walk, &back, name);
    struct statx status = status_of_open(upper);
    back.attributes = attributes_of(&status);
    emit_name(script, merged ? ENTER : ENTER_LOWER, name);
    if (merged)
        emit_lower_attributes(walk);
    back.after = mark_of(script);
    walk->merged = merged;
    walk->attribute_whiteouts = visit->attribute_whiteouts;
    push(&walk->pending, &back, offsetof(struct visit, name), "");
    plan_entries(walk, &back.attributes);
}

static void leave(struct walk *walk, const struct visit *back)
{
    struct script *script = &walk->plan->script;
    if (back->kind == LEAVE_MERGED) {
        emit_upper_attributes(walk, &back->attributes);
        emit(script, LEAVE);
        walk->lower = leave_directory(walk->lower, back->lower_parent, O_PATH);
    } else if (script->bytes.size == back->after.size) {
        roll_back(script, back->before);
    } else {
        emit_times(script, TIMES, &back->attributes);
        emit(script, LEAVE);
    }
    walk->upper = leave_directory(walk->upper, back->upper_parent, FOR_READING);
    ascend(&walk->trail);
}

/* Directories with extended attributes are not compared: it would take longer than to set them again. */
static bool is_the_same(const struct walk *walk, const struct attributes *upper)
{
    struct statx status = status_of_open(walk->lower);
    struct attributes lower = attributes_of(&status);
    bool same = lower.mode == upper->mode && lower.uid == upper->uid && lower.gid == upper->gid &&
                lower.modification_seconds == upper->modification_seconds &&
                lower.modification_nanoseconds == upper->modification_nanoseconds;
    if (!same || has_own_attributes(walk))
        return false;
    checked(CALL1(fchdir, walk->lower), "open", "");
    return list_attributes(".", walk->names) == 0;
}

static void plan_branch(struct walk *walk, uint32_t branch)
{
    struct plan *plan = walk->plan;
    char digits[21];
    write_number(digits, branch);
    walk->branch = branch;
    walk->upper = (int)checked(branch == WHOLE_PART
                                   ? open_own(plan->transaction, walk->part, "upper")
                                   : open_directory(plan->transaction->branches, digits, FOR_READING),
                               "open", "upper");
    const char *origin = origin_of(plan, branch);
    walk->lower = (int)checked(open_path(walk->top, origin), "open", origin);
    walk->trail.size = 0;
    walk->merged = true;
    checked(CALL1(fchdir, walk->upper), "open", origin);
    look_at_marks(walk, ".");
    walk->attribute_whiteouts = walk->marks.attribute_whiteouts;
    struct statx status = status_of_open(walk->upper);
    struct attributes attributes = attributes_of(&status);

    emit_go(&plan->script, walk->part, branch);
    emit_lower_attributes(walk);
    struct mark nothing = mark_of(&plan->script);
    plan_entries(walk, &attributes);
    for (const struct visit *visit; (visit = pop(&walk->pending));) {
        if (visit->kind == ENTER_MERGED || visit->kind == ENTER_PURE)
            enter(walk, visit);
        else
            leave(walk, visit);
    }
    if (plan->script.bytes.size == nothing.size && is_the_same(walk, &attributes))
        roll_back(&plan->script, (struct mark){0});
    else
        emit_upper_attributes(walk, &attributes);
    CALL1(close, walk->upper);
    CALL1(close, walk->lower);
}

/* ---- parts ---- */

/* The deepest first, so that the paths of the others still hold. */
static void plan_stashing(struct plan *plan, uint32_t part, uint32_t first)
{
    uint32_t deepest = 0;
    for (uint32_t branch = first; branch < branch_count(plan); branch++)
        if (branch_of(plan, branch)->depth > deepest)
            deepest = branch_of(plan, branch)->depth;
    for (uint32_t depth = deepest; depth > 0; depth--)
        for (uint32_t branch = first; branch < branch_count(plan); branch++) {
            if (branch_of(plan, branch)->depth != depth)
                continue;
            emit_go(&plan->script, part, WHOLE_PART);
            const char *name = emit_path(&plan->script, origin_of(plan, branch), false);
            emit(&plan->script, STASH);
            append_bytes(&plan->script.bytes, &branch, sizeof branch);
            append_bytes(&plan->script.bytes, &branch_of(plan, branch)->parent, sizeof(struct attributes));
            append_word(&plan->script.bytes, name);
        }
}

/* A branch is found while another one is planned in which it ends up. It must be complete before that one. */
static void append_reversed(struct script *target, const struct script *scripts, uint32_t count)
{
    while (count--) {
        append_bytes(&target->bytes, scripts[count].bytes.start, scripts[count].bytes.size);
        target->count += scripts[count].count;
    }
}

void plan_part(struct plan *plan, uint32_t part)
{
    uint32_t first = branch_count(plan);
    struct script before = plan->script;
    struct memory scripts = {0};
    struct memory names = {0};
    struct walk walk = {.plan = plan, .part = part, .top = open_lower(plan->transaction, part)};
    walk.names = extend(&names, LARGEST_ATTRIBUTES + LARGEST_ATTRIBUTES + 1);
    walk.value = walk.names + LARGEST_ATTRIBUTES;
    for (uint32_t branch = WHOLE_PART; branch == WHOLE_PART || branch < branch_count(plan);) {
        plan->script = (struct script){0};
        plan_branch(&walk, branch);
        append_bytes(&scripts, &plan->script, sizeof plan->script);
        branch = branch == WHOLE_PART ? first : branch + 1;
    }
    CALL1(close, walk.top);
    plan->script = before;
    plan_links(plan, part, first);
    plan_stashing(plan, part, first);
    uint32_t count = (uint32_t)(scripts.size / sizeof(struct script));
    append_reversed(&plan->script, (const struct script *)(const void *)scripts.start, count);
    for (uint32_t i = 0; i < count; i++)
        release(&((struct script *)(void *)scripts.start)[i].bytes);
    release(&scripts);
    release(&names);
    release(&walk.pending);
    release(&walk.trail);
}
