/*
 * SPDX-License-Identifier: Apache-2.0
 */

#include <linux/errno.h>
#include <linux/limits.h>
#include <linux/mman.h>

#include "instructions.h"

enum exit_code { EXIT_PREPARATION_FAILED = 125 };

void append(struct text *text, const char *string)
{
    while (*string && text->next + 1 < text->end)
        *text->next++ = *string++;
    *text->next = 0;
}

void append_number(struct text *text, uint64_t number)
{
    char digits[21];
    char *first = digits + sizeof digits - 1;
    *first = 0;
    do
        *--first = (char)('0' + number % 10);
    while (number /= 10);
    append(text, first);
}

uint64_t parse_long(const char *digits)
{
    uint64_t number = 0;
    for (; *digits >= '0' && *digits <= '9'; digits++)
        number = number * 10 + (uint64_t)(*digits - '0');
    return number;
}

_Noreturn void fail_in_mode(const char *mode, const char *word, long error, const char *path)
{
    char line[PATH_MAX + 128];
    struct text text = {line, line + sizeof line};
    append(&text, "sandbox-");
    append(&text, mode);
    append(&text, ": ");
    append(&text, word);
    append(&text, " ");
    append_number(&text, (uint64_t)(error < 0 ? -error : error));
    append(&text, " ");
    append(&text, path);
    append(&text, "\n");
    CALL3(write, DIAGNOSTICS, line, text.next - line);
    exit_process(EXIT_PREPARATION_FAILED);
}

void *allocate(const char *mode, size_t size)
{
    long address = CALL6(mmap, NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (address < 0 && address > -4096)
        fail_in_mode(mode, "memory", address, "");
    return (void *)address;
}

static size_t read_up_to(const char *mode, char *target, size_t size)
{
    size_t position = 0;
    while (position < size) {
        long count = CALL3(read, INSTRUCTIONS, target + position, size - position);
        if (count > 0)
            position += (size_t)count;
        else if (count == 0)
            break;
        else if (count != -EINTR)
            fail_in_mode(mode, "instructions", count, "");
    }
    return position;
}

void read_exactly(const char *mode, void *target, size_t size)
{
    if (read_up_to(mode, target, size) < size)
        fail_in_mode(mode, "instructions", 0, "");
}

void receive_words(struct words *words, const char *mode, size_t size)
{
    char *text = allocate(mode, size + 1);
    read_exactly(mode, text, size);
    *words = (struct words){mode, text, text + size};
}

void receive_all_words(struct words *words, const char *mode, size_t largest)
{
    char *text = allocate(mode, largest + 1);
    size_t size = read_up_to(mode, text, largest + 1);
    if (size > largest)
        fail_in_mode(mode, "instructions", E2BIG, "");
    *words = (struct words){mode, text, text + size};
}

const char *take(struct words *words)
{
    const char *word = words->next;
    if (word >= words->end)
        fail_in_mode(words->mode, "instructions", EINVAL, "");
    words->next = after(word);
    return word;
}

uint64_t take_number(struct words *words)
{
    return parse_long(take(words));
}

void write_text(const char *mode, const char *word, int directory, const char *path, const char *content)
{
    long file = CALL3(openat, directory, path, O_WRONLY | O_CLOEXEC);
    if (file < 0)
        fail_in_mode(mode, word, file, path);
    long written = CALL3(write, file, content, after(content) - content - 1);
    if (written < 0)
        fail_in_mode(mode, word, written, path);
    CALL1(close, file);
}

void map_id(const char *mode, const char *word, int directory, const char *map, uint64_t inside, uint64_t outside)
{
    char line[64];
    struct text text = {line, line + sizeof line};
    append_number(&text, inside);
    append(&text, " ");
    append_number(&text, outside);
    append(&text, " 1");
    write_text(mode, word, directory, map, line);
}
