import SpaceBetween from '@cloudscape-design/components/space-between'
import { useMay } from '../../api/permissions.ts'
import { useCognito } from '../../api/queries.ts'
import type { PageProps } from '../../shell/router.tsx'
import { texts } from '../../texts/texts.ts'
import { Failure } from '../../ui/failure.tsx'
import { PageHead } from '../../ui/page-head.tsx'
import { ExportPool } from './export-pool.tsx'
import { ExportUsers } from './export-users.tsx'
import { ImportUsers } from './import-users.tsx'
import { Jobs } from './jobs.tsx'
import { readActions } from './pool-file.ts'

const t = texts.transfer
const importActions = ['CreateUserImportJob', 'StartUserImportJob', 'GetCSVHeader'].map((name) => `cognito-idp:${name}`)
const listJobs = 'cognito-idp:ListUserImportJobs'
const exportUsersActions = ['cognito-idp:DescribeUserPool', 'cognito-idp:ListUsers', 'cognito-idp:GetCSVHeader']

export default function TransferPage({ params }: PageProps) {
  const UserPoolId = params.poolId!
  const may = useMay(...importActions, listJobs, ...exportUsersActions, ...readActions)
  const mayDescribe = may('cognito-idp:DescribeUserPool')
  const { data, error, refetch } = useCognito('DescribeUserPool', { UserPoolId }, { enabled: mayDescribe })
  const pool = data?.UserPool
  return (
    <>
      <PageHead title={t.title} lead={t.lead} />
      <SpaceBetween size="l">
        <Failure error={error} onRetry={refetch} />
        {importActions.every(may) ? <ImportUsers UserPoolId={UserPoolId} /> : null}
        {may(listJobs) ? <Jobs UserPoolId={UserPoolId} /> : null}
        {pool && exportUsersActions.every(may) ? <ExportUsers pool={pool} /> : null}
        {pool && readActions.every(may) ? <ExportPool pool={pool} /> : null}
      </SpaceBetween>
    </>
  )
}
