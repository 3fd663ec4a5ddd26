import type { Command } from './command.ts'

const calls = `Calls the server at POOLHOUSE_PUBLIC_URL and signs as \`poolhouse role\` does. --pool takes the id or the name of a pool,
and may be left out where there is one. --json prints everything.`

/** Commands on pools and what they contain, for people at a terminal. Scripts can use the AWS CLI as well. */
export const resourceCommands: Record<string, Command> = {
  pool: {
    summary: 'user pools: list, show, create, their second factor, delete',
    help: `poolhouse pool list
poolhouse pool show POOL
poolhouse pool create NAME [--settings FILE]
poolhouse pool mfa POOL off|optional|required
poolhouse pool delete POOL --yes

\`create\` makes a pool whose users sign in by e-mail, or one by a file with the members of CreateUserPool. \`mfa\` asks users
for a code of their authenticator app, or lets them set one up; other factors of the pool stay. Calls the server at
POOLHOUSE_PUBLIC_URL and signs as \`poolhouse role\` does. --json prints everything.`,
    hasOptions: true,
    load: async () => (await import('./pool.ts')).pool,
  },
  client: {
    summary: 'app clients: list, show, create, and the settings of an app',
    help: `poolhouse client list [--pool POOL]
poolhouse client show CLIENT
poolhouse client create NAME [--callback URL]… [--logout URL]… [--scope SCOPE]… [--secret]
poolhouse client create NAME --machine --scope RESOURCE_SERVER/SCOPE
poolhouse client env CLIENT [--format dotenv|amplify]
poolhouse client delete CLIENT --yes

With --callback the client may use the login pages; --machine makes one for a service, which gets its tokens by its
secret. \`env\` prints what an app needs to know, as .env or as amplify_outputs.json, the secret included. CLIENT is an id or
a name. ${calls}`,
    hasOptions: true,
    load: async () => (await import('./client.ts')).client,
  },
  user: {
    summary: 'users: find, show, create, confirm, disable, reset …',
    help: `poolhouse user list [--filter 'email ^= "ann"'] [--max N] [--pool POOL]
poolhouse user show USER
poolhouse user create USER [--attribute NAME=VALUE]… [--temporary-password TEXT] [--no-message]
poolhouse user set USER --attribute NAME=VALUE …
poolhouse user password USER            the password comes from standard input, or with --password
poolhouse user confirm USER
poolhouse user disable USER
poolhouse user enable USER
poolhouse user reset USER
poolhouse user sign-out USER
poolhouse user delete USER --yes

USER is a username, a sub, or an address or number by which the pool lets users sign in. ${calls}`,
    hasOptions: true,
    load: async () => (await import('./user.ts')).user,
  },
  group: {
    summary: 'groups and their members',
    help: `poolhouse group list [--pool POOL]
poolhouse group show GROUP
poolhouse group create GROUP [--description TEXT] [--precedence N] [--role ARN]
poolhouse group add GROUP USER
poolhouse group remove GROUP USER
poolhouse group delete GROUP --yes

${calls}`,
    hasOptions: true,
    load: async () => (await import('./group.ts')).group,
  },
  mail: {
    summary: 'send a test mail by the settings of `serve`',
    help: `poolhouse mail test ADDRESS

Sends a mail by the mail server, SES or webhook of the environment, and says how it answered.`,
    hasOptions: true,
    load: async () => (await import('./mail.ts')).mail,
  },
  logs: {
    summary: 'what administrators do, as it happens',
    help: `poolhouse logs [--follow] [--from DATE] [--pool ID] [--json]

Prints the records of the audit of the last hour, or from a date on, oldest first; --follow goes on with those to come.
--json prints CloudTrail's format. The server's own log is its standard output.`,
    hasOptions: true,
    load: async () => (await import('./logs.ts')).logs,
  },
}
