import { poolhouse } from '../../api/call.ts'
import type { PoolhouseOutput } from '../../api/wire.ts'
import { Link, pathTo } from '../../shell/router.tsx'
import { texts } from '../../texts/texts.ts'
import { ListPage } from '../../ui/list-page.tsx'
import { Time } from '../../ui/time.tsx'
import { usePaged } from '../../ui/use-paged.ts'
import { CreateRole } from './create-role.tsx'

const t = texts.roles

type Role = PoolhouseOutput<'ListRoles'>['Roles'][number]

export default function RolesPage() {
  const paged = usePaged<Role>(
    ['ListRoles'],
    async (NextToken) => {
      const { Roles, NextToken: next } = await poolhouse('ListRoles', { MaxResults: 25, NextToken })
      return { items: Roles, next }
    },
    { textOf: ({ RoleName, Description = '' }) => `${RoleName}\n${Description}` },
  )
  return (
    <ListPage
      texts={t}
      create={{ label: t.create, needs: 'poolhouse:PutRole', form: (close) => <CreateRole onClose={close} /> }}
      paged={paged}
      idOf={({ RoleName }) => RoleName}
      columns={[
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
  )
}
