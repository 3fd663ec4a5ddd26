import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import SpaceBetween from '@cloudscape-design/components/space-between'
import type { TableProps } from '@cloudscape-design/components/table'
import { type ReactNode, useState } from 'react'
import { useMay } from '../api/permissions.ts'
import { base, follow } from '../shell/router.tsx'
import { texts as allTexts } from '../texts/texts.ts'
import { PageHead } from './page-head.tsx'
import { PagedTable } from './paged-table.tsx'
import { SearchInput } from './search-input.tsx'
import type { Paged } from './use-paged.ts'

const { common } = allTexts

interface Props<Item> {
  texts: { title: string; lead: string; empty: string; emptyText: string }
  /** How another one is made: in a form over the page, or on a page of its own. Offered to who may do it. */
  create: { label: string; needs: string } & ({ form(close: () => void): ReactNode } | { path: string })
  paged: Paged<Item>
  idOf(item: Item): string
  columns: TableProps<Item>['columnDefinitions']
  /** What stands over the page, such as forms that a row opens. */
  children?: ReactNode
}

/** A page that lists what there is of one kind. */
export function ListPage<Item>({ texts, create, paged, idOf, columns, children }: Props<Item>) {
  const may = useMay(create.needs)
  const [creating, setCreating] = useState(false)
  const start =
    'path' in create ? { href: `${base}${create.path}`, onFollow: follow } : { onClick: () => setCreating(true) }
  return (
    <>
      <PageHead
        title={texts.title}
        lead={texts.lead}
        actions={
          may(create.needs) ? (
            <Button variant="primary" {...start}>
              {create.label}
            </Button>
          ) : null
        }
      />
      <PagedTable
        paged={paged}
        label={texts.title}
        {...(paged.search && {
          filter: <SearchInput value={paged.search.text} label={common.search} onSearch={paged.search.set} />,
        })}
        idOf={idOf}
        empty={
          paged.search?.text ? (
            common.noMatches
          ) : (
            <SpaceBetween size="xs">
              <Box variant="strong">{texts.empty}</Box>
              <Box color="text-body-secondary">{texts.emptyText}</Box>
            </SpaceBetween>
          )
        }
        columnDefinitions={columns}
      />
      {creating && 'form' in create ? create.form(() => setCreating(false)) : null}
      {children}
    </>
  )
}
