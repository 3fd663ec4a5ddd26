import { readConfig } from '../config.ts'
import { readSeed, SeedError } from '../dev/seed.ts'

export async function seed([file = 'poolhouse.json']: string[]): Promise<void> {
  const { publicUrl } = readConfig('dev', process.env)
  const body = JSON.stringify(await readSeed(file))
  const answer = await fetch(`${publicUrl}/_poolhouse/seed`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  }).catch(() => {
    throw new SeedError(`No development server answers at ${publicUrl}. Start it with: poolhouse dev`)
  })
  if (!answer.ok) throw new SeedError(((await answer.json()) as { message: string }).message)
  console.log(`${file} is applied.`)
}
