/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * What the program can be: its first argument says which. Each mode describes itself at the head of its file.
 */

#ifndef SANDBOX_MODES_H
#define SANDBOX_MODES_H

/* Without arguments: process 1 of a sandbox. init.c */
_Noreturn void run_init(void);

/* "stage PROGRAM ARGUMENT...": prepares mounts and limits, then becomes the program. stage.c */
_Noreturn void run_stage(const char **arguments);

#endif
