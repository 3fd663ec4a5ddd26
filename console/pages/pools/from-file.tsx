import Alert from '@cloudscape-design/components/alert'
import Button from '@cloudscape-design/components/button'
import SpaceBetween from '@cloudscape-design/components/space-between'
import StatusIndicator from '@cloudscape-design/components/status-indicator'
import { useState } from 'react'
import { refresh } from '../../api/queries.ts'
import { flashSuccess } from '../../shell/flashes.tsx'
import { holdTab, navigate } from '../../shell/router.tsx'
import { texts } from '../../texts/texts.ts'
import { describeError } from '../../ui/describe-error.tsx'
import { Text } from '../../ui/fields.tsx'
import { FileField } from '../../ui/file-field.tsx'
import { Part } from '../../ui/part.tsx'
import { Refusal } from '../../ui/refusal.tsx'
import { createFromFile, type PoolFile, poolIn, type Refused } from '../transfer/pool-file.ts'

const t = texts.transfer
const maxBytes = 20 * 1024 * 1024

/** Another pool like one that was exported. */
export function FromFile() {
  const [file, setFile] = useState<PoolFile>()
  const [name, setName] = useState('')
  const [fault, setFault] = useState<string>()
  const [progress, setProgress] = useState<string>()
  const [error, setError] = useState<unknown>()
  const [made, setMade] = useState<{ UserPoolId: string; refused: Refused[] }>()
  const choose = async (chosen: File) => {
    const found = chosen.size > maxBytes ? undefined : poolIn(await chosen.text())
    setFault(found ? undefined : t.badFile)
    setFile(found)
    setName(found?.PoolName ?? found?.Id ?? '')
    setMade(undefined)
  }
  const create = async () => {
    setError(undefined)
    setProgress('')
    try {
      const outcome = await holdTab(() =>
        createFromFile(file!, name.trim(), (done, all) => setProgress(t.step(done, all))),
      )
      await refresh('ListUserPools')
      if (outcome.refused.length === 0) {
        flashSuccess(t.created(name.trim()))
        navigate(`pools/${outcome.UserPoolId}`)
      } else setMade(outcome)
    } catch (refused) {
      setError(refused)
    }
    setProgress(undefined)
  }
  const isBusy = progress !== undefined
  return (
    <Part title={t.fromFile} lead={t.fromFileLead}>
      <SpaceBetween size="m">
        <FileField
          label={t.exportedFile}
          fault={fault}
          choose={texts.common.chooseFile}
          accept=".json,application/json"
          chosen={file ? t.poolIn(file.PoolName ?? file.Id) : undefined}
          onChoose={(chosen) => void choose(chosen)}
        />
        {file ? (
          <>
            <Text label={`${t.fromFile}: ${texts.pools.create.name}`} value={name} onChange={setName} />
            <SpaceBetween direction="horizontal" size="s">
              <Button
                loading={isBusy}
                disabled={name.trim() === '' || made !== undefined}
                onClick={() => void create()}
              >
                {t.create}
              </Button>
              {isBusy && progress !== '' ? <StatusIndicator type="in-progress">{progress}</StatusIndicator> : null}
            </SpaceBetween>
          </>
        ) : null}
        <Refusal error={error} />
        {made ? <Made {...made} /> : null}
      </SpaceBetween>
    </Part>
  )
}

function Made({ UserPoolId, refused }: { UserPoolId: string; refused: Refused[] }) {
  return (
    <Alert
      type="warning"
      header={t.refused}
      action={<Button onClick={() => navigate(`pools/${UserPoolId}`)}>{t.toPool}</Button>}
    >
      <ul>
        {refused.map(({ part, error }) => (
          <li key={part}>
            {part}: {describeError(error).header}
          </li>
        ))}
      </ul>
    </Alert>
  )
}
