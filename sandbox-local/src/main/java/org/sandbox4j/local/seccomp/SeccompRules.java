package org.sandbox4j.local.seccomp;

import java.util.ArrayList;
import java.util.List;
import org.sandbox4j.SeccompProfile;

/** The table of what each profile refuses. */
final class SeccompRules {
    static final int EPERM = 1;
    static final int ENOSYS = 38;
    static final int EAFNOSUPPORT = 97;

    private static final int CLONE_NEWUSER = 0x10000000;
    private static final int SET_ID_BITS = 06000;
    private static final int O_CREAT = 0100;
    private static final int O_TMPFILE = 020000000;
    private static final int TIOCSTI = 0x5412;
    private static final int TIOCLINUX = 0x541C;

    private static final int AF_UNSPEC = 0;
    private static final int AF_UNIX = 1;
    private static final int AF_INET = 2;
    private static final int AF_INET6 = 10;
    private static final int AF_NETLINK = 16;

    private final List<SeccompRule> rules = new ArrayList<>();

    private SeccompRules() {}

    static List<SeccompRule> of(SeccompProfile profile) {
        SeccompRules table = new SeccompRules();
        if (profile != SeccompProfile.NONE) {
            table.standard();
        }
        if (profile == SeccompProfile.STRICT) {
            table.strict();
        }
        return List.copyOf(table.rules);
    }

    private void standard() {
        refuse(SystemCall.SYSLOG, SystemCall.USELIB, SystemCall.ACCT, SystemCall.QUOTACTL, SystemCall.QUOTACTL_FD);
        refuse(SystemCall.ADD_KEY, SystemCall.KEYCTL, SystemCall.REQUEST_KEY);
        refuse(
                SystemCall.MOVE_PAGES,
                SystemCall.MIGRATE_PAGES,
                SystemCall.MBIND,
                SystemCall.GET_MEMPOLICY,
                SystemCall.SET_MEMPOLICY,
                SystemCall.SET_MEMPOLICY_HOME_NODE);
        refuse(SystemCall.MOUNT, SystemCall.UMOUNT2, SystemCall.PIVOT_ROOT, SystemCall.CHROOT, SystemCall.SETNS);
        refuse(SystemCall.BPF, SystemCall.PERF_EVENT_OPEN, SystemCall.USERFAULTFD, SystemCall.FANOTIFY_INIT);
        refuse(SystemCall.IO_URING_SETUP, SystemCall.IO_URING_ENTER, SystemCall.IO_URING_REGISTER);
        refuse(SystemCall.KEXEC_LOAD, SystemCall.KEXEC_FILE_LOAD);
        refuse(SystemCall.INIT_MODULE, SystemCall.FINIT_MODULE, SystemCall.DELETE_MODULE);
        refuse(SystemCall.OPEN_BY_HANDLE_AT, SystemCall.LOOKUP_DCOOKIE, SystemCall.NFSSERVCTL, SystemCall.SYSCTL);
        refuse(SystemCall.SWAPON, SystemCall.SWAPOFF, SystemCall.REBOOT, SystemCall.VHANGUP);
        refuse(SystemCall.SETTIMEOFDAY, SystemCall.CLOCK_SETTIME, SystemCall.SETHOSTNAME, SystemCall.SETDOMAINNAME);
        refuse(SystemCall.IOPL, SystemCall.IOPERM);

        // A C library that finds these missing falls back to calls whose arguments a filter can see.
        lack(SystemCall.CLONE3, SystemCall.OPENAT2);
        lack(
                SystemCall.OPEN_TREE,
                SystemCall.OPEN_TREE_ATTR,
                SystemCall.MOVE_MOUNT,
                SystemCall.FSOPEN,
                SystemCall.FSCONFIG,
                SystemCall.FSMOUNT,
                SystemCall.FSPICK,
                SystemCall.MOUNT_SETATTR);

        refuse(SystemCall.CLONE, new Condition.AnyBit(0, CLONE_NEWUSER));
        refuse(SystemCall.UNSHARE, new Condition.AnyBit(0, CLONE_NEWUSER));
        refuse(SystemCall.IOCTL, new Condition.OneOf(1, List.of(TIOCSTI, TIOCLINUX)));
        refuse(SystemCall.CHMOD, new Condition.AnyBit(1, SET_ID_BITS));
        refuse(SystemCall.FCHMOD, new Condition.AnyBit(1, SET_ID_BITS));
        refuse(SystemCall.FCHMODAT, new Condition.AnyBit(2, SET_ID_BITS));
        refuse(SystemCall.FCHMODAT2, new Condition.AnyBit(2, SET_ID_BITS));
        refuse(SystemCall.MKNOD, new Condition.AnyBit(1, SET_ID_BITS));
        refuse(SystemCall.MKNODAT, new Condition.AnyBit(2, SET_ID_BITS));
        refuse(SystemCall.CREAT, new Condition.AnyBit(1, SET_ID_BITS));
        refuse(SystemCall.OPEN, new Condition.AnyBitOfBoth(1, O_CREAT | O_TMPFILE, 2, SET_ID_BITS));
        refuse(SystemCall.OPENAT, new Condition.AnyBitOfBoth(2, O_CREAT | O_TMPFILE, 3, SET_ID_BITS));
        rules.add(new SeccompRule(
                SystemCall.SOCKET,
                new Condition.NoneOf(0, List.of(AF_UNSPEC, AF_UNIX, AF_INET, AF_INET6, AF_NETLINK)),
                EAFNOSUPPORT));
    }

    private void strict() {
        refuse(
                SystemCall.PTRACE,
                SystemCall.PROCESS_VM_READV,
                SystemCall.PROCESS_VM_WRITEV,
                SystemCall.KCMP,
                SystemCall.PIDFD_GETFD);
    }

    private void refuse(SystemCall... calls) {
        for (SystemCall call : calls) {
            refuse(call, new Condition.Always());
        }
    }

    private void refuse(SystemCall call, Condition condition) {
        rules.add(new SeccompRule(call, condition, EPERM));
    }

    private void lack(SystemCall... calls) {
        for (SystemCall call : calls) {
            rules.add(new SeccompRule(call, new Condition.Always(), ENOSYS));
        }
    }
}
