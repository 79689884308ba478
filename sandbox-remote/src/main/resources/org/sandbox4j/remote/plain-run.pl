# Runs commands in the tree that layers in a directory of the work directory make up, and leaves what they changed there.
# Arguments: the name of that directory; the request, unless it is the file "request" there. Needs perl, tar, gzip and find.
# No apostrophes: the whole stands between two of them.
use strict;
use warnings;
no warnings "recursion";
use POSIX ();

my ($control, $inline) = @ARGV;
my $home = POSIX::getcwd();
my $largest_inline = 32768;
my $inline_without_environment = 24 << 20;
my $most_layers = 16;
my $tick = 0.02;
my $times_kept = 0;
umask 022;
$ENV{LC_ALL} = "C";

my ($has_unpacked, $has_run, $clears) = (0, 0, 0);

# What the server gives all of this, from here on; and what even its owner may not read, with its mode.
my ($begun, $budget, $saves) = (seconds(), 10, 1);
my %closed;

# Servers keep their containers only if they can remove what is left.
sub fail {
    die "\n" if $clears;
    print STDERR "sandbox4j: @_\n";
    $clears = 1;
    eval { chdir $home; clear() } if $has_unpacked;
    exit($has_run ? 71 : 70);
}

sub quoted { my ($text) = @_; $text =~ s/([^A-Za-z0-9_.\/=:,+-])/sprintf("%%%02X", ord $1)/ge; return $text }

sub unquoted { my ($text) = @_; $text =~ s/%([0-9A-F]{2})/chr hex $1/ge; return $text }

sub content {
    my ($path) = @_;
    open(my $file, "<:raw", $path) or fail("cannot read $path: $!");
    local $/;
    my $text = <$file>;
    return defined $text ? $text : "";
}

sub is_directory { my ($path) = @_; return lstat $path && -d _ }

# The system call that makes orphans of the commands children of this process; nothing elsewhere.
sub adopt_orphans {
    my %numbers = (x86_64 => 157, aarch64 => 167);
    my $number = $numbers{ (POSIX::uname())[4] };
    syscall($number, 36, 1, 0, 0, 0) if $number;
}

sub remove {
    my ($path) = @_;
    return unless lstat $path;
    if (-d _) {
        chmod 0700, $path;
        opendir(my $directory, $path) or fail("cannot look into $path: $!");
        my @names = grep { $_ ne "." && $_ ne ".." } readdir $directory;
        closedir $directory;
        remove("$path/$_") for @names;
        rmdir $path or fail("cannot remove $path: $!");
    } else {
        unlink $path or fail("cannot remove $path: $!");
    }
}

# Empties the work directory but for one name.
sub clear {
    my ($kept) = @_;
    chmod 0755, ".";
    opendir(my $top, ".") or fail("cannot look into the tree: $!");
    my @names = grep { $_ ne "." && $_ ne ".." && !(defined $kept && $_ eq $kept) } readdir $top;
    closedir $top;
    remove($_) for @names;
}

sub remove_from_tree {
    my ($path) = @_;
    my $above = ".";
    my @names = split /\//, $path;
    for my $name (@names) {
        return unless is_directory($above);
        chmod 0700 | (lstat $above)[2] & 07777, $above;
        $above = "$above/$name";
    }
    remove($above);
}

sub tar {
    system("tar", @_) == 0 or fail("tar failed");
}

sub left { return $begun + $budget - seconds() }

# Moves what is in one directory into another, over what is there.
sub lay {
    my ($from, $to) = @_;
    opendir(my $directory, $from) or fail("cannot look into $from: $!");
    my @names = grep { $_ ne "." && $_ ne ".." } readdir $directory;
    closedir $directory;
    for my $name (@names) {
        my ($source, $target) = ("$from/$name", "$to/$name");
        my $mode = (lstat $source)[2] & 07777;
        my $moves_directory = -d _;
        if ($moves_directory && is_directory($target)) {
            # Moving what is in it changes its time.
            my $time = "$control/time-" . ++$times_kept;
            system("touch", "-r", $source, $time) == 0 or fail("touch failed");
            chmod 0700, $source, $target;
            lay($source, $target);
            system("touch", "-r", $time, $target) == 0 or fail("touch failed");
            unlink $time;
        } else {
            remove($target);
            chmod 0700, $source if $moves_directory;
            rename $source, $target or fail("cannot move $source: $!");
        }
        chmod $mode, $target if $moves_directory;
    }
}

