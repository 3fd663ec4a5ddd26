import './lib/lean-http.ts'
import { parseArgs } from 'node:util'
import type { Command } from './cli/command.ts'
import { resourceCommands } from './cli/resource-commands.ts'
import { UsageError } from './cli/usage-error.ts'
import { nearestName } from './lib/nearest-name.ts'
import { OperatorError } from './lib/operator-error.ts'

const commands: Record<string, Command> = {
  dev: {
    summary: 'everything on this machine: embedded PostgreSQL, demo pool, inbox',
    help: `poolhouse dev

Starts Poolhouse for development on http://localhost:9500, loopback only. The database is an embedded PostgreSQL in
.poolhouse/ unless DATABASE_URL names another; the key pair local/local administers; mail and SMS land in the inbox
at /_poolhouse/. On first start it makes a demo pool and prints how to sign in.

Settings are environment variables; README.md lists them.`,
    load: async () => (await import('./cli/dev.ts')).dev,
  },
  serve: {
    summary: 'production',
    help: `poolhouse serve
poolhouse serve --no-console

Starts Poolhouse for production. Needs DATABASE_URL, POOLHOUSE_MASTER_KEY, POOLHOUSE_PUBLIC_URL,
POOLHOUSE_ACCESS_KEY_ID and POOLHOUSE_SECRET_ACCESS_KEY, and a schema that \`poolhouse migrate\` has brought up to date.

It runs a worker for each core, or POOLHOUSE_WORKERS of them. SIGTERM ends them, SIGHUP replaces them one by one.
--no-console, or POOLHOUSE_CONSOLE=off, serves no console at /console/.`,
    switches: ['no-console'],
    load: async () => (await import('./cli/serve.ts')).serve,
  },
  status: {
    summary: 'whether the server at POOLHOUSE_PUBLIC_URL is ready',
    help: `poolhouse status [--json]

Asks the server at POOLHOUSE_PUBLIC_URL (http://localhost:9500 unless set) whether it runs and whether it is ready, and
how long the answer takes. Exits with 1 where it is not ready. With DATABASE_URL it also tells a rotation of the master key
that is under way and, with the keys, how much is left of it.`,
    hasOptions: true,
    load: async () => (await import('./cli/status.ts')).status,
  },
  doctor: {
    summary: 'checks what `serve` needs, and says what to mend',
    help: `poolhouse doctor [--json]

Run it with the settings of \`serve\`. It checks the settings, the database and its schema, the master key, the clock, the
proxy, the mail server and the DNS of domains, and says what to mend. It changes nothing and sends nothing. Exits with 1
where a check fails; warnings alone leave it at 0.`,
    hasOptions: true,
    load: async () => (await import('./cli/doctor.ts')).doctor,
  },
  seed: {
    summary: 'apply a seed file to the running development server',
    help: `poolhouse seed FILE

Sends FILE (poolhouse.json unless named) to the development server at POOLHOUSE_PUBLIC_URL: pools, clients, groups and
users as docs/testing-your-app.md describes. Applied again, it changes nothing.`,
    takes: 1,
    load: async () => (await import('./cli/seed.ts')).seed,
  },
  migrate: {
    summary: 'bring the schema of DATABASE_URL (or of the embedded database) up to date',
    help: `poolhouse migrate

Applies the migrations that the database lacks, in one transaction, and prints their names. Run it before \`serve\` of a
new release; a second one at the same time waits and finds nothing to do.`,
    load: async () => (await import('./cli/migrate.ts')).migrateCommand,
  },
  outbox: {
    summary: 'messages that could not be delivered: list them, send them again',
    help: `poolhouse outbox list
poolhouse outbox retry ID…
poolhouse outbox retry all

\`list\` shows, newest first, messages of DATABASE_URL (or of the embedded database) that were given up (\`dead\`) and those
that wait after an attempt that failed: why, and until when their code is good. It shows no addresses and no texts.
\`retry\` gives dead ones back to the servers, which send them within a second. What has expired can't be sent any more.`,
    takes: Number.POSITIVE_INFINITY,
    load: async () => (await import('./cli/outbox.ts')).outbox,
  },
  role: {
    summary: 'roles: what the keys of services may do',
    help: `poolhouse role list
poolhouse role show NAME
poolhouse role put NAME --policy FILE [--trust FILE]
poolhouse role put NAME --ready-made NAME [--pool ID]… [--trust FILE]
poolhouse role delete NAME

Ready-made are administrator, read-only, help-desk, developer and importer; the last three are about the pools that --pool
names. --trust names a file with a list of outside issuers. Signs with AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY where they are set, with the root's key pair otherwise, and
calls POOLHOUSE_PUBLIC_URL. --json prints everything. docs/administration.md explains policies.`,
    hasOptions: true,
    load: async () => (await import('./cli/administration.ts')).role,
  },
  key: {
    summary: 'access keys of roles, for services',
    help: `poolhouse key list [--role NAME]
poolhouse key create --role NAME --service NAME [--expires DATE]
poolhouse key delete ID

\`create\` prints the secret, which is shown nowhere else. A service has two keys of a role at most.`,
    hasOptions: true,
    load: async () => (await import('./cli/administration.ts')).key,
  },
  keys: {
    summary: "signing keys of a pool's tokens: list, rotate, revoke them",
    help: `poolhouse keys list --pool ID
poolhouse keys rotate --pool ID
poolhouse keys revoke KEY_ID --pool ID

\`rotate\` makes new keys, which are published for ten minutes before they sign; the former ones verify for another day, so
that no token is refused. \`revoke\` is for a key that others know: what it has signed is refused from then on.`,
    hasOptions: true,
    load: async () => (await import('./cli/administration.ts')).keys,
  },
  'master-key': {
    summary: 'the key that seals what is secret in the database: rotate it',
    help: `poolhouse master-key status
poolhouse master-key rotate

Start every server with the new key in POOLHOUSE_MASTER_KEY and the present one in POOLHOUSE_MASTER_KEY_PREVIOUS, then run
\`rotate\` with the same two: it seals everything of DATABASE_URL (or of the embedded database) with the new key while the
servers run. Stopped, it goes on where it was. docs/production.md says more.`,
    takes: 1,
    load: async () => (await import('./cli/master-key.ts')).masterKey,
  },
  init: {
    summary: 'the pool of the operators, and the first administrator',
    help: `poolhouse init [--email ADDRESS [--show-password]] [--domain PREFIX]

Makes the operators' pool with an app client for the console and for \`poolhouse login\`, the role and the group of
administrators, and, with --email, an administrator who gets a temporary password by mail, or on this screen with
--show-password. --domain gives the pool a domain of its own. What is there already stays; run it again after
POOLHOUSE_PUBLIC_URL has changed, or for another administrator.`,
    hasOptions: true,
    load: async () => (await import('./cli/administration.ts')).init,
  },
  login: {
    summary: 'sign in as an operator, with the browser',
    help: `poolhouse login [--role NAME] [--no-browser]

Opens the login page of the operators' pool of POOLHOUSE_PUBLIC_URL in the browser. From then on \`poolhouse role\`, \`key\`,
\`operator\` and \`audit\` act as you, where no key pair is in the environment. --role chooses among several roles;
--no-browser prints the address alone.`,
    hasOptions: true,
    load: async () => (await import('./cli/login.ts')).login,
  },
  logout: {
    summary: 'end the sign-in of `poolhouse login`',
    help: `poolhouse logout

Ends the sign-in on the server, and with it all credentials that were made from it, and forgets it on this machine.`,
    load: async () => (await import('./cli/login.ts')).logout,
  },
  credentials: {
    summary: 'temporary credentials of who is signed in, for AWS profiles',
    help: `poolhouse credentials

Prints temporary credentials as \`credential_process\` of an AWS profile wants them, and renews them while the sign-in of
\`poolhouse login\` lasts:

  [profile poolhouse]
  region = us-east-1
  endpoint_url = http://localhost:9500
  credential_process = poolhouse credentials`,
    load: async () => (await import('./cli/login.ts')).credentials,
  },
  operator: {
    summary: 'the pool whose users may administer',
    help: `poolhouse operator pool ID

Marks a pool: its users who are in a group that carries a role's ARN get temporary credentials of the role by
AssumeRoleWithWebIdentity. docs/administration.md shows how.`,
    hasOptions: true,
    load: async () => (await import('./cli/administration.ts')).operator,
  },
  extensions: {
    summary: 'standards beyond Cognito, of a pool or one of its clients',
    help: `poolhouse extensions show POOL_ID [--client ID]
poolhouse extensions put POOL_ID FILE [--client ID]

\`put\` reads a JSON document, which takes the place of the one before; docs/standards.md says what may be in it.`,
    hasOptions: true,
    load: async () => (await import('./cli/administration.ts')).extensions,
  },
  audit: {
    summary: 'who did what: search it, export it, verify that nothing is missing',
    help: `poolhouse audit search [--pool ID] [--principal ARN] [--action NAME] [--user SUB] [--error CODE] [--from DATE] [--to DATE]
poolhouse audit export (likewise)
poolhouse audit checkpoint
poolhouse audit verify [--checkpoint FILE]

\`search\` shows the newest; \`export\` prints all that match, a record of CloudTrail's format to a line. \`verify\` finds what
was changed or removed, and then exits with 1. \`checkpoint\` prints how far the records reach, signed: kept elsewhere, it lets
\`verify\` find what was cut off from the end.`,
    hasOptions: true,
    load: async () => (await import('./cli/administration.ts')).audit,
  },
  apply: {
    summary: 'the user pools of a CloudFormation template, as CDK and SAM make them',
    help: `poolhouse apply TEMPLATE [--stack NAME] [--parameter NAME=VALUE]… [--json]

Creates the user pools of a template with their clients, domains, groups, users, resource servers, identity providers and
styles, or updates them to match it, and prints the stack's outputs. Applied again, it changes nothing; it deletes nothing.
Resources of other services are named and left. --stack is the name by which the pools are found again, the beginning of the
file's name unless it is given. --parameter gives a parameter its value, or a reference to what is not applied
(Bucket.Arn=…). Calls the server at POOLHOUSE_PUBLIC_URL and signs as \`poolhouse role\` does.`,
    hasOptions: true,
    load: async () => (await import('./cli/apply.ts')).apply,
  },
  ...resourceCommands,
  branding: {
    summary: 'a link to the preview of the login pages',
    help: `poolhouse branding preview --pool ID [--client ID]

Prints a link that opens once, within ten minutes: every login page of the pool's app client as it looks with a Settings
document that is edited in the browser, and the JSON to create the style with. Needs DATABASE_URL (or the embedded
database) and POOLHOUSE_PUBLIC_URL, but no key of an administrator.`,
    hasOptions: true,
    load: async () => (await import('./cli/branding.ts')).branding,
  },
  completion: {
    summary: 'completion of commands for a shell',
    help: `poolhouse completion bash|zsh|fish

Prints a script: source <(poolhouse completion bash)`,
    takes: 1,
    load: async () => {
      const { completedBy, completionScript } = await import('./cli/completion.ts')
      return async ([shell]) => {
        const completed = Object.entries(commands).map(([name, { summary, help }]) => completedBy(name, summary, help))
        console.log(completionScript(shell, completed))
      }
    },
  },
}

