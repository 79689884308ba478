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

/* "enter": makes the namespaces that it finds itself in into a sandbox and becomes its init. enter.c */
_Noreturn void run_enter(void);

/* "merge", "recover", "undo" and "discard DIRECTORY": brings overlays back into their trees, or not. merge.c */
_Noreturn void run_merge(const char *mode, const char **arguments);

/* "detach TREE DIRECTORY SCRATCH": replaces files that are linked from outside by copies. detach.c */
_Noreturn void run_detach(const char **arguments);

/* "survey DIRECTORY": looks for what the overlay of an ordinary user would not show as it is. survey.c */
_Noreturn void run_survey(const char **arguments);

#endif
