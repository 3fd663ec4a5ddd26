import SpaceBetween from '@cloudscape-design/components/space-between'
import { texts } from '../../texts/texts.ts'
import { PageHead } from '../../ui/page-head.tsx'
import { Clock } from './clock.tsx'
import { Faults } from './faults.tsx'
import { Seed } from './seed.tsx'

const t = texts.devTools

export default function DevToolsPage() {
  return (
    <>
      <PageHead title={t.title} lead={t.lead} />
      <SpaceBetween size="l">
        <Clock />
        <Faults />
        <Seed />
      </SpaceBetween>
    </>
  )
}
