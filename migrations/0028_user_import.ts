import { type Kysely, sql } from 'kysely'

export const expandOnly = true

export async function up(db: Kysely<unknown>): Promise<void> {
  // `next_line` is where a run that was cut short goes on; counters and it move in the transaction that writes the users.
  await sql`
    create table import_jobs (
      pool_id       text not null references pools (id) on delete cascade,
      id            text not null,
      name          text not null,
      role_arn      text not null,
      algorithm     text,
      status        text not null,
      message       text,
      upload_id     uuid,
      next_line     bigint not null default 1,
      imported      bigint not null default 0,
      skipped       bigint not null default 0,
      failed        bigint not null default 0,
      claimed_until timestamptz,
      created_at    timestamptz not null,
      started_at    timestamptz,
      completed_at  timestamptz,
      expires_at    timestamptz not null,
      primary key (pool_id, id)
    )`.execute(db)
  await sql`create index import_jobs_open on import_jobs (claimed_until)
    where status in ('Pending', 'InProgress', 'Stopping')`.execute(db)

  // The uploaded file in pieces, so that any node can take the upload and any can run the job. Gone when it has ended.
  await sql`
    create table import_chunks (
      pool_id   text not null,
      job_id    text not null,
      upload_id uuid not null,
      number    integer not null,
      bytes     bytea not null,
      primary key (pool_id, job_id, upload_id, number),
      foreign key (pool_id, job_id) references import_jobs (pool_id, id) on delete cascade
    )`.execute(db)

  // What became of a line that made no user. It says nothing of what stood in it.
  await sql`
    create table import_lines (
      pool_id text not null,
      job_id  text not null,
      line    bigint not null,
      status  text not null,
      message text not null,
      primary key (pool_id, job_id, line),
      foreign key (pool_id, job_id) references import_jobs (pool_id, id) on delete cascade
    )`.execute(db)
}
