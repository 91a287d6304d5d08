-- Conversations: the only tables that hold texts of prompts and answers. NULL is "unknown" and never stands for 0.
create table conversations (
    id                           uuid not null,
    revision                     bigint not null,
    created_at                   timestamptz not null,
    changed_at                   timestamptz not null,
    title                        varchar not null,
    model                        varchar,
    engine                       varchar,
    system                       varchar,
    settings                     map(varchar, varchar) not null,
    head                         uuid,
    head_chosen_at               timestamptz,
    forked_from                  uuid,
    deleted_at                   timestamptz
);

comment on table conversations is 'Conversations, one row each; their messages stand in conversation_messages.';
comment on column conversations.id is 'Unique.';
comment on column conversations.revision is 'Which of the row''s versions this is: the one with the largest number counts.';
comment on column conversations.created_at is 'When it began, to the microsecond.';
comment on column conversations.changed_at is 'When this row last changed; messages do not count.';
comment on column conversations.title is 'What it is called.';
comment on column conversations.model is 'The model that answers: provider/name[:QUANT][@commit].';
comment on column conversations.engine is 'The engine that was asked for; NULL is the default.';
comment on column conversations.system is 'The system message.';
comment on column conversations.settings is 'Sampling and limits by their names, as they were chosen.';
comment on column conversations.head is 'The message that was last chosen to go on from; messages written later go on from there.';
comment on column conversations.head_chosen_at is 'When it was chosen.';
comment on column conversations.forked_from is 'The conversation whose messages this one began with.';
comment on column conversations.deleted_at is 'When it was deleted; it can be had back until it is purged.';

create table conversation_messages (
    id                           uuid not null,
    revision                     bigint not null,
    conversation                 uuid not null,
    parent                       uuid,
    created_at                   timestamptz not null,
    role                         varchar not null,
    text                         varchar not null,
    tokens                       integer,
    state                        varchar not null,
    writer                       varchar,
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

comment on table conversation_messages is 'Messages, a tree in each conversation: an edited question or another answer has the same parent as the first one.';
comment on column conversation_messages.id is 'Unique.';
comment on column conversation_messages.revision is 'Which of the row''s versions this is: the one with the largest number counts.';
comment on column conversation_messages.conversation is 'Its conversation.';
comment on column conversation_messages.parent is 'The message before it; NULL for the first.';
comment on column conversation_messages.created_at is 'When it began, to the microsecond; later than every message before it.';
comment on column conversation_messages.role is 'SYSTEM, USER or ASSISTANT.';
comment on column conversation_messages.text is 'What was said.';
comment on column conversation_messages.tokens is 'How many tokens the text has.';
comment on column conversation_messages.state is 'FINISHED, STOPPED by the user, FAILED, or RUNNING; where the writer of a running one is gone, it was interrupted.';
comment on column conversation_messages.writer is 'The process that writes a running answer: number, start, machine.';
comment on column conversation_messages.run is 'The run that made it, as in the table runs; the columns below are that run''s.';
comment on column conversation_messages.started_at is 'Start of the run, to the microsecond.';
comment on column conversation_messages.kind is 'ANSWER in a conversation, GENERATION outside of one, EMBEDDING, SAMPLE of a benchmark, or LOAD.';
comment on column conversation_messages.notebook is 'Name of the notebook or session that asked.';
comment on column conversation_messages.model is 'The model: provider/name[:QUANT][@commit].';
comment on column conversation_messages.quantization is 'The quantization that the model''s id names, for example Q4_K_M.';
comment on column conversation_messages.sha256 is 'Digest of the file that ran, in lower-case hex, where it was checked.';
comment on column conversation_messages.engine is 'Which engine, for example llama.cpp.';
comment on column conversation_messages.engine_build is 'Its exact version and build.';
comment on column conversation_messages.parameters is 'Every effective load and sampling parameter by its name.';
comment on column conversation_messages.prompt_tokens is 'Tokens of the whole prompt, cached ones included.';
comment on column conversation_messages.generated_tokens is 'Tokens generated, the end token not included.';
comment on column conversation_messages.cached_tokens is 'Prompt tokens that an earlier run had already computed.';
comment on column conversation_messages.truncated_tokens is 'Tokens left out because they did not fit the context.';
comment on column conversation_messages.load_ms is 'Milliseconds of loading the model, where this run had to.';
comment on column conversation_messages.first_token_ms is 'Milliseconds from the request to the first token''s text.';
comment on column conversation_messages.prompt_ms is 'Milliseconds of computing the prompt, without cached tokens.';
comment on column conversation_messages.decode_ms is 'Milliseconds of computing the generated tokens.';
comment on column conversation_messages.total_ms is 'Milliseconds from the request to the result.';
comment on column conversation_messages.anonymous_bytes is 'Private memory of the process that held the model, at its highest during the run.';
comment on column conversation_messages.file_mapped_bytes is 'Resident pages of mapped files of that process, at their highest: mapped weights.';
comment on column conversation_messages.gpu_layers is 'Layers computed on the GPU; 0 when the run was on the CPU.';
comment on column conversation_messages.gpu_memory_bytes is 'GPU memory used.';
comment on column conversation_messages.gpu_fallback is 'Why the run was on the CPU although a GPU was asked for.';
comment on column conversation_messages.energy_joules is 'Energy used by the run.';
comment on column conversation_messages.energy_source is 'Where that figure comes from, for example RAPL package or NVML.';
comment on column conversation_messages.finish_reason is 'END_OF_TEXT, STOP_STRING, MAX_TOKENS, CONTEXT_FULL or CANCELLED.';
comment on column conversation_messages.error_class is 'Simple name of the failure''s class, for a run that failed.';
comment on column conversation_messages.prompt_tokens_per_second is 'Prompt tokens computed per second; cached ones do not count.';
comment on column conversation_messages.decode_tokens_per_second is 'Tokens generated per second of decoding.';

create table conversation_purges (
    id                           uuid not null,
    purged_at                    timestamptz not null
);

comment on table conversation_purges is 'Conversations that are gone for good: what another process still writes to one is dropped.';
comment on column conversation_purges.id is 'Its former id.';
comment on column conversation_purges.purged_at is 'When.';
