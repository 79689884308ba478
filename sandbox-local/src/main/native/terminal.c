/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Relays between the master side of a pseudo terminal and pipes, without ever waiting in a read or a write.
 *
 * The end of the input pipe becomes the character that means "end of file" to the terminal, typed again and again as
 * somebody would who wants to get out: a terminal has no lasting end of input, and a shell reads on after its child has
 * taken the first one.
 */

#include <asm/ioctls.h>
#include <asm/termios.h>
#include <linux/errno.h>
#include <linux/fcntl.h>

#include "system.h"
#include "terminal.h"

#define LOWEST_DESCRIPTOR 11

/* More than the kernel keeps for a reader, which is 12 KiB; what background processes write may have no end. */
#define LONGEST_REST (64u << 10)

static const struct __kernel_timespec BETWEEN_ENDS = {.tv_sec = 0, .tv_nsec = 250000000};

static long move_away(long descriptor)
{
    if (descriptor < 0 || descriptor >= LOWEST_DESCRIPTOR)
        return descriptor;
    long moved = CALL3(fcntl, descriptor, F_DUPFD_CLOEXEC, LOWEST_DESCRIPTOR);
    CALL1(close, descriptor);
    return moved;
}

static void never_wait(int descriptor)
{
    long flags = CALL2(fcntl, descriptor, F_GETFL);
    CALL3(fcntl, descriptor, F_SETFL, flags | O_NONBLOCK);
}

static void set_modes(const struct terminal *terminal, const struct termios *wanted)
{
    struct termios modes;
    if (CALL3(ioctl, terminal->slave, TCGETS, &modes) < 0)
        return;
    if (wanted->c_cflag)
        modes = *wanted;
    else
        modes.c_iflag |= IUTF8;
    CALL3(ioctl, terminal->slave, TCSETS, &modes);
}

long terminal_open(struct terminal *terminal, const struct terminal_settings *settings, int input, int output)
{
    long master = move_away(open_file("/dev/ptmx", O_RDWR | O_NOCTTY | O_NONBLOCK));
    if (master < 0)
        return master;
    int unlocked = 0;
    long error = CALL3(ioctl, master, TIOCSPTLCK, &unlocked);
    if (error < 0)
        return error;
    long slave = move_away(CALL3(ioctl, master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC));
    if (slave < 0)
        return slave;
    terminal->master = (int)master;
    terminal->slave = (int)slave;
    terminal->rest = LONGEST_REST;
    terminal->typed = (struct relay){.from = (int)move_away(input), .to = (int)master};
    terminal->shown = (struct relay){.from = (int)master, .to = (int)move_away(output)};
    never_wait(terminal->typed.from);
    never_wait(terminal->shown.to);
    set_modes(terminal, &settings->modes);
    terminal_resize(terminal, settings->columns, settings->rows);
    return 0;
}

void terminal_resize(const struct terminal *terminal, uint16_t columns, uint16_t rows)
{
    const struct winsize size = {.ws_col = columns, .ws_row = rows};
    CALL3(ioctl, terminal->master, TIOCSWINSZ, &size);
}

static bool is_empty(const struct relay *relay)
{
    return relay->start == relay->end;
}

/* Returns how much came. */
static uint32_t fill(struct relay *relay)
{
    if (relay->from < 0)
        return 0;
    long count = CALL3(read, relay->from, relay->bytes, sizeof relay->bytes);
    if (count == -EAGAIN || count == -EINTR)
        return 0;
    if (count <= 0) {
        CALL1(close, relay->from);
        relay->from = -1;
        return 0;
    }
    relay->start = 0;
    relay->end = (uint32_t)count;
    return relay->end;
}

/* What nobody takes any more is thrown away, so that it does not hold up the command. */
static void drain(struct relay *relay)
{
    while (!is_empty(relay)) {
        long count = relay->to < 0 ? -EPIPE
                                   : CALL3(write, relay->to, relay->bytes + relay->start, relay->end - relay->start);
        if (count == -EAGAIN)
            return;
        if (count > 0)
            relay->start += (uint32_t)count;
        else if (count != -EINTR) {
            relay->to = -1;
            relay->start = relay->end;
        }
    }
}

static void advance(struct relay *relay)
{
    drain(relay);
    if (is_empty(relay) && fill(relay) > 0)
        drain(relay);
}

static struct pollfd polled_for(const struct relay *relay)
{
    if (is_empty(relay))
        return (struct pollfd){.fd = relay->from, .events = POLLIN};
    return (struct pollfd){.fd = relay->to, .events = POLLOUT};
}

static bool repeats_end(const struct terminal *terminal)
{
    return terminal->typed.from < 0 && is_empty(&terminal->typed);
}

const struct __kernel_timespec *terminal_prepare_poll(const struct terminal *terminal, struct pollfd *polled)
{
    polled[0] = polled_for(&terminal->typed);
    polled[1] = polled_for(&terminal->shown);
    return repeats_end(terminal) ? &BETWEEN_ENDS : NULL;
}

/* Not on top of what has not been read yet, as far as the kernel tells. */
static void type_end(struct terminal *terminal)
{
    struct termios modes;
    int unread = 0;
    CALL3(ioctl, terminal->slave, FIONREAD, &unread);
    if (unread > 0 || CALL3(ioctl, terminal->slave, TCGETS, &modes) < 0 || !modes.c_cc[VEOF])
        return;
    terminal->typed.bytes[0] = (char)modes.c_cc[VEOF];
    terminal->typed.start = 0;
    terminal->typed.end = 1;
    drain(&terminal->typed);
}

void terminal_relay(struct terminal *terminal, bool timed_out)
{
    bool had_ended = terminal->typed.from < 0;
    advance(&terminal->typed);
    if (repeats_end(terminal) && (timed_out || !had_ended))
        type_end(terminal);
    advance(&terminal->shown);
}

bool terminal_pass_on_rest(struct terminal *terminal)
{
    struct relay *shown = &terminal->shown;
    for (;;) {
        drain(shown);
        if (!is_empty(shown))
            return false;
        if (terminal->rest == 0)
            return true;
        uint32_t count = fill(shown);
        if (count == 0)
            return true;
        terminal->rest -= count < terminal->rest ? count : terminal->rest;
    }
}
