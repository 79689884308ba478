/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * What the modes that prepare a sandbox have in common: instructions as NUL-terminated words, and one line that says
 * what failed.
 */

#ifndef SANDBOX_INSTRUCTIONS_H
#define SANDBOX_INSTRUCTIONS_H

#include "system.h"

enum { INSTRUCTIONS = 0, DIAGNOSTICS = 1 };

/* ---- text ---- */

struct text {
    char *next, *end;
};

void append(struct text *text, const char *string);

void append_number(struct text *text, uint64_t number);

uint64_t parse_long(const char *digits);

/* ---- failures ---- */

/* Writes "sandbox-MODE: WORD ERRNO PATH" and ends with exit code 125. */
_Noreturn void fail_in_mode(const char *mode, const char *word, long error, const char *path);

/* ---- words ---- */

struct words {
    const char *mode, *next, *end;
};

/* Reads exactly that much. */
void receive_words(struct words *words, const char *mode, size_t size);

/* Reads to the end, which is at most that far away. */
void receive_all_words(struct words *words, const char *mode, size_t largest);

const char *take(struct words *words);

uint64_t take_number(struct words *words);

void read_exactly(const char *mode, void *target, size_t size);

void *allocate(const char *mode, size_t size);

/* ---- files ---- */

void write_text(const char *mode, const char *word, int directory, const char *path, const char *content);

/* Maps one id of a new user namespace to one of its parent. */
void map_id(const char *mode, const char *word, int directory, const char *map, uint64_t inside, uint64_t outside);

#endif