# As root, tar gives directories their modes at once, and needs powers that root may lack to go on in them: unless they exist.
sub make_directories {
    my ($archive, $tree) = @_;
    my %escapes = (a => "\a", b => "\b", f => "\f", n => "\n", r => "\r", t => "\t", v => "\013", "\\" => "\\");
    open(my $list, "-|", "tar", "--list", "--gzip", "--quoting-style=escape", "--file", $archive) or fail("cannot start tar: $!");
    while (my $line = <$list>) {
        next unless $line =~ s/\/\n\z//;
        $line =~ s/\\([0-7]{3}|.)/length $1 == 3 ? chr oct $1 : exists $escapes{$1} ? $escapes{$1} : $1/ge;
        my $path = $tree;
        mkdir $path .= "/$_", 0700 for split /\//, $line;
    }
    close $list or fail("tar failed");
}

sub layers {
    opendir(my $directory, $control) or return;
    my @numbers = sort { $a <=> $b } map { /^layer-(\d+)[.]/ ? $1 : () } readdir $directory;
    my %seen;
    return grep { !$seen{$_}++ } @numbers;
}

sub extract {
    my ($archive, $tree) = @_;
    make_directories($archive, $tree) unless $>;
    tar("--extract", "--gzip", "--preserve-permissions", "--delay-directory-restore", "--no-same-owner",
        "--directory", $tree, "--file", $archive);
}

sub is_empty {
    opendir(my $top, ".") or return 0;
    return !grep { $_ ne "." && $_ ne ".." && $_ ne $control } readdir $top;
}

sub unpack_layer {
    my ($number) = @_;
    my $layer = "$control/layer-$number";
    if (-e "$layer.deleted") {
        remove_from_tree($_) for split /\0/, content("$layer.deleted");
    }
    return unless -e "$layer.tgz";
    # Nothing is there to be merged with.
    return extract("$layer.tgz", ".") if is_empty();
    mkdir "$control/tree", 0700 or fail("cannot make a directory: $!");
    extract("$layer.tgz", "$control/tree");
    # Touching directories of the tree changes its modes; those of the layer win.
    lay("$control/tree", ".");
    remove("$control/tree");
}

# Returns whether it could, in the time that is left.
sub pack_members {
    my ($archive, @members) = @_;
    my $list = "$control/members";
    open(my $file, ">:raw", $list) or fail("cannot write: $!");
    print $file map { "$_\0" } @members;
    close $file or fail("cannot write: $!");
    my @tar = ("timeout", sprintf("%.3f", left() * 0.9 > 0.001 ? left() * 0.9 : 0.001), "tar", "--create", "--format=pax",
        "--pax-option=delete=atime,delete=ctime", "--numeric-owner", "--no-recursion", "--null", "--verbatim-files-from",
        "--files-from", $list, "--file");
    my $packed = (grep { exists $closed{$_} || !is_text($_) || (-l $_ && !is_text(readlink $_)) } @members)
        ? pack_exactly($archive, \@members, @tar, "-")
        : system(@tar, $archive, "--gzip") == 0;
    unlink $list;
    unlink $archive unless $packed;
    return $packed;
}

# As UTF-8 goes, which has no halves of surrogate pairs and an end.
sub is_text {
    my ($bytes) = @_;
    return $bytes !~ /\xED[\xA0-\xBF]|\xF4[\x90-\xBF]|[\xF5-\xFF]/ && utf8::decode($bytes);
}

sub record {
    my ($key, $value) = @_;
    my $rest = length " $key=$value\n";
    my $size = $rest + length($rest + length $rest);
    return "$size $key=$value\n";
}

# What an extended header must say of names that are no text, for those who read it here; tar takes the bytes that it has.
sub own_records {
    my ($records) = @_;
    my $own = "";
    while ($records =~ /^(\d+) ([^=]*)=/) {
        my ($size, $key, $start) = ($1, $2, length "$1 $2=");
        my $value = substr $records, $start, $size - $start - 1;
        $own .= record("SANDBOX4J.$key", quoted($value)) if $key =~ /^(?:link)?path\z/ && !is_text($value);
        substr($records, 0, $size) = "";
    }
    return $own;
}

sub sealed {
    my ($header, $place, $value) = @_;
    substr($header, $place, length $value) = $value;
    substr($header, 148, 8) = " " x 8;
    substr($header, 148, 8) = sprintf("%06o\0 ", unpack("%32C*", $header));
    return $header;
}

