-- The library's models, what memory they were predicted and seen to need, and views for questions in SQL.
create table models (
    id               varchar not null,
    name             varchar not null,
    architecture     varchar,
    parameters       bigint,
    quantization     varchar,
    context_tokens   integer,
    license          varchar,
    tags             varchar[] not null,
    status           varchar not null,
    path             varchar,
    size_bytes       bigint,
    downloaded_bytes bigint,
    sha256           varchar,
    active           boolean not null,
    metadata         map(varchar, varchar) not null,
    refreshed_at     timestamptz not null
);

comment on table models is 'The models of the library, as their files and manifests told at refreshed_at; the files decide, not this table.';
comment on column models.id is 'The model: provider/name[:QUANT][@commit].';
comment on column models.name is 'Its name for people.';
comment on column models.architecture is 'For example llama.';
comment on column models.parameters is 'How many parameters.';
comment on column models.quantization is 'For example Q4_K_M.';
comment on column models.context_tokens is 'The longest context that it was made for.';
comment on column models.license is 'Its license''s identifier.';
comment on column models.tags is 'Its tags, for example chat.';
comment on column models.status is 'AVAILABLE, DOWNLOADING, PAUSED, DOWNLOADED or FAILED.';
comment on column models.path is 'Where its file is.';
comment on column models.size_bytes is 'Size of the whole file.';
comment on column models.downloaded_bytes is 'How much of it is here.';
comment on column models.sha256 is 'Digest of the file, in lower-case hex, where it was checked.';
comment on column models.active is 'Whether it is the active model.';
comment on column models.metadata is 'What else its manifest says, by name.';
comment on column models.refreshed_at is 'When this row was written.';

create table memory_observations (
    id                uuid not null,
    observed_at       timestamptz not null,
    model             varchar not null,
    sha256            varchar,
    engine            varchar not null,
    engine_build      varchar not null,
    context_tokens    integer,
    predicted_bytes   bigint,
    basis             varchar,
    anonymous_bytes   bigint,
    file_mapped_bytes bigint,
    peak_bytes        bigint
);

comment on table memory_observations is 'Memory that was predicted for a load and what was then seen, one row a load. NULL is unknown.';
comment on column memory_observations.id is 'Unique; merging a journal twice adds nothing.';
comment on column memory_observations.observed_at is 'When it was seen, to the microsecond.';
comment on column memory_observations.model is 'The model: provider/name[:QUANT][@commit].';
comment on column memory_observations.sha256 is 'Digest of the file that ran, in lower-case hex, where it was checked.';
comment on column memory_observations.engine is 'Which engine, for example llama.cpp.';
comment on column memory_observations.engine_build is 'Its exact version and build.';
comment on column memory_observations.context_tokens is 'The context that the model was loaded with.';
comment on column memory_observations.predicted_bytes is 'What was predicted before the load.';
comment on column memory_observations.basis is 'What the prediction was made from.';
comment on column memory_observations.anonymous_bytes is 'Private memory of the process that held the model.';
comment on column memory_observations.file_mapped_bytes is 'Resident pages of mapped files of that process: mapped weights.';
comment on column memory_observations.peak_bytes is 'Both together at their highest.';

create view usage_runs as
select *,
    date '1970-01-01' + (epoch_us(started_at) // 86400000000)::integer as day,
    error_class is not null as failed,
    anonymous_bytes + file_mapped_bytes as memory_bytes
from runs;

create view usage_by_model as
select model, count(*) as runs, count(error_class) as failures,
    sum(prompt_tokens)::bigint as prompt_tokens, sum(generated_tokens)::bigint as generated_tokens,
    median(prompt_tokens_per_second) as prompt_tokens_per_second,
    median(decode_tokens_per_second) as decode_tokens_per_second,
    sum(total_ms) as total_ms, min(started_at) as first_used, max(started_at) as last_used
from runs group by model;

create view usage_by_engine as
select engine, engine_build, count(*) as runs, count(error_class) as failures,
    sum(prompt_tokens)::bigint as prompt_tokens, sum(generated_tokens)::bigint as generated_tokens,
    median(prompt_tokens_per_second) as prompt_tokens_per_second,
    median(decode_tokens_per_second) as decode_tokens_per_second,
    sum(total_ms) as total_ms, min(started_at) as first_used, max(started_at) as last_used
from runs group by engine, engine_build;

create view usage_by_day as
select day, count(*) as runs, count(error_class) as failures,
    sum(prompt_tokens)::bigint as prompt_tokens, sum(generated_tokens)::bigint as generated_tokens,
    sum(total_ms) as total_ms
from usage_runs group by day;

create view usage_memory as
select model, engine, context_tokens, count(*) as observations,
    median(predicted_bytes)::bigint as predicted_bytes,
    median(coalesce(peak_bytes, anonymous_bytes + file_mapped_bytes))::bigint as measured_bytes,
    max(coalesce(peak_bytes, anonymous_bytes + file_mapped_bytes)) as highest_bytes
from memory_observations group by model, engine, context_tokens;

create view usage_models as
select models.*, coalesce(used.runs, 0) as runs, used.last_used
from models left join (select model, count(*) as runs, max(started_at) as last_used from runs group by model) as used
on used.model = models.id;

comment on view usage_runs is 'Each run, with its day (UTC), whether it failed, and its memory in all.';
comment on view usage_by_model is 'Runs, failures, tokens, median rates, time and use by model.';
comment on view usage_by_engine is 'The same by engine and build.';
comment on view usage_by_day is 'The same by day (UTC), without rates.';
comment on view usage_memory is 'Memory predicted and seen, by model, engine and context.';
comment on view usage_models is 'The library''s models with how often and when last they ran.';
