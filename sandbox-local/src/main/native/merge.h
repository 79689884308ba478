/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * What the files of the merge share: the transaction, and the operations of which its journal consists.
 *
 * A transaction directory holds
 *   parts                   LOWER DEVICE INODE of each part, NUL-terminated words; LOWER is a path in the root without
 *                           a slash at its beginning, "" for the root itself
 *   0, 1, ...               for each part: upper, work
 *   branches/K              upper directories that were renamed, taken out of the upper tree while planning
 *   slots/K                 the lower directory of branch K on its way to its new place
 *   links/K                 links to what an overlay's index held, each on its way to its name
 *   trash/I                 what operation I took out of the tree
 *   journal.new, journal    the plan, unfinished and committed
 */

#ifndef SANDBOX_MERGE_H
#define SANDBOX_MERGE_H

#include "tree.h"

#define JOURNAL "journal"
#define UNFINISHED_JOURNAL "journal.new"
#define BRANCHES "branches"
#define SLOTS "slots"
#define LINKS "links"
#define TRASH "trash"

#define LARGEST_ATTRIBUTES (64u << 10)

/* Branch 0 of a part is its upper directory, whose lower one is the part's. */
enum { WHOLE_PART = 0 };

enum { NOT_OPEN = -1 };

struct part {
    const char *lower;
    uint64_t device, inode;
};

struct transaction {
    const char *path, *root_path;
    int directory, root, branches, slots, links, trash;
    struct memory words, parts;
    uint32_t part_count, link_count;
    bool planning, trusted_attributes, links_made;
    uint64_t steps_left;
};

/* For tests: the program kills itself at a step that its arguments name. */
void step(struct transaction *transaction);

const struct part *part_of(const struct transaction *transaction, uint32_t number);
/* For messages; takes memory each time. */
const char *lower_path(const struct transaction *transaction, uint32_t part);
/* Opens the lower directory of a part, which must be in the root, the one announced, and on the transaction's mount. */
int open_lower(const struct transaction *transaction, uint32_t part);
/* Makes and opens one of the transaction's directories, unless that was done. */
int own_directory(const struct transaction *transaction, int *directory, const char *name);
/* Opens a directory of the part's own: "upper", "work/index". Returns -errno. */
long open_own(const struct transaction *transaction, uint32_t part, const char *name);

/* ---- the journal ---- */

struct journal_header {
    uint64_t magic, size, count, done;
};

#define JOURNAL_MAGIC UINT64_C(0x325245474d4a3453)
/* What is done is being taken back, from the last operation to the first. */
#define UNDO_MAGIC UINT64_C(0x324f444e554a3453)

/* Two cursors, in the upper and in the lower tree, follow GO, ENTER and LEAVE. Names are NUL-terminated. An inode is the
   number of what the lower name leads to when the operation is done. */
enum operation {
    GO = 1,      /* u32 part, u32 branch: to its upper and its lower directory */
    ENTER,       /* name: in both trees */
    ENTER_LOWER, /* name: in the lower tree alone */
    LEAVE,       /* to the parent */
    STASH,       /* u32 branch, struct attributes of its parent, name: the lower directory waits in the branch's slot */
    UNSTASH,     /* u32 branch, u64 inode, name: what is in the slot gets that name */
    PLACE,       /* u64 inode, name: the upper entry and the lower one, if there is one, change places */
    REMOVE,      /* name: of a lower entry */
    LINK_TO,     /* u32 link, u64 inode, name: the link and the lower entry change places */
    ATTRIBUTES,  /* struct attributes, u32 size, { name, u32 size, value }: of the lower directory */
    TIMES,       /* struct attributes, of which the times are set */
    ATTRIBUTES_BEFORE, /* as ATTRIBUTES, for when all is taken back */
    TIMES_BEFORE,      /* as TIMES, likewise */
};

struct attributes {
    uint32_t mode, uid, gid, access_nanoseconds, modification_nanoseconds, reserved;
    int64_t access_seconds, modification_seconds;
};

struct script {
    struct memory bytes;
    uint64_t count;
};

struct attributes attributes_of(const struct statx *status);

/* ---- planning ---- */

struct branch {
    uint32_t part, depth;
    uint64_t inode;
    struct attributes parent;
    size_t origin; /* where the path of its lower directory is in the origins of the plan */
};

struct plan {
    struct transaction *transaction;
    struct script script;
    struct memory branches; /* the first one is not used */
    struct memory origins;
};

static inline struct branch *branch_of(const struct plan *plan, uint32_t number)
{
    return (struct branch *)(void *)plan->branches.start + number;
}

static inline uint32_t branch_count(const struct plan *plan)
{
    return (uint32_t)(plan->branches.size / sizeof(struct branch));
}

static inline const char *origin_of(const struct plan *plan, uint32_t branch)
{
    return branch == WHOLE_PART ? "" : plan->origins.start + branch_of(plan, branch)->origin;
}

struct mark {
    uint64_t size, count;
};

struct mark mark_of(const struct script *script);
void roll_back(struct script *script, struct mark mark);
void emit(struct script *script, enum operation operation);
void emit_name(struct script *script, enum operation operation, const char *name);
void emit_inode(struct script *script, uint64_t inode);
void emit_go(struct script *script, uint32_t part, uint32_t branch);
void emit_times(struct script *script, enum operation operation, const struct attributes *attributes);

/* Enters the directories of a path of the lower tree, all of it or all but its last name, which is returned. */
const char *emit_path(struct script *script, const char *path, bool last);
/* Opens a directory of the lower tree by its path, as O_PATH. Returns -errno. */
long open_path(int top, const char *path);

/* Adds to the script what makes one part's lower tree what its overlay showed: nothing if it is that. plan.c */
void plan_part(struct plan *plan, uint32_t part);
/* Adds the links of the lower tree to what the overlay's index holds. links.c */
void plan_links(struct plan *plan, uint32_t part, uint32_t first_branch);

bool is_overlay_attribute(const char *name);
/* Of an entry of the current directory, of any type. */
void strip_overlay_attributes(const char *name);

/* ---- applying ---- */

struct journal_header read_header(int journal);
/* Returns the operations. */
const char *map_operations(int journal, const struct journal_header *header);

static inline bool is_finished(const struct journal_header *header)
{
    return header->magic == JOURNAL_MAGIC && header->done == header->count;
}

/* Then there is nothing left to be done in the lower trees. */
static inline bool is_settled(const struct journal_header *header)
{
    return is_finished(header) || (header->magic == UNDO_MAGIC && header->done == 0);
}

/* Carries the journal out from where it stands. apply.c */
void apply_journal(struct transaction *transaction, int journal);
/* Takes back what was carried out, so that the lower trees are as they were. undo.c */
void undo_journal(struct transaction *transaction, int journal);

#endif