# The archive has the modes that opened members had before, and names of any bytes.
sub pack_exactly {
    my ($archive, $members, @tar) = @_;
    open(my $in, "-|", @tar) or fail("cannot start tar: $!");
    open(my $out, "|-", "exec gzip > $archive") or fail("cannot start gzip: $!");
    binmode $_ for $in, $out;
    my ($number, $extended, $records) = (0, undef, "");
    while ((read $in, my $header, 512) == 512) {
        my ($size) = substr($header, 124, 12) =~ /^([0-7]*)/;
        my $kind = substr $header, 156, 1;
        if ($kind eq "x") {
            read $in, $records, oct($size) + 511 & ~511;
            $records = substr $records, 0, oct $size;
            $extended = $header;
            next;
        }
        if ($header =~ /[^\0]/ && $kind !~ /[gLK]/) {
            my $mode = $closed{ $members->[$number++] };
            $header = sealed($header, 100, sprintf("%07o\0", oct $mode)) if defined $mode;
            my ($target) = substr($header, 157, 100) =~ /^([^\0]*)/;
            my $own = own_records($records);
            $own .= record("SANDBOX4J.linkpath", quoted($target)) unless is_text($target) || $own =~ /J[.]linkpath=/;
            $extended = sealed($header, 156, "x") if $own ne "" && !defined $extended;
            $records .= $own;
            my $length = length $records;
            print $out sealed($extended, 124, sprintf("%011o\0", $length)), $records, "\0" x (-$length & 511) if defined $extended;
            ($extended, $records) = (undef, "");
        }
        print $out $header;
        for (my $rest = oct($size) + 511 & ~511; $rest > 0;) {
            my $count = read $in, my $block, $rest < 1048576 ? $rest : 1048576;
            last unless $count;
            print $out $block;
            $rest -= $count;
        }
    }
    my $complete = close $in;
    return close($out) && $complete;
}

# For each path of the tree what tells whether it has changed; its first letter is the kind. Nothing if some may not be read.
sub found {
    my %states;
    open(my $find, "-|", "find", ".", "-mindepth", "1", "-path", "./$control", "-prune", "-o",
        "-printf", "%y %i %C\@ %T\@ %m %s %P\\0") or fail("cannot start find: $!");
    local $/ = "\0";
    while (my $line = <$find>) {
        chomp $line;
        my ($state, $path) = $line =~ /^((?:\S+ ){5}\S+) (.*)$/s;
        $states{$path} = $state if $state =~ /^[fdl]/;
    }
    my $complete = close $find;
    return (\%states, $complete);
}

# Opens what is closed. That changes when it was changed last, which does not count then.
sub states {
    for (;;) {
        my ($states, $complete) = found();
        my $opened = 0;
        for my $path ($complete ? () : keys %$states) {
            my ($kind, undef, undef, undef, $mode) = split / /, $states->{$path};
            next if $kind ne "d" || (oct($mode) & 0500) == 0500;
            chmod oct($mode) | 0700, $path or next;
            $closed{$path} = $mode;
            $opened++;
        }
        next if $opened;
        fail("find failed") unless $complete;
        for my $path (grep { $states->{$_} } keys %closed) {
            my @fields = split / /, $states->{$path};
            @fields[2, 4] = (0, $closed{$path});
            $states->{$path} = "@fields";
        }
        return $states;
    }
}

sub open_files {
    my ($states, @members) = @_;
    for my $path (@members) {
        my ($kind, undef, undef, undef, $mode) = split / /, $states->{$path};
        next if $kind ne "f" || oct($mode) & 0400;
        $closed{$path} = $mode if chmod oct($mode) | 0400, $path;
    }
}

sub close_again {
    chmod oct $closed{$_}, $_ for sort { length $b <=> length $a } keys %closed;
    %closed = ();
}

sub seconds {
    my ($since_boot) = split / /, content("/proc/uptime");
    return $since_boot;
}

sub children_of {
    my %parents = map { $_ => 1 } @_;
    my %parent_of;
    opendir(my $processes, "/proc") or return;
    for my $pid (grep { /^\d+$/ } readdir $processes) {
        open(my $file, "<", "/proc/$pid/stat") or next;
        local $/;
        my $line = <$file>;
        $parent_of{$pid} = $1 if defined $line && $line =~ /.*\) \S (\d+)/s;
    }
    closedir $processes;
    my @found;
    for (my $grown = 1; $grown;) {
        $grown = 0;
        for my $pid (keys %parent_of) {
            if ($parents{ $parent_of{$pid} } && !$parents{$pid}) {
                $parents{$pid} = 1;
                push @found, $pid;
                $grown = 1;
            }
        }
    }
    return @found;
}