const usage = `poolhouse COMMAND

${Object.entries(commands)
  .map(([name, { summary }]) => `  ${name.padEnd(13)}${summary}`)
  .join('\n')}

poolhouse COMMAND --help says more.`

const suggestion = (nearest: string | undefined) => (nearest ? `; did you mean ${nearest}?` : '.')

async function version(): Promise<string> {
  const { default: manifest } = await import('../package.json', { with: { type: 'json' } })
  return manifest.version
}

async function main([name = '', ...args]: string[]): Promise<void> {
  if (name === '--version' || name === '-v') return console.log(await version())
  if (['', '--help', '-h', 'help'].includes(name)) return console.log(usage)
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (!command) {
    const hint = suggestion(nearestName(name, Object.keys(commands)))
    throw new UsageError(`There is no command ${name}${hint}\n\n${usage}`)
  }
  if (args.includes('--help') || args.includes('-h')) return console.log(command.help)
  const run = await command.load()
  await run(command.hasOptions ? args : await argumentsOf(name, command, args))
}

/** @throws UsageError for an option, or for more arguments than the command takes */
async function argumentsOf(name: string, { takes = 0, switches = [] }: Command, args: string[]): Promise<string[]> {
  const { values, positionals } = parseArgs({ args, allowPositionals: true, strict: false })
  const option = Object.keys(values).find((name) => !switches.includes(name))
  const more = `See poolhouse ${name} --help.`
  if (option) throw new UsageError(`poolhouse ${name} has no option --${option}. ${await settingHint(option)}${more}`)
  if (positionals.length > takes)
    throw new UsageError(`poolhouse ${name} takes no argument ${positionals[takes]}. ${more}`)
  return [...positionals, ...Object.keys(values).map((name) => `--${name}`)]
}

/** Settings are environment variables, which many look for among the options. */
async function settingHint(option: string): Promise<string> {
  const { isSetting } = await import('./config.ts')
  const setting = `POOLHOUSE_${option.toUpperCase().replaceAll('-', '_')}`
  return isSetting(setting) ? `The environment variable ${setting} sets it. ` : ''
}

main(process.argv.slice(2)).catch((error: Error) => {
  // A sentence for what the operator can fix, a stack for a bug.
  const known = error instanceof OperatorError
  const foreign = 'code' in error && typeof error.code === 'string'
  console.error(known || foreign ? error.message : error)
  process.exit(error instanceof UsageError ? 2 : 1)
})
