-- H2 ends a transaction with each statement, so whoever was killed in the middle has to be able to begin again.
-- Times of day are microseconds since 1970, durations nanoseconds. Texts in ${bytes} are as PackedText packs them, JSON is ASCII.

create table if not exists "sandbox4j".servers (
    id bigint generated always as identity primary key,
    name varchar(256) not null unique,
    url varchar(2048) not null unique,
    enabled boolean not null
);

create table if not exists "sandbox4j".specifications (
    server bigint primary key references "sandbox4j".servers on delete cascade,
    sandbox_success bigint,
    sandbox_failure bigint,
    container_success bigint,
    container_failure bigint,
    specifications varchar,
    libraries varchar
);

-- The key gives the newest of a server without sorting, and reads of one server lie together in it.
create table if not exists "sandbox4j".usages (
    server bigint not null references "sandbox4j".servers on delete cascade,
    date_micros bigint not null,
    id bigint generated always as identity,
    enabled boolean not null,
    reached boolean not null,
    cpu_megahertz double precision,
    cpu_usage double precision,
    ram_bytes bigint,
    swap_bytes bigint,
    sent_bytes bigint,
    received_bytes bigint,
    sent_packets bigint,
    received_packets bigint,
    processes bigint,
    containers bigint,
    details varchar,
    primary key (server, date_micros, id)
);

-- Sums and maxima of whole hours, so that a year is 8,760 rows.
create table if not exists "sandbox4j".usage_hours (
    server bigint not null references "sandbox4j".servers on delete cascade,
    date_micros bigint not null,
    polls bigint not null,
    reached bigint not null,
    cpu_sum double precision not null,
    cpu_max double precision,
    ram_sum double precision not null,
    ram_max double precision,
    swap_sum double precision not null,
    swap_max double precision,
    processes_sum double precision not null,
    processes_max double precision,
    containers_sum double precision not null,
    containers_max double precision,
    sent_sum double precision not null,
    sent_max double precision,
    received_sum double precision not null,
    received_max double precision,
    primary key (server, date_micros)
);

create table if not exists "sandbox4j".requests (
    id bigint generated always as identity primary key,
    server bigint references "sandbox4j".servers on delete set null,
    user_name varchar(256),
    date_micros bigint not null,
    config varchar not null,
    status boolean not null,
    traceback ${bytes} not null
);

create index if not exists requests_by_date on "sandbox4j".requests (date_micros, id);
create index if not exists requests_by_server on "sandbox4j".requests (server, date_micros, id);
create index if not exists requests_by_user on "sandbox4j".requests (user_name, date_micros, id);

create table if not exists "sandbox4j".responses (
    request bigint primary key references "sandbox4j".requests on delete cascade,
    status integer not null,
    total_nanos bigint not null,
    result ${bytes},
    result_truncated boolean not null,
    environment uuid,
    expires_micros bigint
);

create index if not exists responses_by_environment on "sandbox4j".responses (environment);

create table if not exists "sandbox4j".command_results (
    request bigint not null references "sandbox4j".responses on delete cascade,
    position integer not null,
    command ${bytes} not null,
    exit_code integer not null,
    stdout ${bytes} not null,
    stderr ${bytes} not null,
    truncated boolean not null,
    nanos bigint not null,
    primary key (request, position)
);