sub end_descendants {
    my ($group) = @_;
    kill "KILL", -$group;
    for (1 .. 500) {
        1 while waitpid(-1, POSIX::WNOHANG()) > 0;
        my @left = children_of($$) or return;
        kill "KILL", @left;
        select undef, undef, undef, 0.002;
    }
}

sub nameless_file {
    my $name = "$control.file";
    open(my $file, "+>:raw", $name) or fail("cannot write: $!");
    unlink $name;
    return $file;
}

sub output {
    my ($silent) = @_;
    return nameless_file() unless $silent;
    open(my $nowhere, ">", "/dev/null") or fail("cannot open /dev/null: $!");
    return $nowhere;
}

sub enter {
    my ($directory) = @_;
    return 1 if chdir $directory;
    my $path = "";
    mkdir $path .= "$_/", 0755 for split /\//, $directory;
    return chdir $directory;
}

# As execvp does, but for what it does with files that are no programs. Returns why it fails.
sub execute {
    my ($environment, $program, @arguments) = @_;
    my @variables = map { "$_=$environment->{$_}" } keys %$environment;
    my @words = ($program, @arguments);
    my $argv = pack("p*", @words) . pack("J", 0);
    my $envp = pack("p*", @variables) . pack("J", 0);
    my %numbers = (x86_64 => 59, aarch64 => 221);
    my $number = $numbers{ (POSIX::uname())[4] };
    if (!$number) {
        %ENV = %$environment;
        no warnings;
        exec { $program } $program, @arguments;
        return $! + 0;
    }
    my $path = exists $environment->{PATH} ? $environment->{PATH} : "/bin:/usr/bin";
    my @candidates = $program =~ /\// || $program eq "" ? ($program) : map { ($_ eq "" ? "." : $_) . "/$program" } split /:/, $path, -1;
    my $worst = 2;
    for my $candidate (@candidates) {
        syscall($number, $candidate, $argv, $envp);
        my $error = $! + 0;
        return "directory" if -d $candidate && @candidates == 1;
        next if -d $candidate || $error == 20;
        return "interpreter" if $error == 2 && -e $candidate;
        next if $error == 2;
        return $error unless $error == 13;
        $worst = 13;
    }
    return $worst;
}

# Returns the lines of the answer, and whether the next command may run if this one need not succeed, and if it must.
sub run {
    my ($number, $command, $out, $err, $latest) = @_;
    # Its only use is to end a pause.
    local $SIG{CHLD} = sub {};
    my ($failure, $report);
    pipe($failure, $report) or fail("no pipe: $!");
    my $start = seconds();
    my @times = times;
    my $pid = fork;
    defined $pid or fail("cannot fork: $!");
    if (!$pid) {
        close $failure;
        POSIX::setsid();
        my $problem;
        if (enter($command->{cwd})) {
            POSIX::dup2(fileno $command->{stdin}, 0);
            POSIX::dup2(fileno $out, 1);
            POSIX::dup2(fileno $err, 2);
            $command->{environment}{PWD} = POSIX::getcwd();
            $problem = "command " . execute($command->{environment}, @{ $command->{arguments} });
        } else {
            $problem = "cwd " . ($! + 0);
        }
        syswrite $report, $problem;
        POSIX::_exit(127);
    }
    close $report;
    my $problem = <$failure>;
    my $timed_out = "";
    my $end = $latest;
    my $reason = "budget";
    if (defined $command->{timeout} && $start + $command->{timeout} < $latest) {
        ($end, $reason) = ($start + $command->{timeout}, "timeout");
    }
    until (waitpid($pid, POSIX::WNOHANG())) {
        my $rest = $end - seconds();
        if ($rest <= 0) {
            $timed_out = $reason;
            kill "KILL", -$pid, $pid;
            waitpid $pid, 0;
            last;
        }
        # A child that ends just before it does not end it.
        select undef, undef, undef, $rest < 0.02 ? $rest : 0.02;
    }
    my $status = $?;
    end_descendants($pid);
    chmod 0755, $home;
    my @later = times;
    my @lines = defined $problem ? "problem $number $problem" : ();
    push @lines, "ended $number " . ($timed_out || $status) . sprintf(" %.3f %.3f %.3f",
        seconds() - $start, $later[2] - $times[2], $later[3] - $times[3]);
    my $goes_on = !defined $problem && $timed_out ne "budget";
    return (\@lines, $goes_on, $goes_on && !$timed_out && $status == 0);
}

