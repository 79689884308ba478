-- Version 1 of the tables, as dumped by the database. Never change it.

CREATE SCHEMA sandbox4j;

CREATE TABLE sandbox4j.command_results (
    request bigint NOT NULL,
    "position" integer NOT NULL,
    command bytea NOT NULL,
    exit_code integer NOT NULL,
    stdout bytea NOT NULL,
    stderr bytea NOT NULL,
    truncated boolean NOT NULL,
    nanos bigint NOT NULL
);

CREATE TABLE sandbox4j.requests (
    id bigint NOT NULL,
    server bigint,
    user_name character varying(256),
    date_micros bigint NOT NULL,
    config character varying NOT NULL,
    status boolean NOT NULL,
    traceback bytea NOT NULL
);

ALTER TABLE sandbox4j.requests ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME sandbox4j.requests_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE sandbox4j.responses (
    request bigint NOT NULL,
    status integer NOT NULL,
    total_nanos bigint NOT NULL,
    result bytea,
    result_truncated boolean NOT NULL,
    environment uuid,
    expires_micros bigint
);

CREATE TABLE sandbox4j.schema_history (
    installed_rank integer NOT NULL,
    version character varying(50),
    description character varying(200) NOT NULL,
    type character varying(20) NOT NULL,
    script character varying(1000) NOT NULL,
    checksum integer,
    installed_by character varying(100) NOT NULL,
    installed_on timestamp without time zone DEFAULT now() NOT NULL,
    execution_time integer NOT NULL,
    success boolean NOT NULL
);

CREATE TABLE sandbox4j.servers (
    id bigint NOT NULL,
    name character varying(256) NOT NULL,
    url character varying(2048) NOT NULL,
    enabled boolean NOT NULL
);

ALTER TABLE sandbox4j.servers ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME sandbox4j.servers_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE sandbox4j.specifications (
    server bigint NOT NULL,
    sandbox_success bigint,
    sandbox_failure bigint,
    container_success bigint,
    container_failure bigint,
    specifications character varying,
    libraries character varying
);

CREATE TABLE sandbox4j.usage_hours (
    server bigint NOT NULL,
    date_micros bigint NOT NULL,
    polls bigint NOT NULL,
    reached bigint NOT NULL,
    cpu_sum double precision NOT NULL,
    cpu_max double precision,
    ram_sum double precision NOT NULL,
    ram_max double precision,
    swap_sum double precision NOT NULL,
    swap_max double precision,
    processes_sum double precision NOT NULL,
    processes_max double precision,
    containers_sum double precision NOT NULL,
    containers_max double precision,
    sent_sum double precision NOT NULL,
    sent_max double precision,
    received_sum double precision NOT NULL,
    received_max double precision
);

CREATE TABLE sandbox4j.usages (
    server bigint NOT NULL,
    date_micros bigint NOT NULL,
    id bigint NOT NULL,
    enabled boolean NOT NULL,
    reached boolean NOT NULL,
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
    details character varying
);

ALTER TABLE sandbox4j.usages ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME sandbox4j.usages_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

INSERT INTO sandbox4j.command_results VALUES (1, 0, '\x002d6d616b65', 2, '\x01000003e878013330343236313533b7b03418658d86c1683a18a6790100ecb8cd15', '\x0200680061006c00660020d83d', false, 0);
INSERT INTO sandbox4j.command_results VALUES (1, 1, '\x0074727565', -1, '\x00', '\x00c3a9', true, 7);

INSERT INTO sandbox4j.requests OVERRIDING SYSTEM VALUE VALUES (1, 1, 'alice', 1795521600000001, '{"commands":[{"line":"-make","timeout":"PT1.5S","may_fail":true}],"environ":{"NAME":"value"},"result_path":"result","environment":"01234567-89ab-cdef-0123-456789abcdef","save":true}', true, '\x00');
INSERT INTO sandbox4j.requests OVERRIDING SYSTEM VALUE VALUES (2, NULL, NULL, 1795521601000001, '{"commands":[{"line":"-make","timeout":"PT1.5S","may_fail":true}],"environ":{"NAME":"value"},"result_path":"result","environment":"01234567-89ab-cdef-0123-456789abcdef","save":true}', false, '\x00687474703a2f2f66697273742f3a20756e726561636861626c650a');

INSERT INTO sandbox4j.responses VALUES (1, 2, 1500000001, '\x00726573756c742000', false, '01234567-89ab-cdef-0123-456789abcdef', 1795521660000001);

INSERT INTO sandbox4j.schema_history VALUES (0, NULL, '<< Flyway Schema Creation >>', 'SCHEMA', '"sandbox4j"', NULL, 'fleet', '2026-11-24 17:26:25.807496', 0, true);
INSERT INTO sandbox4j.schema_history VALUES (1, '1', 'servers, usages and requests', 'JDBC', 'org.sandbox4j.fleet.jdbc.SqlMigration', -889280927, 'fleet', '2026-11-24 17:26:26.007318', 17, true);

INSERT INTO sandbox4j.servers OVERRIDING SYSTEM VALUE VALUES (1, 'first', 'http://first/', true);
INSERT INTO sandbox4j.servers OVERRIDING SYSTEM VALUE VALUES (2, 'second é', 'https://second:8443/path/', false);

