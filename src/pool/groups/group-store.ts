import type { Db } from '../../context.ts'

/** The user's groups, best precedence first: 0 before 1, and those without one last. */
export async function groupsOfUser(
  db: Db,
  poolId: string,
  userId: string,
): Promise<{ name: string; precedence: number | null; roleArn: string | null }[]> {
  return db
    .selectFrom('group_members as m')
    .innerJoin('groups as g', (join) => join.onRef('g.pool_id', '=', 'm.pool_id').onRef('g.name', '=', 'm.group_name'))
    .select(['g.name', 'g.precedence', 'g.role_arn as roleArn'])
    .where('m.pool_id', '=', poolId)
    .where('m.user_id', '=', userId)
    .orderBy('g.precedence', (order) => order.asc().nullsLast())
    .orderBy('g.name')
    .execute()
}
