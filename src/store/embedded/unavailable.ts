import { OperatorError } from '../../lib/operator-error.ts'

/** PostgreSQL cannot run here at all. The message says why and what to use instead. */
export class EmbeddedDatabaseUnavailable extends OperatorError {
  override name = 'EmbeddedDatabaseUnavailable'

  constructor(why: string, options?: ErrorOptions) {
    super(
      `The embedded PostgreSQL cannot run here: ${why}. ` +
        'Set DATABASE_URL to a PostgreSQL server, or start Poolhouse with "docker compose up", which brings one.',
      options,
    )
  }
}
