import { spawn, spawnSync } from 'node:child_process'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { arch, homedir, platform, tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const configuration = fileURLToPath(new URL('.', import.meta.url))
const architecture = arch() === 'x64' ? 'amd64' : arch()

/** Where Terraform itself looks for providers that nobody has to fetch. */
const mirrors = [
  join(homedir(), '.terraform.d/plugins'),
  join(homedir(), '.local/share/terraform/plugins'),
  '/usr/local/share/terraform/plugins',
  '/usr/share/terraform/plugins',
]

function requireProvider(): string {
  const { TERRAFORM_AWS_PROVIDER: named } = process.env
  if (named && !existsSync(named)) throw new Error(`TERRAFORM_AWS_PROVIDER names no file: ${named}`)
  const found = named ?? mirrors.map(providerIn).find((path) => path !== undefined)
  if (!found)
    throw new Error(
      'The test with Terraform needs the AWS provider: its program at TERRAFORM_AWS_PROVIDER, or in a mirror such as ~/.terraform.d/plugins.',
    )
  return found
}

function providerIn(mirror: string): string | undefined {
  const versions = join(mirror, 'registry.terraform.io/hashicorp/aws')
  if (!existsSync(versions)) return undefined
  for (const version of readdirSync(versions)) {
    const folder = join(versions, version, `${platform()}_${architecture}`)
    const program = existsSync(folder) && readdirSync(folder).find((name) => name.startsWith('terraform-provider-aws'))
    if (program) return join(folder, program)
  }
  return undefined
}

export interface Terraform {
  /** Runs a command. @throws Error with what it printed, where it fails */
  run(command: string, ...options: string[]): Promise<string>
  /** What a plan would do: `No changes`, or how much. */
  plan(changed: boolean): Promise<string>
  apply(changed: boolean): Promise<string>
  /** Adds a file to the configuration. */
  write(name: string, text: string): void
  close(): void
}

/**
 * Variables by which a Terraform takes the provider of this machine: a folder that is there gets a mirror of it, so that
 * nothing is asked of a registry.
 */
export function terraformSettings(folder: string): Record<string, string> {
  if (spawnSync('terraform', ['version'], { stdio: 'ignore' }).status !== 0)
    throw new Error('The test with Terraform needs the program terraform, 1.5 or later, on the PATH.')
  const provider = requireProvider()
  const [version] = /\d+\.\d+\.\d+/.exec(basename(provider)) ?? ['99.0.0']
  const mirror = join(folder, 'mirror')
  const target = join(mirror, 'registry.terraform.io/hashicorp/aws', version, `${platform()}_${architecture}`)
  mkdirSync(dirname(target), { recursive: true })
  mkdirSync(target)
  symlinkSync(provider, join(target, basename(provider)))
  const settings = join(folder, 'terraform.rc')
  writeFileSync(settings, `provider_installation {\n  filesystem_mirror {\n    path = "${mirror}"\n  }\n}\n`)
  return { TF_CLI_CONFIG_FILE: settings, TF_IN_AUTOMATION: '1', CHECKPOINT_DISABLE: '1' }
}

/**
 * The configuration of this folder in one of its own, against a server; or one file in its place, whose provider has its
 * settings from variables of the environment alone.
 */
export function openTerraform(url: string, alone?: { text: string; variables: Record<string, string> }): Terraform {
  const folder = mkdtempSync(join(tmpdir(), 'poolhouse-terraform-'))
  for (const name of readdirSync(configuration))
    if (!alone && /\.(tf|xml|png)$/.test(name)) copyFileSync(join(configuration, name), join(folder, name))

  const env = {
    ...process.env,
    ...terraformSettings(folder),
    TF_VAR_url: url,
    ...alone?.variables,
  }
  if (alone) writeFileSync(join(folder, 'main.tf'), alone.text)
  const revision = (changed: boolean) => (alone ? [] : ['-var', `changed=${changed}`])

  function run(command: string, ...options: string[]): Promise<string> {
    const child = spawn('terraform', [command, ...options], { cwd: folder, env })
    let output = ''
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (text) => {
        output += text
      })
    return new Promise((resolve, reject) => {
      child.on('error', reject)
      child.on('close', (code) => {
        if (code === 0) resolve(output)
        else reject(new Error(`terraform ${command} ended with ${code}:\n${output.slice(-6000)}`))
      })
    })
  }

  return {
    run,
    async plan(changed) {
      const output = await run('plan', '-no-color', '-input=false', ...revision(changed))
      return /^(No changes\.|Plan: .*)$/m.exec(output.replace(/^(No changes\.).*$/m, '$1'))?.[0] ?? output
    },
    async apply(changed) {
      const output = await run('apply', '-no-color', '-input=false', '-auto-approve', ...revision(changed))
      return /^Apply complete! (.*)$/m.exec(output)?.[1] ?? output
    },
    write: (name, text) => writeFileSync(join(folder, name), text),
    close: () => rmSync(folder, { recursive: true, force: true }),
  }
}