sub copy_to {
    my ($file, $path) = @_;
    sysseek $file, 0, 0;
    open(my $target, ">:raw", $path) or fail("cannot write: $!");
    while (my $count = sysread($file, my $block, 1048576)) {
        print $target $block or fail("cannot write: $!");
    }
    close $target or fail("cannot write: $!");
}

sub base64 {
    my ($bytes) = @_;
    my $text = pack("u", $bytes);
    $text =~ s/^.//mg;
    $text =~ s/\n//g;
    $text =~ tr/` -_/AA-Za-z0-9+\//;
    my $missing = (3 - length($bytes) % 3) % 3;
    substr($text, -$missing) = "=" x $missing if $missing;
    return $text;
}

sub whole {
    my ($file, $size) = @_;
    my $text = "";
    sysseek $file, 0, 0;
    1 while sysread $file, $text, $size - length $text, length $text;
    return $text;
}

sub stream {
    my ($number, $name, $file) = @_;
    my $size = -s $file or return ();
    return "text $number $name " . quoted(whole($file, $size)) if $size <= $largest_inline;
    if (!$saves) {
        return "lost output $number $name $size" if $size > $inline_without_environment;
        $inline_without_environment -= $size;
        return "base64 $number $name " . base64(whole($file, $size));
    }
    copy_to($file, "$control/$number.$name");
    return "file $number $name $size";
}

# ---- the request ----

my (@commands, @places, @made);
my ($everywhere, $kept) = (0, 0);
for my $line (split /\n/, defined $inline ? $inline : content("$control/request")) {
    my ($key, $value) = split / /, $line, 2;
    $value = unquoted(defined $value ? $value : "");
    if ($key eq "command") { push @commands, { arguments => [], environment => {}, cwd => ".", input => undef } }
    elsif ($key eq "argument") { push @{ $commands[-1]{arguments} }, $value }
    elsif ($key eq "variable") { my ($name, $text) = split /=/, $value, 2; $commands[-1]{environment}{$name} = $text }
    elsif ($key eq "everywhere") { $everywhere = 1 }
    elsif ($key eq "budget") { $budget = $value }
    elsif ($key eq "unsaved") { $saves = 0 }
    elsif ($key eq "place") { push @places, $value if $value ne "" }
    elsif ($key eq "made") { push @made, $value }
    elsif ($key ne "") { $commands[-1]{$key} = $value }
}

# ---- the tree ----

my @layers = layers();
my $next = @layers ? $layers[-1] + 1 : 0;
if (-e "$control/next.tgz" || -e "$control/next.deleted") {
    for my $kind ("tgz", "deleted") {
        rename "$control/next.$kind", "$control/layer-$next.$kind" if -e "$control/next.$kind";
    }
    push @layers, $next++;
    $kept = 1;
}
$has_unpacked = 1;
unpack_layer($_) for @layers;
# They become one, if there is time for it.
if (@layers > $most_layers && left() > $budget * 0.75) {
    my $states = states();
    my @all = sort keys %$states;
    open_files($states, @all);
    if (pack_members("$control/all.tgz", @all)) {
        unlink glob "$control/layer-*";
        rename "$control/all.tgz", "$control/layer-0.tgz" or fail("cannot rename: $!");
        ($next, $kept) = (1, 1);
    }
    close_again();
}

# ---- what commands must not see stays open, without a name ----

my %hidden;
for my $path (glob "$control/layer-*") {
    open($hidden{$path}, "<:raw", $path) or fail("cannot read $path: $!");
}
for my $command (@commands) {
    my $input = "$control/" . (defined $command->{input} ? $command->{input} : "");
    $input = "/dev/null" unless defined $command->{input};
    open($command->{stdin}, "<:raw", $input) or fail("cannot read $input: $!");
    if (defined $command->{bytes}) {
        my $file = nameless_file();
        syswrite $file, $command->{bytes};
        sysseek $file, 0, 0;
        $command->{stdin} = $file;
    }
}
remove($control) if lstat $control;
my $before = states();
close_again();

# A marked directory exists, whether or not it was staged.
my (@answer, @streams, @new);

sub make_place {
    my ($place) = @_;
    my $path = ".";
    for my $name (split /\//, $place) {
        my $above = $path;
        $path = "$above/$name";
        next if is_directory($path);
        my $mode = (lstat $above)[2] & 07777;
        chmod $mode | 0700, $above;
        my $made = mkdir $path, 0755;
        my $error = $! + 0;
        chmod $mode, $above if $above ne ".";
        return $error unless $made;
        push @new, $path;
    }
    return 0;
}

for my $place (@places) {
    my $error = make_place($place) or next;
    push @answer, "problem 0 mark $error " . quoted($place);
    rmdir $_ for reverse @new;
    @commands = ();
    last;
}
select undef, undef, undef, $tick;

# ---- the commands ----

adopt_orphans();
my $prepared = seconds() - $begun;
my $reserved = 0.1 + 0.05 * $budget + 0.6 * $prepared;
my $latest = $begun + $budget - ($reserved < $budget / 2 ? $reserved : $budget / 2);
fail("what the server gives, $budget seconds, was over before a command could run") if seconds() >= $latest;
$has_run = 1;
for my $number (0 .. $#commands) {
    my $command = $commands[$number];
    my $out = output($command->{silent_out});
    my $err = $command->{merged} ? $out : output($command->{silent_err});
    push @streams, [$number, "out", $out];
    push @streams, [$number, "err", $err] unless $command->{merged};
    # Both append, so that the two streams of one file do not overwrite each other.
    for my $file ($out, $err) {
        fcntl($file, 4, 1024 | fcntl($file, 3, 0));
    }
    my ($lines, $goes_on, $succeeded) = run($number, $command, $out, $err, $latest);
    push @answer, @$lines;
    last unless $succeeded || $goes_on && $command->{mayfail};
}
chdir $home or fail("cannot go back: $!");

# ---- what they changed ----

sub is_in_place {
    my ($path) = @_;
    return $everywhere || grep { index($path, "$_/") == 0 } @places;
}

# A place itself stays a directory, whatever a command made of it.
sub may_change {
    my ($path, $is_directory) = @_;
    return 1 if is_in_place($path);
    for my $place (@places) {
        return 1 if $is_directory && ($path eq $place || index($place, "$path/") == 0);
    }
    return 0 unless $is_directory;
    for my $made (@made) {
        return 1 if $made eq $path || index($made, "$path/") == 0;
    }
    return 0;
}

sub is_below {
    my ($path, $tops) = @_;
    while ($path =~ s/\/[^\/]*$//) { return 1 if $tops->{$path} }
    return 0;
}

# Directories on the way to a place are as they were.
sub restore {
    my ($path, $state) = @_;
    my (undef, undef, undef, $modified, $mode) = split / /, $state;
    chmod oct $mode, $path;
    system("touch", "-d", "\@$modified", "./$path") == 0 or fail("touch failed");
}

my $after = states();
my (%members, %deleted);
for my $path (keys %$after) {
    my $known = $before->{$path};
    my $is_directory = $after->{$path} =~ /^d/;
    next if defined $known && $known eq $after->{$path} || !may_change($path, $is_directory);
    $deleted{$path} = 1 if defined $known && is_in_place($path) && substr($known, 0, 1) ne substr($after->{$path}, 0, 1);
    $members{$path} = 1;
    while ($path =~ s/\/[^\/]*$//) { $members{$path} = 1 }
}
for my $path (sort keys %$before) {
    $deleted{$path} = 1 unless $after->{$path} || !is_in_place($path) || is_below($path, \%deleted);
}
my @deleted = sort keys %deleted;
for my $path (sort keys %members) {
    my $is_place = grep { $_ eq $path } @places;
    restore($path, $before->{$path}) if $before->{$path} && !$is_place && !is_in_place($path);
}
mkdir $control, 0700 or fail("cannot make a directory: $!");
my @members = sort keys %members;
open_files($after, @members);
if (@members && !pack_members("$control/layer-$next.tgz", @members)) {
    push @answer, "lost changes";
    $kept = 0;
} elsif (@members || @deleted) {
    if (@deleted) {
        open(my $file, ">:raw", "$control/layer-$next.deleted") or fail("cannot write: $!");
        print $file map { "$_\0" } @deleted;
        close $file or fail("cannot write: $!");
    }
    push @answer, "changed $next " . scalar @members;
    push @answer, map { "deleted " . quoted($_) } @deleted;
    $kept = 1;
}
clear($control);
if ($kept && $saves) {
    copy_to($hidden{$_}, $_) for keys %hidden;
    push @answer, "kept";
}
push @answer, stream(@$_) for @streams;
open(my $file, ">:raw", "$control/answer") or fail("cannot write: $!");
print $file map { "$_\n" } @answer;
close $file or fail("cannot write: $!");
