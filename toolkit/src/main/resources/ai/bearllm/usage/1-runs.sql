-- One row a run of a model. NULL is "unknown" and never stands for 0. No text of any prompt or answer is kept.
create table runs (
    id                           uuid not null,
    started_at                   timestamptz not null,
    kind                         varchar not null,
    notebook                     varchar,
    model                        varchar not null,
    quantization                 varchar,
    sha256                       varchar,
    engine                       varchar not null,
    engine_build                 varchar not null,
    parameters                   map(varchar, varchar) not null,
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

comment on table runs is 'One row a run of a model. NULL is unknown. No text of any prompt or answer is kept.';
comment on column runs.id is 'Unique; merging a journal twice adds nothing.';
comment on column runs.started_at is 'Start of the run, to the microsecond.';
comment on column runs.kind is 'ANSWER in a conversation, GENERATION outside of one, EMBEDDING, SAMPLE of a benchmark, or LOAD.';
comment on column runs.notebook is 'Name of the notebook or session that asked.';
comment on column runs.model is 'The model: provider/name[:QUANT][@commit].';
comment on column runs.quantization is 'The quantization that the model''s id names, for example Q4_K_M.';
comment on column runs.sha256 is 'Digest of the file that ran, in lower-case hex, where it was checked.';
comment on column runs.engine is 'Which engine, for example llama.cpp.';
comment on column runs.engine_build is 'Its exact version and build.';
comment on column runs.parameters is 'Every effective load and sampling parameter by its name.';
comment on column runs.prompt_tokens is 'Tokens of the whole prompt, cached ones included.';
comment on column runs.generated_tokens is 'Tokens generated, the end token not included.';
comment on column runs.cached_tokens is 'Prompt tokens that an earlier run had already computed.';
comment on column runs.truncated_tokens is 'Tokens left out because they did not fit the context.';
comment on column runs.load_ms is 'Milliseconds of loading the model, where this run had to.';
comment on column runs.first_token_ms is 'Milliseconds from the request to the first token''s text.';
comment on column runs.prompt_ms is 'Milliseconds of computing the prompt, without cached tokens.';
comment on column runs.decode_ms is 'Milliseconds of computing the generated tokens.';
comment on column runs.total_ms is 'Milliseconds from the request to the result.';
comment on column runs.anonymous_bytes is 'Private memory of the process that held the model, at its highest during the run.';
comment on column runs.file_mapped_bytes is 'Resident pages of mapped files of that process, at their highest: mapped weights.';
comment on column runs.gpu_layers is 'Layers computed on the GPU; 0 when the run was on the CPU.';
comment on column runs.gpu_memory_bytes is 'GPU memory used.';
comment on column runs.gpu_fallback is 'Why the run was on the CPU although a GPU was asked for.';
comment on column runs.energy_joules is 'Energy used by the run.';
comment on column runs.energy_source is 'Where that figure comes from, for example RAPL package or NVML.';
comment on column runs.finish_reason is 'END_OF_TEXT, STOP_STRING, MAX_TOKENS, CONTEXT_FULL or CANCELLED.';
comment on column runs.error_class is 'Simple name of the failure''s class, for a run that failed.';
comment on column runs.prompt_tokens_per_second is 'Prompt tokens computed per second; cached ones do not count.';
comment on column runs.decode_tokens_per_second is 'Tokens generated per second of decoding.';
