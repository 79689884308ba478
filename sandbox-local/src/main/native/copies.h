/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Copies of files, made by a process that has the ids of the host for one that has other rights: in a user namespace of an
 * ordinary user, groups and access control lists can neither be read nor set as they are.
 */

#ifndef SANDBOX_COPIES_H
#define SANDBOX_COPIES_H

#include "tree.h"

/* The directory of copies, in the scratch directory. */
#define COPIES "copies"

/* Makes the two ends of a line between who asks and who copies. */
void make_line(int ends[2]);

/*
 * Asks for a copy of an open file, with all that belongs to it, in the directory of copies, under its number. Not more than
 * MOST_REQUESTED at a time. Returns -errno.
 */
enum { MOST_REQUESTED = 32 };
long ask_for_copy(int line, int source, uint32_t number);

struct answer {
    uint32_t number;
    int32_t error;
    uint32_t attributes_left; /* there are some that take the rights of who asks to be read */
};

/* Waits for a copy that was asked for, in any order. */
struct answer next_answer(int line);

/* Makes the copies that are asked for until nobody is left who could ask. */
void serve_copies(int line, int scratch);

/* Copies those extended attributes that a file's mode protects. Returns -errno. */
long copy_user_attributes(int from, int to);

#endif
