import assert from 'node:assert/strict'
import type { Nodes } from './nodes.ts'
import type { Counts, Scene } from './traffic.ts'

/** Every user that was acknowledged is there once, nothing was used twice, and a mail came twice only as the same one. */
export async function checkCounts({ cognito, mail }: Nodes, { UserPoolId }: Scene, counts: Counts): Promise<void> {
  assert.ok(counts.done > 0, 'nobody got through')
  for (const list of ['codesUsedTwice', 'confirmedTwice', 'madeTwice', 'wrong'] as const)
    assert.deepEqual(counts[list], [], list)
  for (const email of counts.users) {
    const { Users } = await cognito.listUsers({ UserPoolId, Filter: `email = "${email}"` })
    assert.equal(Users?.length, 1, `users of ${email}`)
    const ids = mail.messages.filter(({ to }) => to === email).map(({ id }) => id)
    assert.equal(new Set(ids).size, 1, `mails to ${email}: ${ids}`)
  }
}
