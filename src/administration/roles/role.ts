import type { Db } from '../../context.ts'
import { ResourceNotFound } from '../../model/errors.ts'
import { findRole, type RoleRow } from './role-store.ts'

export const unknownRole = (name: string) => new ResourceNotFound(`There is no role ${name}.`)

/** @throws ResourceNotFoundException */
export async function requireRole(db: Db, name: string): Promise<RoleRow> {
  const role = await findRole(db, name)
  if (!role) throw unknownRole(name)
  return role
}
