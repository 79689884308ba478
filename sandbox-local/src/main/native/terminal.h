/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The sandbox's own terminal: a pseudo terminal of its own devpts, relayed to and from two pipes. terminal.c
 */

#ifndef SANDBOX_TERMINAL_H
#define SANDBOX_TERMINAL_H

#include <asm/termbits.h>
#include <linux/poll.h>
#include <linux/time_types.h>
#include <stdbool.h>
#include <stdint.h>

#define TERMINAL_RELAYED_AT_ONCE 8192

/* Part of the payload. Zero columns or rows leave the size unknown; modes without c_cflag leave the kernel's. */
struct terminal_settings {
    uint16_t columns, rows;
    struct termios modes;
};

_Static_assert(sizeof(struct terminal_settings) == 40, "terminal_settings");

/* Bytes on their way; -1 for an end that is closed. */
struct relay {
    int from, to;
    uint32_t start, end;
    char bytes[TERMINAL_RELAYED_AT_ONCE];
};

/* The slave is kept open: output that is read afterwards is then complete, and the master never reports a hang-up. */
struct terminal {
    int slave;
    int master;
    uint32_t rest;
    struct relay typed, shown;
};

enum { TERMINAL_POLLED = 2 };

/* Takes over the pipes and makes the terminal. Returns a negative error number on failure. */
long terminal_open(struct terminal *terminal, const struct terminal_settings *settings, int input, int output);

void terminal_resize(const struct terminal *terminal, uint16_t columns, uint16_t rows);

/* Fills what is to be waited for; returns how long at most, or NULL for ever. */
const struct __kernel_timespec *terminal_prepare_poll(const struct terminal *terminal, struct pollfd *polled);

/* Does what can be done without waiting; to be called after each poll. */
void terminal_relay(struct terminal *terminal, bool timed_out);

/* After the end of the command: passes on what it has shown, as far as possible; true once that is all. */
bool terminal_pass_on_rest(struct terminal *terminal);

#endif
