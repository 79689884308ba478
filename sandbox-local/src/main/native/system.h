/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * System calls and strings for programs without a C library. Linux on x86-64 and aarch64.
 */

#ifndef SANDBOX_SYSTEM_H
#define SANDBOX_SYSTEM_H

#include <asm/unistd.h>
#include <linux/fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* ---- system calls ---- */

static inline long call(long number, long a, long b, long c, long d, long e, long f)
{
#if defined(__x86_64__)
    long result;
    register long r10 __asm__("r10") = d;
    register long r8 __asm__("r8") = e;
    register long r9 __asm__("r9") = f;
    __asm__ volatile("syscall"
                     : "=a"(result)
                     : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
                     : "rcx", "r11", "memory");
    return result;
#elif defined(__aarch64__)
    register long x8 __asm__("x8") = number;
    register long x0 __asm__("x0") = a;
    register long x1 __asm__("x1") = b;
    register long x2 __asm__("x2") = c;
    register long x3 __asm__("x3") = d;
    register long x4 __asm__("x4") = e;
    register long x5 __asm__("x5") = f;
    __asm__ volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5) : "memory");
    return x0;
#else
#error "unknown architecture"
#endif
}

#define CALL6(name, a, b, c, d, e, f) \
    call(__NR_##name, (long)(a), (long)(b), (long)(c), (long)(d), (long)(e), (long)(f))
#define CALL5(name, a, b, c, d, e) CALL6(name, a, b, c, d, e, 0)
#define CALL4(name, a, b, c, d) CALL5(name, a, b, c, d, 0)
#define CALL3(name, a, b, c) CALL4(name, a, b, c, 0)
#define CALL2(name, a, b) CALL3(name, a, b, 0)
#define CALL1(name, a) CALL2(name, a, 0)
#define CALL0(name) CALL1(name, 0)

static inline _Noreturn void exit_process(int code)
{
    for (;;)
        CALL1(exit_group, code);
}

static inline long open_file(const char *path, int flags)
{
    return CALL3(openat, AT_FDCWD, path, flags | O_CLOEXEC);
}

static inline bool is_open(int descriptor)
{
    return CALL2(fcntl, descriptor, F_GETFD) >= 0;
}

/* ---- strings; the compiler calls memset and memcpy on its own ---- */

void *memset(void *target, int value, size_t count);
void *memcpy(void *target, const void *source, size_t count);

static inline const char *find(const char *text, char wanted)
{
    while (*text && *text != wanted)
        text++;
    return text;
}

static inline const char *after(const char *text)
{
    return find(text, 0) + 1;
}

static inline void copy_truncated(char *target, size_t size, const char *source)
{
    for (size_t i = 0; i + 1 < size && source[i]; i++)
        target[i] = source[i];
}

static inline uint32_t parse_number(const char *digits)
{
    uint32_t number = 0;
    for (; *digits >= '0' && *digits <= '9'; digits++)
        number = number * 10 + (uint32_t)(*digits - '0');
    return number;
}

static inline bool equal(const char *one, const char *other)
{
    for (; *one && *one == *other; one++)
        other++;
    return *one == *other;
}

static inline void write_link_to_descriptor(char *target, uint32_t descriptor)
{
    char digits[12];
    size_t count = 0;
    do
        digits[count++] = (char)('0' + descriptor % 10);
    while (descriptor /= 10);
    memcpy(target, "/proc/self/fd/", 14);
    target += 14;
    while (count)
        *target++ = digits[--count];
    *target = 0;
}

/* ---- directories: what getdents64(2) gives ---- */

struct directory_entry {
    uint64_t inode;
    int64_t offset;
    uint16_t size;
    uint8_t type;
    char name[];
};

#endif
