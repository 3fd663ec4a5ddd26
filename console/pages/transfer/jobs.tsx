import Button from '@cloudscape-design/components/button'
import Modal from '@cloudscape-design/components/modal'
import ProgressBar from '@cloudscape-design/components/progress-bar'
import SpaceBetween from '@cloudscape-design/components/space-between'
import StatusIndicator, { type StatusIndicatorProps } from '@cloudscape-design/components/status-indicator'
import Table from '@cloudscape-design/components/table'
import { useState } from 'react'
import { cognito } from '../../api/call.ts'
import { useMay } from '../../api/permissions.ts'
import { refresh, useCognito, usePoolhouse } from '../../api/queries.ts'
import type { CognitoOutput, PoolhouseOutput } from '../../api/wire.ts'
import { texts } from '../../texts/texts.ts'
import { Failure } from '../../ui/failure.tsx'
import { Part } from '../../ui/part.tsx'
import { Time } from '../../ui/time.tsx'
import { useAction } from '../../ui/use-action.ts'
import { sizeOf } from './import-size.ts'

const t = texts.transfer
const stopAction = 'cognito-idp:StopUserImportJob'
const failuresAction = 'poolhouse:ListUserImportFailures'

type Job = NonNullable<CognitoOutput<'ListUserImportJobs'>['UserImportJobs']>[number]
type Failed = NonNullable<PoolhouseOutput<'ListUserImportFailures'>['Lines']>[number]

const running: (string | undefined)[] = ['Pending', 'InProgress', 'Stopping']
const isRunning = ({ Status }: Job) => running.includes(Status)
const kinds: Record<string, StatusIndicatorProps.Type> = {
  Succeeded: 'success',
  Failed: 'error',
  Stopped: 'stopped',
  Expired: 'stopped',
  InProgress: 'in-progress',
  Stopping: 'in-progress',
}

/** The newest imports; those that run are watched. */
export function Jobs({ UserPoolId }: { UserPoolId: string }) {
  const may = useMay(stopAction, failuresAction)
  const [run, busy] = useAction()
  const [shown, setShown] = useState<Job>()
  const query = useCognito(
    'ListUserImportJobs',
    { UserPoolId, MaxResults: 20 },
    {
      refetchInterval: ({ state }) => (state.data?.UserImportJobs?.some(isRunning) ? 1000 : false),
    },
  )
  const jobs = query.data?.UserImportJobs ?? []
  const stop = (job: Job) =>
    run(async () => {
      await cognito('StopUserImportJob', { UserPoolId, JobId: job.JobId! })
      await refresh('ListUserImportJobs')
    }, t.stopped)
  const hasFailures = ({ SkippedUsers = 0, FailedUsers = 0 }: Job) => SkippedUsers + FailedUsers > 0
  return (
    <Part title={t.jobs} query={query}>
      <Table<Job>
        variant="embedded"
        items={jobs}
        wrapLines
        ariaLabels={{ tableLabel: t.jobs }}
        empty={t.noJobs}
        columnDefinitions={[
          { id: 'name', header: t.job, isRowHeader: true, cell: ({ JobName }) => JobName },
          {
            id: 'status',
            header: texts.common.status,
            cell: ({ Status = '', CompletionMessage }) => (
              <SpaceBetween size="xxs">
                <StatusIndicator type={kinds[Status] ?? 'pending'}>{t.statuses[Status] ?? Status}</StatusIndicator>
                {CompletionMessage ? <span className="quiet">{CompletionMessage}</span> : null}
              </SpaceBetween>
            ),
          },
          {
            id: 'progress',
            header: t.progress,
            cell: (job) => <Progress job={job} />,
          },
          { id: 'created', header: texts.common.created, cell: ({ CreationDate }) => <Time at={CreationDate} /> },
          {
            id: 'actions',
            header: <span className="unseen">{texts.common.actions}</span>,
            cell: (job) => (
              <SpaceBetween direction="horizontal" size="s">
                {isRunning(job) && may(stopAction) ? (
                  <Button
                    variant="inline-link"
                    loading={busy}
                    ariaLabel={t.stop(job.JobName!)}
                    onClick={() => void stop(job)}
                  >
                    {t.cancel}
                  </Button>
                ) : null}
                {hasFailures(job) && may(failuresAction) ? (
                  <Button variant="inline-link" onClick={() => setShown(job)}>
                    {t.showFailures(job.JobName!)}
                  </Button>
                ) : null}
              </SpaceBetween>
            ),
          },
        ]}
      />
      {shown ? <Failures UserPoolId={UserPoolId} job={shown} onClose={() => setShown(undefined)} /> : null}
    </Part>
  )
}

function Failures({ UserPoolId, job, onClose }: { UserPoolId: string; job: Job; onClose(): void }) {
  const { data, error } = usePoolhouse('ListUserImportFailures', { UserPoolId, JobId: job.JobId! })
  return (
    <Modal
      visible
      size="large"
      header={t.failures(job.JobName!)}
      closeAriaLabel={texts.common.close}
      onDismiss={onClose}
    >
      <SpaceBetween size="m">
        <div>{t.failuresLead}</div>
        <Failure error={error} />
        <Table<Failed>
          variant="embedded"
          items={data?.Lines ?? []}
          loading={!data && !error}
          loadingText={texts.common.loading}
          wrapLines
          ariaLabels={{ tableLabel: t.failures(job.JobName!) }}
          columnDefinitions={[
            { id: 'line', header: t.line, isRowHeader: true, cell: ({ LineNumber }) => LineNumber },
            { id: 'status', header: texts.common.status, cell: ({ Status }) => Status },
            { id: 'reason', header: t.reason, cell: ({ Message }) => Message },
          ]}
        />
      </SpaceBetween>
    </Modal>
  )
}

function Progress({ job }: { job: Job }) {
  const { ImportedUsers = 0, SkippedUsers = 0, FailedUsers = 0 } = job
  const counts = t.counts(ImportedUsers, SkippedUsers, FailedUsers)
  const size = isRunning(job) ? sizeOf(job.JobId!) : undefined
  if (size === undefined) return counts
  const done = ImportedUsers + SkippedUsers + FailedUsers
  return <ProgressBar value={Math.min(100, (100 * done) / size)} ariaLabel={t.progress} additionalInfo={counts} />
}
