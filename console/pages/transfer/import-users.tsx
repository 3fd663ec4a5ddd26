import Button from '@cloudscape-design/components/button'
import ColumnLayout from '@cloudscape-design/components/column-layout'
import FormField from '@cloudscape-design/components/form-field'
import Select from '@cloudscape-design/components/select'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useState } from 'react'
import { cognito } from '../../api/call.ts'
import { refresh } from '../../api/queries.ts'
import { settings } from '../../settings.ts'
import { flashSuccess } from '../../shell/flashes.tsx'
import { texts } from '../../texts/texts.ts'
import { Failure } from '../../ui/failure.tsx'
import { Text } from '../../ui/fields.tsx'
import { FileField } from '../../ui/file-field.tsx'
import { Part } from '../../ui/part.tsx'
import { saveFile } from '../../ui/save-file.ts'
import { columnsOf, csvLine } from './csv.ts'

const t = texts.transfer
const maxBytes = 100 * 1024 * 1024
type Algorithm = keyof typeof t.algorithms

export function ImportUsers({ UserPoolId }: { UserPoolId: string }) {
  const [name, setName] = useState('import')
  const [file, setFile] = useState<File>()
  const [fault, setFault] = useState<string>()
  const [algorithm, setAlgorithm] = useState<Algorithm>('none')
  const [error, setError] = useState<unknown>()
  const [busy, setBusy] = useState(false)

  const choose = async (chosen: File) => {
    setError(undefined)
    const wrong = await faultOf(UserPoolId, chosen).catch((refused) => {
      setError(refused)
      return undefined
    })
    setFault(wrong)
    setFile(wrong === undefined ? chosen : undefined)
  }
  const start = async () => {
    setBusy(true)
    setError(undefined)
    try {
      await startImport(UserPoolId, name.trim(), file!, algorithm)
      await refresh('ListUserImportJobs')
      flashSuccess(t.started(name.trim()))
      setFile(undefined)
    } catch (refused) {
      setError(refused)
    }
    setBusy(false)
  }
  const template = async () => {
    const { CSVHeader = [] } = await cognito('GetCSVHeader', { UserPoolId })
    saveFile('users.csv', csvLine(CSVHeader), 'text/csv')
  }
  return (
    <Part
      title={t.import}
      lead={t.importLead}
      actions={
        <SpaceBetween direction="horizontal" size="xs">
          <Button onClick={() => void template().catch(setError)}>{t.template}</Button>
          <Button variant="primary" loading={busy} disabled={!file || name.trim() === ''} onClick={() => void start()}>
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
            chosen={file?.name}
            onChoose={(chosen) => void choose(chosen)}
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
        <Failure error={error} />
      </SpaceBetween>
    </Part>
  )
}

/** What an import would refuse as a whole, before anything is sent. */
async function faultOf(UserPoolId: string, file: File): Promise<string | undefined> {
  if (file.size > maxBytes) return t.fileTooLarge
  const { CSVHeader = [] } = await cognito('GetCSVHeader', { UserPoolId })
  const columns = columnsOf(await file.slice(0, 64 * 1024).text())
  if (!columns.includes('cognito:username')) return t.noUsername
  const unknown = columns.filter((column) => !CSVHeader.includes(column))
  return unknown.length > 0 ? t.unknownColumns(unknown.join(', ')) : undefined
}

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
  const answer = await fetch(pathname + search, { method: 'PUT', body: file })
  if (!answer.ok) throw new Error(t.uploadFailed(answer.status))
  await cognito('StartUserImportJob', { UserPoolId, JobId: job!.JobId! })
}
