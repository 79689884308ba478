/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Directory moves that the kernel refuses in an overlay, carried out for the processes of a sandbox.
 */

#ifndef SANDBOX_MOVES_H
#define SANDBOX_MOVES_H

#include "rebuild.h"
#include "system.h"

struct moves {
    int watched; /* what supervising has to poll for input; -1: nothing */
    int far_end;
    bool is_listening;
    long error;
    struct {
        uint64_t paths;
        uint32_t process;
    } unheard;
};

/* No moves are carried out. */
void leave_moves_alone(struct moves *moves);

/* Before the command's process is made. Returns 0 or a negative error. */
long prepare_moves(struct moves *moves, int first_descriptor);

/* In the command's process, at last: its renames, and those of its children, are asked about from now on. */
void hand_moves_over(const struct moves *moves);

/* In the supervisor, once the command's process has been made. */
void expect_moves(struct moves *moves);

/* Takes over what the command's process has handed over, if it has. Returns why it could not, or 0. */
long settle_moves(struct moves *moves);

/* Once listening: does what `watched` is ready for according to poll(2). */
void serve_moves(struct moves *moves, int ready, const struct patience *patience);

#endif
