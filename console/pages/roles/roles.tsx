import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import { useState } from 'react'
import { poolhouse } from '../../api/call.ts'
import { useMay } from '../../api/permissions.ts'
import type { PoolhouseOutput } from '../../api/wire.ts'
import { Link, pathTo } from '../../shell/router.tsx'
import { texts } from '../../texts/texts.ts'
import { PageHead } from '../../ui/page-head.tsx'
import { PagedTable } from '../../ui/paged-table.tsx'
import { Time } from '../../ui/time.tsx'
import { usePaged } from '../../ui/use-paged.ts'
import { CreateRole } from './create-role.tsx'

const t = texts.roles
const putAction = 'poolhouse:PutRole'

type Role = PoolhouseOutput<'ListRoles'>['Roles'][number]

export default function RolesPage() {
  const may = useMay(putAction)
  const [creating, setCreating] = useState(false)
  const paged = usePaged<Role>(['ListRoles'], async (NextToken) => {
    const { Roles, NextToken: next } = await poolhouse('ListRoles', { MaxResults: 25, NextToken })
    return { items: Roles, next }
  })
  return (
    <>
      <PageHead
        title={t.title}
        lead={t.lead}
        actions={
          may(putAction) ? (
            <Button variant="primary" onClick={() => setCreating(true)}>
              {t.create}
            </Button>
          ) : null
        }
      />
      <PagedTable
        paged={paged}
        label={t.title}
        idOf={({ RoleName }) => RoleName}
        empty={
          <>
            <strong>{t.empty}</strong>
            <Box variant="p">{t.emptyText}</Box>
          </>
        }
        columnDefinitions={[
          {
            id: 'name',
            header: t.role,
            isRowHeader: true,
            cell: ({ RoleName }) => <Link to={pathTo('roles/:roleName', { roleName: RoleName })}>{RoleName}</Link>,
          },
          {
            id: 'description',
            header: texts.common.description,
            cell: ({ Description }) => Description || texts.common.none,
          },
          {
            id: 'changed',
            header: texts.common.changed,
            cell: ({ LastModifiedDate }) => <Time at={LastModifiedDate} />,
          },
        ]}
      />
      {creating ? <CreateRole onClose={() => setCreating(false)} /> : null}
    </>
  )
}
