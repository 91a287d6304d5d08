-- Benchmarks: plans that can be resumed, and every sample with its raw times. NULL is "unknown" and never stands for 0.
create table bench_plans (
    id                           uuid not null,
    revision                     bigint not null,
    created_at                   timestamptz not null,
    changed_at                   timestamptz not null,
    title                        varchar not null,
    plan                         varchar not null,
    environment                  varchar,
    state                        varchar not null,
    writer                       varchar,
    source                       varchar
);

comment on table bench_plans is 'Benchmarks, one row each; what was measured stands in bench_samples.';
comment on column bench_plans.id is 'Unique.';
comment on column bench_plans.revision is 'Which of the row''s versions this is: the one with the largest number counts.';
comment on column bench_plans.created_at is 'When it was planned, to the microsecond.';
comment on column bench_plans.changed_at is 'When this row last changed; samples do not count.';
comment on column bench_plans.title is 'What it is called.';
comment on column bench_plans.plan is 'JSON: what is measured in which order: with it and the samples that there are, it goes on.';
comment on column bench_plans.environment is 'JSON: the machine as it was.';
comment on column bench_plans.state is 'RUNNING, STOPPED, FINISHED or FAILED; where the writer of a running one is gone, it was interrupted.';
comment on column bench_plans.writer is 'The process that runs it: number, start, machine.';
comment on column bench_plans.source is 'Whose measurement it is where it is not the toolkit''s own, for example llama-bench.';

create table bench_samples (
    id                           uuid not null,
    plan                         uuid not null,
    position                     integer not null,
    round                        integer not null,
    configuration                varchar not null,
    settings                     map(varchar, varchar) not null,
    measured_at                  timestamptz not null,
    token_times_ms               double[],
    cold                         boolean,
    load_average                 double,
    throttled                    boolean,
    on_battery                   boolean,
    excluded                     varchar,
    failure                      varchar,
    run                          uuid,
    started_at                   timestamptz,
    kind                         varchar,
    notebook                     varchar,
    model                        varchar,
    quantization                 varchar,
    sha256                       varchar,
    engine                       varchar,
    engine_build                 varchar,
    parameters                   map(varchar, varchar),
    prompt_tokens                integer,
    generated_tokens             integer,
    cached_tokens                integer,
    truncated_tokens             integer,
    load_ms                      double,
    first_token_ms               double,
    prompt_ms                    double,
    decode_ms                    double,
    total_ms                     double,
    anonymous_bytes              bigint,
    file_mapped_bytes            bigint,
    gpu_layers                   integer,
    gpu_memory_bytes             bigint,
    gpu_fallback                 varchar,
    energy_joules                double,
    energy_source                varchar,
    finish_reason                varchar,
    error_class                  varchar,
    prompt_tokens_per_second     double,
    decode_tokens_per_second     double
);

comment on table bench_samples is 'Every run of a benchmark, warm-ups and failures included, one row each.';
comment on column bench_samples.id is 'Unique; merging a journal twice adds nothing.';
comment on column bench_samples.plan is 'Its benchmark.';
comment on column bench_samples.position is 'Place in the order of all runs, from 1.';
comment on column bench_samples.round is 'Which round, from 1; 0 is the warm-up.';
comment on column bench_samples.configuration is 'What ran, by a name that is the same in each round.';
comment on column bench_samples.settings is 'Model, engine, threads, context and whatever else tells configurations apart, by name.';
comment on column bench_samples.measured_at is 'When the sample began, to the microsecond.';
comment on column bench_samples.token_times_ms is 'Milliseconds from the request to each token, raw.';
comment on column bench_samples.cold is 'Whether the model was loaded for this sample.';
comment on column bench_samples.load_average is 'The machine''s load over the last minute when the sample began.';
comment on column bench_samples.throttled is 'Whether the processor was slowed down meanwhile.';
comment on column bench_samples.on_battery is 'Whether the machine ran on its battery.';
comment on column bench_samples.excluded is 'Why the sample is in no statistics.';
comment on column bench_samples.failure is 'The failure as the user was told it, where it failed.';
comment on column bench_samples.run is 'The run, as in the table runs; NULL where it failed before there was one. The columns below are that run''s.';
comment on column bench_samples.started_at is 'Start of the run, to the microsecond.';
comment on column bench_samples.kind is 'ANSWER in a conversation, GENERATION outside of one, EMBEDDING, SAMPLE of a benchmark, or LOAD.';
comment on column bench_samples.notebook is 'Name of the notebook or session that asked.';
comment on column bench_samples.model is 'The model: provider/name[:QUANT][@commit].';
comment on column bench_samples.quantization is 'The quantization that the model''s id names, for example Q4_K_M.';
comment on column bench_samples.sha256 is 'Digest of the file that ran, in lower-case hex, where it was checked.';
comment on column bench_samples.engine is 'Which engine, for example llama.cpp.';
comment on column bench_samples.engine_build is 'Its exact version and build.';
comment on column bench_samples.parameters is 'Every effective load and sampling parameter by its name.';
comment on column bench_samples.prompt_tokens is 'Tokens of the whole prompt, cached ones included.';
comment on column bench_samples.generated_tokens is 'Tokens generated, the end token not included.';
comment on column bench_samples.cached_tokens is 'Prompt tokens that an earlier run had already computed.';
comment on column bench_samples.truncated_tokens is 'Tokens left out because they did not fit the context.';
comment on column bench_samples.load_ms is 'Milliseconds of loading the model, where this run had to.';
comment on column bench_samples.first_token_ms is 'Milliseconds from the request to the first token''s text.';
comment on column bench_samples.prompt_ms is 'Milliseconds of computing the prompt, without cached tokens.';
comment on column bench_samples.decode_ms is 'Milliseconds of computing the generated tokens.';
comment on column bench_samples.total_ms is 'Milliseconds from the request to the result.';
comment on column bench_samples.anonymous_bytes is 'Private memory of the process that held the model, at its highest during the run.';
comment on column bench_samples.file_mapped_bytes is 'Resident pages of mapped files of that process, at their highest: mapped weights.';
comment on column bench_samples.gpu_layers is 'Layers computed on the GPU; 0 when the run was on the CPU.';
comment on column bench_samples.gpu_memory_bytes is 'GPU memory used.';
comment on column bench_samples.gpu_fallback is 'Why the run was on the CPU although a GPU was asked for.';
comment on column bench_samples.energy_joules is 'Energy used by the run.';
comment on column bench_samples.energy_source is 'Where that figure comes from, for example RAPL package or NVML.';
comment on column bench_samples.finish_reason is 'END_OF_TEXT, STOP_STRING, MAX_TOKENS, CONTEXT_FULL or CANCELLED.';
comment on column bench_samples.error_class is 'Simple name of the failure''s class, for a run that failed.';
comment on column bench_samples.prompt_tokens_per_second is 'Prompt tokens computed per second; cached ones do not count.';
comment on column bench_samples.decode_tokens_per_second is 'Tokens generated per second of decoding.';

create view bench_speed as
select plan, configuration, count(*) as samples, count(failure) as failures,
    median(decode_tokens_per_second) as decode_tokens_per_second,
    median(prompt_tokens_per_second) as prompt_tokens_per_second, median(first_token_ms) as first_token_ms
from bench_samples where round > 0 and excluded is null group by plan, configuration;

comment on view bench_speed is 'Samples that count, failures and median rates by benchmark and configuration.';
