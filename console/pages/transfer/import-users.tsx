import Button from '@cloudscape-design/components/button'
import ColumnLayout from '@cloudscape-design/components/column-layout'
import FormField from '@cloudscape-design/components/form-field'
import Select from '@cloudscape-design/components/select'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useState } from 'react'
import { ApiError } from '../../api/api-error.ts'
import { cognito } from '../../api/call.ts'
import { refresh, useCognito } from '../../api/queries.ts'
import { settings } from '../../settings.ts'
import { flashSuccess } from '../../shell/flashes.tsx'
import { holdTab } from '../../shell/router.tsx'
import { texts } from '../../texts/texts.ts'
import { Failure } from '../../ui/failure.tsx'
import { Text } from '../../ui/fields.tsx'
import { FileField } from '../../ui/file-field.tsx'
import { Part } from '../../ui/part.tsx'
import { Refusal } from '../../ui/refusal.tsx'
import { saveFile } from '../../ui/save-file.ts'
import { firstLineOf, type HeaderFault, headerFault, importLine } from './csv.ts'
import { rememberSize } from './import-size.ts'

const t = texts.transfer
const maxBytes = 100 * 1024 * 1024
type Algorithm = keyof typeof t.algorithms

interface Chosen {
  file: File
  /** Undefined where the file can't be read. */
  header?: string
}

export function ImportUsers({ UserPoolId }: { UserPoolId: string }) {
  const [name, setName] = useState('import')
  const [chosen, setChosen] = useState<Chosen>()
  const [algorithm, setAlgorithm] = useState<Algorithm>('none')
  const [error, setError] = useState<unknown>()
  const [busy, setBusy] = useState(false)
  const template = useCognito('GetCSVHeader', { UserPoolId })
  const known = template.data?.CSVHeader
  const fault = chosen && known && faultOf(chosen, known, algorithm !== 'none')

  const choose = async (file: File) => {
    setError(undefined)
    setChosen({ file, header: await firstLineOf(file).catch(() => undefined) })
  }
  const start = async () => {
    setBusy(true)
    setError(undefined)
    try {
      await holdTab(() => startImport(UserPoolId, name.trim(), chosen!.file, algorithm))
      flashSuccess(t.started(name.trim()))
      setChosen(undefined)
    } catch (refused) {
      setError(refused)
    }
    await refresh('ListUserImportJobs')
    setBusy(false)
  }
  return (
    <Part
      title={t.import}
      lead={t.importLead}
      actions={
        <SpaceBetween direction="horizontal" size="xs">
          <Button disabled={!known} onClick={() => saveFile('users.csv', importLine(known!), 'text/csv')}>
            {t.template}
          </Button>
          <Button
            variant="primary"
            loading={busy}
            disabled={!chosen || !known || fault !== undefined || name.trim() === ''}
            onClick={() => void start()}
          >
            {t.start}
          </Button>
        </SpaceBetween>
      }
    >
      <SpaceBetween size="m">
        <ColumnLayout columns={3}>
          <Text label={t.jobName} value={name} onChange={setName} />
          <FileField
            label={t.file}
            hint={t.fileHint}
            fault={fault}
            choose={texts.common.chooseFile}
            accept=".csv,text/csv"
            chosen={chosen?.file.name}
            onChoose={(file) => void choose(file)}
          />
          <FormField label={t.algorithm}>
            <Select
              expandToViewport
              selectedOption={{ value: algorithm, label: t.algorithms[algorithm] }}
              options={(Object.keys(t.algorithms) as Algorithm[]).map((value) => ({
                value,
                label: t.algorithms[value],
              }))}
              onChange={({ detail }) => setAlgorithm(detail.selectedOption.value as Algorithm)}
            />
          </FormField>
        </ColumnLayout>
        <Failure error={template.error} onRetry={template.refetch} />
        <Refusal error={error} />
      </SpaceBetween>
    </Part>
  )
}

/** What an import would refuse as a whole, before anything is sent. */
function faultOf({ file, header }: Chosen, known: string[], isHashed: boolean): string | undefined {
  if (file.size > maxBytes) return t.fileTooLarge
  if (header === undefined) return t.notUtf8
  const fault = headerFault(header, known, isHashed)
  return fault && describeFault(fault)
}

function describeFault(fault: HeaderFault): string {
  if (fault.kind === 'unknown') return t.unknownColumns(namesOf(fault.columns))
  if (fault.kind === 'missing') return t.missingColumns(namesOf(fault.columns))
  return t.headerFaults[fault.kind]
}

/** Some of them: a file that is none of users has any number, of any length. */
const namesOf = (columns: string[]) =>
  columns
    .slice(0, 5)
    .map((name) => (name.length > 40 ? `${name.slice(0, 40)}…` : name))
    .join(', ') + (columns.length > 5 ? ' …' : '')

async function startImport(UserPoolId: string, JobName: string, file: File, algorithm: Algorithm): Promise<void> {
  const { UserImportJob: job } = await cognito('CreateUserImportJob', {
    UserPoolId,
    JobName,
    // Where the service would log to; required, and of no meaning here.
    CloudWatchLogsRoleArn: `arn:aws:iam::${settings.accountId}:role/import`,
    ...(algorithm !== 'none' && { PasswordHashingAlgorithm: algorithm }),
  })
  // By the name that this page has: it is the same server.
  const { pathname, search } = new URL(job!.PreSignedUrl!)
  const answer = await fetch(pathname + search, { method: 'PUT', body: file }).catch(() => {
    throw new ApiError('UploadFailed', t.uploadCut)
  })
  if (!answer.ok) throw new ApiError('UploadFailed', t.uploadFailed(answer.status), { status: answer.status })
  await rememberSize(job!.JobId!, file)
  await cognito('StartUserImportJob', { UserPoolId, JobId: job!.JobId! })
}