INSERT INTO sandbox4j.specifications VALUES (2, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO sandbox4j.specifications VALUES (1, 1795521600000001, NULL, 1795521600000001, 1795521601000001, '{"host": {"cpu": {"core": 8, "logical": null, "freq_min": 800.0, "freq_max": 4200.5}, "memory": {"ram": 1099511627776, "swap": 0, "storage": {"/dev/sda1": 35184372088832}}, "docker_version": "20.10", "sandbox_version": "1.0"}, "container": {"count": 20, "cpu": {"count": 1, "period": 100000, "shares": -1, "quota": 0}, "memory": {"ram": 8589934592, "swap": -1, "storage": -1}, "io": {"read_iops": {"/dev/sda": 7}, "read_bps": {"/dev/sda": 8}, "write_iops": {"/dev/sda": 9}, "write_bps": {"/dev/sda": 10}}, "process": 100000, "working_dir_device": "/dev/sda1"}, "extensions": ["root"]}', '{"libraries": {"python": {"pip": "?"}}, "bin": ["awk"]}');

INSERT INTO sandbox4j.usage_hours VALUES (1, 1795521600000000, 2, 1, 0.25, 0.25, 34359738368, 34359738368, 3, 3, 70000, 70000, 9, 9, 5, 5, 6, 6);

INSERT INTO sandbox4j.usages OVERRIDING SYSTEM VALUE VALUES (1, 1795521600000001, 1, true, true, 3000, 0.25, 34359738368, 3, 5, 6, 7, 8, 70000, 9, '{"cpu_averages":[0.5,1.5,2.5],"storage_bytes":{"/dev/sda1":4},"read_operations":{"/dev/sda":1},"read_bytes":{"/dev/sda":2},"write_operations":{"/dev/sda":3},"write_bytes":{"/dev/sda":4}}');
INSERT INTO sandbox4j.usages OVERRIDING SYSTEM VALUE VALUES (1, 1795521615000001, 2, true, false, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);

SELECT pg_catalog.setval('sandbox4j.requests_id_seq', 2, true);

SELECT pg_catalog.setval('sandbox4j.servers_id_seq', 2, true);

SELECT pg_catalog.setval('sandbox4j.usages_id_seq', 2, true);

ALTER TABLE ONLY sandbox4j.command_results
    ADD CONSTRAINT command_results_pkey PRIMARY KEY (request, "position");

ALTER TABLE ONLY sandbox4j.requests
    ADD CONSTRAINT requests_pkey PRIMARY KEY (id);

ALTER TABLE ONLY sandbox4j.responses
    ADD CONSTRAINT responses_pkey PRIMARY KEY (request);

ALTER TABLE ONLY sandbox4j.schema_history
    ADD CONSTRAINT schema_history_pk PRIMARY KEY (installed_rank);

ALTER TABLE ONLY sandbox4j.servers
    ADD CONSTRAINT servers_name_key UNIQUE (name);

ALTER TABLE ONLY sandbox4j.servers
    ADD CONSTRAINT servers_pkey PRIMARY KEY (id);

ALTER TABLE ONLY sandbox4j.servers
    ADD CONSTRAINT servers_url_key UNIQUE (url);

ALTER TABLE ONLY sandbox4j.specifications
    ADD CONSTRAINT specifications_pkey PRIMARY KEY (server);

ALTER TABLE ONLY sandbox4j.usage_hours
    ADD CONSTRAINT usage_hours_pkey PRIMARY KEY (server, date_micros);

ALTER TABLE ONLY sandbox4j.usages
    ADD CONSTRAINT usages_pkey PRIMARY KEY (server, date_micros, id);

CREATE INDEX requests_by_date ON sandbox4j.requests USING btree (date_micros, id);

CREATE INDEX requests_by_server ON sandbox4j.requests USING btree (server, date_micros, id);

CREATE INDEX requests_by_user ON sandbox4j.requests USING btree (user_name, date_micros, id);

CREATE INDEX responses_by_environment ON sandbox4j.responses USING btree (environment);

CREATE INDEX schema_history_s_idx ON sandbox4j.schema_history USING btree (success);

ALTER TABLE ONLY sandbox4j.command_results
    ADD CONSTRAINT command_results_request_fkey FOREIGN KEY (request) REFERENCES sandbox4j.responses(request) ON DELETE CASCADE;

ALTER TABLE ONLY sandbox4j.requests
    ADD CONSTRAINT requests_server_fkey FOREIGN KEY (server) REFERENCES sandbox4j.servers(id) ON DELETE SET NULL;

ALTER TABLE ONLY sandbox4j.responses
    ADD CONSTRAINT responses_request_fkey FOREIGN KEY (request) REFERENCES sandbox4j.requests(id) ON DELETE CASCADE;

ALTER TABLE ONLY sandbox4j.specifications
    ADD CONSTRAINT specifications_server_fkey FOREIGN KEY (server) REFERENCES sandbox4j.servers(id) ON DELETE CASCADE;

ALTER TABLE ONLY sandbox4j.usage_hours
    ADD CONSTRAINT usage_hours_server_fkey FOREIGN KEY (server) REFERENCES sandbox4j.servers(id) ON DELETE CASCADE;

ALTER TABLE ONLY sandbox4j.usages
    ADD CONSTRAINT usages_server_fkey FOREIGN KEY (server) REFERENCES sandbox4j.servers(id) ON DELETE CASCADE;

