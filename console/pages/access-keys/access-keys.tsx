import { texts } from '../../texts/texts.ts'
import { PageHead } from '../../ui/page-head.tsx'
import { AccessKeys } from './key-table.tsx'

const t = texts.roles.keys

/** Of every role, the way an auditor looks at them. They are made at the page of their role. */
export default function AccessKeysPage() {
  return (
    <>
      <PageHead title={t.title} lead={t.lead} />
      <AccessKeys />
    </>
  )
}
